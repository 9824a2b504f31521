#include "cmd/heartbeat.h"

static int tick(void *arg)
{
	struct heartbeat *heart = arg;
	uint64_t now = loop_now(heart->loop);

	heart->nticks++;
	if (now - heart->last > heart->longest_gap)
		heart->longest_gap = now - heart->last;
	heart->last = now;
	if (heart->tell)
		heart->tell(heart->arg);
	return loop_timer_start(heart->loop, &heart->timer, now + heart->beat);
}

int heartbeat_start(struct heartbeat *heart, struct loop *loop, uint64_t beat)
{
	heart->timer = (struct loop_timer){
		.call = {.fn = tick, .arg = heart, .name = "heartbeat"},
		.background = true,
	};
	heart->loop = loop;
	heart->beat = beat;
	heart->last = loop_now(loop);
	return loop_timer_start(loop, &heart->timer, heart->last + beat);
}

void heartbeat_stop(struct heartbeat *heart)
{
	loop_timer_stop(heart->loop, &heart->timer);
}
