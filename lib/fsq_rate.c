#include "lib/fsq_rate.h"

#include "lib/clock.h"

void fsq_rate_init(struct fsq_rate *rate, uint64_t per_s)
{
	*rate = (struct fsq_rate){
		.interval_ns = per_s ? CLOCK_NS_PER_S / per_s : 0};
}

/* The times keep their distance even if each is asked for a little late. */
uint64_t fsq_rate_take(struct fsq_rate *rate, uint64_t now_ns)
{
	if (now_ns < rate->next_ns)
		return rate->next_ns;
	if (now_ns - rate->next_ns >= rate->interval_ns)
		rate->next_ns = now_ns;
	rate->next_ns += rate->interval_ns;
	return 0;
}
