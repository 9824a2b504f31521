#include "lib/team.h"

#include "lib/clock.h"
#include "lib/must.h"
#include "lib/roster.h"
#include "lib/sync.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct member {
	struct team *team;
	pthread_t thread;
	unsigned index;
};

struct team {
	team_fn fn;
	void *arg;
	char name[11];

	struct mutex lock; /* guards what follows */
	struct cond changed; /* the gate opened, or the last member ended */
	unsigned size; /* 0 until the gate is open */
	unsigned running;

	struct member members[];
};

static unsigned pass_gate(struct team *team)
{
	unsigned size;

	mutex_lock(&team->lock);
	while (!team->size)
		cond_wait(&team->changed, &team->lock, CLOCK_NEVER);
	size = team->size;
	mutex_unlock(&team->lock);
	return size;
}

static void take_name(const struct member *member)
{
	char name[16];

	snprintf(name, sizeof(name), "%s-%u", member->team->name,
		member->index % 1000);
	pthread_setname_np(pthread_self(), name);
	roster_enter(name);
}

static void *member_main(void *arg)
{
	struct member *member = arg;
	struct team *team = member->team;

	take_name(member);
	team->fn(team->arg, member->index, pass_gate(team));
	mutex_lock(&team->lock);
	if (--team->running == 0)
		cond_broadcast(&team->changed);
	mutex_unlock(&team->lock);
	roster_leave();
	return NULL;
}

static unsigned start_members(struct team *team, unsigned wanted)
{
	unsigned n;

	for (n = 0; n < wanted; n++) {
		struct member *member = &team->members[n];

		*member = (struct member){.team = team, .index = n};
		if (pthread_create(&member->thread, NULL, member_main, member))
			break;
	}
	return n;
}

static void open_gate(struct team *team, unsigned size)
{
	mutex_lock(&team->lock);
	team->size = team->running = size;
	cond_broadcast(&team->changed);
	mutex_unlock(&team->lock);
}

static void team_free(struct team *team)
{
	cond_fini(&team->changed);
	mutex_fini(&team->lock);
	free(team);
}

int team_start(unsigned wanted, const char *name, team_fn fn, void *arg,
	struct team **result)
{
	struct team *team = calloc(
		1, sizeof(*team) + wanted * sizeof(struct member));
	unsigned size;

	if (!team)
		return -ENOMEM;
	team->fn = fn;
	team->arg = arg;
	snprintf(team->name, sizeof(team->name), "%s", name);
	mutex_init(&team->lock, MUTEX_PRIVATE);
	cond_init(&team->changed);
	size = start_members(team, wanted);
	if (size == 0) {
		team_free(team);
		return -EAGAIN;
	}
	open_gate(team, size);
	*result = team;
	return 0;
}

void team_destroy(struct team *team)
{
	for (unsigned i = 0; i < team->size; i++)
		must_zero(pthread_join(team->members[i].thread, NULL));
	team_free(team);
}

/* Written before team_start returns, never after. */
unsigned team_size(const struct team *team)
{
	return team->size;
}

bool team_wait(struct team *team, uint64_t deadline_ns)
{
	bool ended;

	mutex_lock(&team->lock);
	while (team->running &&
		cond_wait(&team->changed, &team->lock, deadline_ns) == 0)
		;
	ended = team->running == 0;
	mutex_unlock(&team->lock);
	return ended;
}
