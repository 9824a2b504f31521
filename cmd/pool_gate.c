/* What the demonstrations of pools have in common. */
#include "cmd/pool.h"

#include "lib/clock.h"

void pool_gate_init(struct pool_gate *gate)
{
	semaphore_init(&gate->began, SEMAPHORE_PRIVATE, 0);
	semaphore_init(&gate->opened, SEMAPHORE_PRIVATE, 0);
}

void pool_gate_fini(struct pool_gate *gate)
{
	semaphore_fini(&gate->opened);
	semaphore_fini(&gate->began);
}

void pool_gate_pass(struct pool_gate *gate)
{
	semaphore_post(&gate->began);
	semaphore_wait(&gate->opened, CLOCK_NEVER);
}

static bool is_short_of_threads(struct pool *pool, unsigned nbegan)
{
	struct pool_state state;

	pool_inspect(pool, &state);
	return state.nrefused && nbegan >= (unsigned)state.nlive;
}

void pool_gate_await(struct pool_gate *gate, struct pool *pool, unsigned n)
{
	unsigned nbegan = 0;

	while (nbegan < n && !is_short_of_threads(pool, nbegan)) {
		uint64_t soon = clock_now() + 20 * CLOCK_NS_PER_MS;

		nbegan += semaphore_wait(&gate->began, soon) == 0;
	}
}

void pool_gate_open(struct pool_gate *gate, unsigned n)
{
	while (n--)
		semaphore_post(&gate->opened);
}

int pool_open(unsigned workers, enum pool_nested nested, struct pool **result)
{
	return pool_create(
		&(struct pool_options){
			.size = (int)workers, .name = "pool", .nested = nested},
		result);
}

unsigned pool_live(struct pool *pool)
{
	struct pool_state state;

	pool_inspect(pool, &state);
	return (unsigned)state.nlive;
}

unsigned pool_count(
	struct future *const futures[], unsigned n, enum future_state state)
{
	unsigned count = 0;

	for (unsigned i = 0; i < n; i++)
		count += future_state(futures[i]) == state;
	return count;
}

void pool_drop(struct future *const futures[], unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		future_unref(futures[i]);
}
