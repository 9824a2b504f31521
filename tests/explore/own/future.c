/*
 * Our own future: one runs it, one cancels it, one waits. Either it is run and
 * everybody gets the value, or it is cancelled and was never begun; whoever
 * wants to be called is called once, when it is over.
 */
#include "lib/future.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum {
	VALUE = 42
};

static struct future *future;
static atomic_int nruns, ncalls;

static int body(void *arg, union future_value *value, struct failure *failure)
{
	(void)arg;
	(void)failure;
	atomic_fetch_add(&nruns, 1);
	value->word = VALUE;
	return 0;
}

static int called(struct future *over, void *arg)
{
	(void)arg;
	assert(future_is_over(over));
	atomic_fetch_add(&ncalls, 1);
	return 0;
}

static void *run(void *arg)
{
	future_run(future, body, NULL);
	future_unref(future);
	return arg;
}

static void *cancel(void *arg)
{
	future_cancel(future);
	future_unref(future);
	return arg;
}

static void check(int result, uint64_t value)
{
	assert(result == 0 || result == -ECANCELED);
	assert(atomic_load(&nruns) == (result == 0));
	assert(result != 0 || value == VALUE);
}

static void wait_and_check(void)
{
	union future_value value = {0};
	int result = future_result(future, CLOCK_NEVER, &value, NULL);

	check(result, value.word);
}

/* Somebody cancels, or somebody wants to be called, as the argument says. */
int main(int argc, char **argv)
{
	bool cancels = argc > 1 && !strcmp(argv[1], "cancel");
	pthread_t runner, canceller;

	assert(future_create(&future) == 0);
	future_ref(future);
	pthread_create(&runner, NULL, run, NULL);
	if (cancels) {
		future_ref(future);
		pthread_create(&canceller, NULL, cancel, NULL);
	} else {
		future_on_done(future, called, NULL);
	}
	wait_and_check();
	pthread_join(runner, NULL);
	if (cancels)
		pthread_join(canceller, NULL);
	assert(cancels || atomic_load(&ncalls) == 1);
	future_unref(future);
	return 0;
}
