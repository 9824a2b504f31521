#include "lib/cpu_pool.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/cpus.h"

enum reason {
	REASON_PROCESSORS,
	REASON_OMP,
	REASON_SET
};

static struct mutex lock;
/* guarded by lock */
static struct pool *the_pool;
static enum reason reason;

static int size_by_rule(void)
{
	const char *limit = getenv("OMP_THREAD_LIMIT");
	int size = cpus_from_omp(getenv("OMP_NUM_THREADS"), limit);

	reason = size ? REASON_OMP : REASON_PROCESSORS;
	if (!size)
		size = cpus_limited(cpus_usable(), limit);
	return size < POOL_MAX_SIZE ? size : POOL_MAX_SIZE;
}

/* Under the lock. */
static int make_once(void)
{
	struct pool_options options = {.name = "cpu"};

	if (the_pool)
		return 0;
	options.size = size_by_rule();
	return pool_create(&options, &the_pool);
}

int cpu_pool_get(struct pool **result)
{
	int error;

	mutex_lock(&lock);
	error = make_once();
	*result = the_pool;
	mutex_unlock(&lock);
	return error;
}

int cpu_pool_set_size(int size)
{
	int error;

	mutex_lock(&lock);
	error = make_once();
	if (!error)
		error = pool_resize(the_pool, size);
	if (!error)
		reason = REASON_SET;
	mutex_unlock(&lock);
	return error;
}

static int inspect(struct pool_state *state)
{
	struct pool *pool;
	int error = cpu_pool_get(&pool);

	if (!error)
		pool_inspect(pool, state);
	return error;
}

int cpu_pool_size(void)
{
	struct pool_state state;
	int error = inspect(&state);

	return error ? error : state.size;
}

int cpu_pool_live(void)
{
	struct pool_state state;
	int error = inspect(&state);

	return error ? error : state.nlive;
}

const char *cpu_pool_reason(void)
{
	static const char *const names[] = {
		[REASON_PROCESSORS] = "processors",
		[REASON_OMP] = "OMP_NUM_THREADS",
		[REASON_SET] = "set",
	};
	const char *name;

	mutex_lock(&lock);
	make_once();
	name = names[reason];
	mutex_unlock(&lock);
	return name;
}

int cpu_pool_shutdown(unsigned flags)
{
	struct pool *pool;
	int error = cpu_pool_get(&pool);

	return error ? error : pool_shutdown(pool, flags);
}
