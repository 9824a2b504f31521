#include "lib/once.h"

/* Under the lock, where another may have done it before. */
static int run_first(struct once *once, int (*fn)(void *arg), void *arg)
{
	int error = 0;

	/* Relaxed: whoever stored it held the lock. */
	if (!atomic_load_explicit(&once->done, memory_order_relaxed))
		error = fn(arg);
	if (!error)
		/* Pairs with the acquire in once_run. */
		atomic_store_explicit(&once->done, true, memory_order_release);
	return error;
}

int once_run(struct once *once, int (*fn)(void *arg), void *arg)
{
	int error;

	/* Pairs with the release in run_first: who sees it sees what fn did. */
	if (atomic_load_explicit(&once->done, memory_order_acquire))
		return 0;
	error = mutex_lock_until(&once->running, CLOCK_NEVER);
	if (error)
		return error;
	error = run_first(once, fn, arg);
	mutex_unlock(&once->running);
	return error;
}

void once_fini(struct once *once)
{
	mutex_fini(&once->running);
}
