/* One loop for all who are in: who starts it, who ends it, and who shares. */
#include "lib/portal_provider.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>

#include "lib/must.h"
#include "tests/suite.h"

enum {
	NTHREADS = 8,
	NROUNDS = 100
};

static struct portal_provider provider;

static struct portal *enter(void)
{
	struct portal *portal = NULL;

	must_zero(portal_provider_enter(&provider, &portal));
	return portal;
}

static int answer(void *arg, struct portal_answer *to)
{
	to->value.pointer = arg;
	return 0;
}

static int call(struct portal *portal)
{
	union future_value value = {0};
	int status = portal_call(
		portal, answer, &value, CLOCK_NEVER, &value, NULL);

	must(status < 0 || value.pointer == &value);
	return status;
}

START_TEST(e17_the_first_starts_it_and_the_last_ends_it)
{
	struct portal *first = portal_ref(enter()), *second = enter(), *third;

	ck_assert_ptr_eq(first, second);
	portal_provider_leave(&provider);
	ck_assert_int_eq(call(first), 0);
	portal_provider_leave(&provider);
	ck_assert_int_eq(call(first), -EPIPE);
	third = enter();
	ck_assert_ptr_ne(first, third);
	ck_assert_int_eq(call(third), 0);
	ck_assert_int_eq(call(first), -EPIPE);
	portal_provider_leave(&provider);
	portal_unref(first);
}
END_TEST

static struct future *let_go;

static int wait_to_be_let_go(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)arg, (void)failure;
	value->word = 43;
	return task_await(let_go, TASK_AWAIT_LEAVE, CLOCK_NEVER);
}

static void *leave(void *arg)
{
	(void)arg;
	portal_provider_leave(&provider);
	return NULL;
}

/* It is still draining when the others come and go. */
START_TEST(e17_who_enters_while_it_drains_starts_another)
{
	struct portal *draining = portal_ref(enter()), *other;
	union future_value value;
	struct future *task;
	pthread_t leaver;

	must_zero(future_create(&let_go));
	must_zero(portal_spawn(draining, "t", wait_to_be_let_go, NULL, &task));
	must_zero(pthread_create(&leaver, NULL, leave, NULL));
	while (call(draining) == 0) /* until the leaver has closed it */
		;
	other = enter();
	ck_assert_ptr_ne(other, draining);
	ck_assert_int_eq(call(other), 0);
	portal_provider_leave(&provider);
	ck_assert(!future_is_over(task));
	must(future_start(let_go));
	must_zero(future_complete(let_go, (union future_value){0}));
	must_zero(pthread_join(leaver, NULL));
	ck_assert_int_eq(future_result(task, 0, &value, NULL), 0);
	ck_assert_uint_eq(value.word, 43);
	future_unref(task);
	future_unref(let_go);
	portal_unref(draining);
}
END_TEST

static struct barrier gate;

static void *come_and_go(void *arg)
{
	(void)arg;
	barrier_wait(&gate);
	for (int i = 0; i < NROUNDS; i++) {
		struct portal *portal = enter();

		must_zero(call(portal));
		if (i % 3 == 0)
			must(enter() == portal);
		must_zero(call(portal));
		if (i % 3 == 0)
			portal_provider_leave(&provider);
		portal_provider_leave(&provider);
	}
	return NULL;
}

START_TEST(e17_who_is_in_is_always_answered)
{
	pthread_t threads[NTHREADS];

	barrier_init(&gate, NTHREADS);
	for (int i = 0; i < NTHREADS; i++)
		must_zero(pthread_create(&threads[i], NULL, come_and_go, NULL));
	for (int i = 0; i < NTHREADS; i++)
		must_zero(pthread_join(threads[i], NULL));
	ck_assert_ptr_null(provider.thread);
	ck_assert_uint_eq(provider.nusers, 0);
	barrier_fini(&gate);
}
END_TEST

START_TEST(e17_who_cannot_start_it_has_not_entered)
{
	struct portal *portal = NULL;
	struct rlimit before, none;

	must_zero(getrlimit(RLIMIT_NOFILE, &before));
	none = before;
	none.rlim_cur = 3;
	must_zero(setrlimit(RLIMIT_NOFILE, &none));
	ck_assert_int_eq(portal_provider_enter(&provider, &portal), -EMFILE);
	ck_assert_ptr_null(portal);
	must_zero(setrlimit(RLIMIT_NOFILE, &before));
	ck_assert_int_eq(call(enter()), 0);
	portal_provider_leave(&provider);
	ck_assert_uint_eq(provider.nusers, 0);
}
END_TEST

int main(void)
{
	return suite_run("portal_provider", 60,
		(const TTest *const[]){
			e17_the_first_starts_it_and_the_last_ends_it,
			e17_who_enters_while_it_drains_starts_another,
			e17_who_is_in_is_always_answered,
			e17_who_cannot_start_it_has_not_entered,
			NULL,
		});
}
