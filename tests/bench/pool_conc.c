/* This library's pool, in the words of peers/pool.h. */
#include "lib/pool.h"

#include "lib/must.h"
#include "tests/bench/peers/pool.h"

static struct pool *pool;

static void peer_open(int nworkers)
{
	const struct pool_options options = {.size = nworkers, .name = "conc"};

	must_zero(pool_create(&options, &pool));
}

static int call(void *arg, union future_value *value, struct failure *failure)
{
	(void)value;
	(void)failure;
	((void (*)(void))arg)();
	return 0;
}

static void peer_post(void (*fn)(void))
{
	must_zero(pool_post(pool, call, (void *)fn));
}

static void peer_trip(void (*fn)(void))
{
	struct future *future;

	must_zero(pool_submit(pool, call, (void *)fn, &future));
	must_zero(future_wait(future, CLOCK_NEVER));
	future_unref(future);
}

static void peer_close(void)
{
	pool_destroy(pool);
}
