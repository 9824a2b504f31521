/*
 * What a coroutine must keep when it is suspended, and when another thread
 * carries it on: its errno, and knowing who it is.
 */
#include "lib/coro.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "lib/must.h"
#include "lib/sync.h"
#include "tests/suite.h"

static struct stack_pool *pool;

static struct coro *create(const char *name, coro_fn fn, void *arg)
{
	struct coro *coro = NULL;

	must_zero(coro_create(pool, name, fn, arg, &coro));
	return coro;
}

static void setup(void)
{
	must_zero(stack_pool_create(&(struct stack_rules){0}, &pool));
}

/* Only functions that do not yield may name errno (see coro.h). */
__attribute__((noinline)) static void set_errno(int error)
{
	__asm__ volatile("" ::: "memory");
	errno = error;
}

static void keep_an_errno(void *arg)
{
	const int *mine = arg;

	must(coro_errno() == 0);
	for (;;) {
		set_errno(*mine);
		coro_yield();
		must(coro_errno() == *mine);
	}
}

START_TEST(each_coroutine_has_its_own_errno)
{
	struct coro *a, *b;

	setup();
	a = create("a", keep_an_errno, &(int){EACCES});
	b = create("b", keep_an_errno, &(int){EPERM});
	for (int i = 0; i < 3; i++) {
		set_errno(ERANGE);
		coro_resume(a);
		ck_assert_int_eq(coro_errno(), ERANGE);
		coro_resume(b);
		ck_assert_int_eq(coro_errno(), ERANGE);
	}
	coro_destroy(a);
	coro_destroy(b);
	stack_pool_destroy(pool);
}
END_TEST

/* Two threads resume one coroutine in turn; the barrier hands it over. */
enum {
	NTURNS = 200
};

__attribute__((noinline)) static pthread_t this_thread(void)
{
	__asm__ volatile("" ::: "memory");
	return pthread_self();
}

struct handover {
	pthread_barrier_t barrier;
	struct mutex lock;
	struct coro *coro;
	pthread_t seen; /* by the coroutine, in this turn */
	int wrong;
};

struct turn_taker {
	struct handover *handover;
	int parity;
};

/* A lock knows its owner by the thread: it must be the one that is now. */
static void lock_and_unlock(struct handover *handover)
{
	mutex_lock(&handover->lock);
	handover->wrong += !mutex_held(&handover->lock);
	mutex_unlock(&handover->lock);
}

static void note_thread_and_errno(void *arg)
{
	struct handover *handover = arg;

	close(-1);
	for (;;) {
		handover->seen = this_thread();
		handover->wrong += coro_errno() != EBADF;
		handover->wrong += coro_self() != handover->coro;
		lock_and_unlock(handover);
		coro_yield();
	}
}

static void take_turn(struct handover *handover, int error)
{
	set_errno(error);
	handover->wrong += coro_resume(handover->coro) != 1;
	handover->wrong += coro_errno() != error;
	handover->wrong += !pthread_equal(handover->seen, this_thread());
	handover->wrong += coro_self() != NULL;
}

static void *take_turns(void *arg)
{
	const struct turn_taker *taker = arg;

	for (int turn = 0; turn < NTURNS; turn++) {
		if (turn % 2 == taker->parity)
			take_turn(taker->handover, 100 + taker->parity);
		pthread_barrier_wait(&taker->handover->barrier);
	}
	return NULL;
}

START_TEST(a_coroutine_may_move_between_threads)
{
	struct handover handover = {.wrong = 0};
	struct turn_taker even = {&handover, 0}, odd = {&handover, 1};
	pthread_t threads[2];

	setup();
	handover.coro = create("mover", note_thread_and_errno, &handover);
	must_zero(pthread_barrier_init(&handover.barrier, NULL, 2));
	must_zero(pthread_create(&threads[0], NULL, take_turns, &even));
	must_zero(pthread_create(&threads[1], NULL, take_turns, &odd));
	must_zero(pthread_join(threads[0], NULL));
	must_zero(pthread_join(threads[1], NULL));
	ck_assert_int_eq(handover.wrong, 0);
	coro_destroy(handover.coro);
	must_zero(pthread_barrier_destroy(&handover.barrier));
	mutex_fini(&handover.lock);
	stack_pool_destroy(pool);
}
END_TEST

/* Two threads at once, each with a pool: neither sees the other's. */
struct own_pool {
	pthread_barrier_t *start;
	int sum;
};

static void add_ones(void *arg)
{
	int *sum = arg;

	for (int i = 0; i < 100; i++) {
		++*sum;
		coro_yield();
	}
}

static void *run_own_pool(void *arg)
{
	struct own_pool *own = arg;
	struct stack_pool *mine;
	struct coro *coros[10];

	must_zero(stack_pool_create(&(struct stack_rules){0}, &mine));
	pthread_barrier_wait(own->start);
	for (int i = 0; i < 10; i++)
		must_zero(coro_create(
			mine, "own", add_ones, &own->sum, &coros[i]));
	for (int i = 0; i < 101; i++)
		for (int k = 0; k < 10; k++)
			must(coro_resume(coros[k]) == (i < 100));
	for (int i = 0; i < 10; i++)
		coro_destroy(coros[i]);
	stack_pool_destroy(mine);
	return NULL;
}

START_TEST(threads_with_their_own_pools_are_independent)
{
	pthread_barrier_t start;
	struct own_pool own[2] = {{&start, 0}, {&start, 0}};
	pthread_t threads[2];

	must_zero(pthread_barrier_init(&start, NULL, 2));
	for (int i = 0; i < 2; i++)
		must_zero(pthread_create(
			&threads[i], NULL, run_own_pool, &own[i]));
	for (int i = 0; i < 2; i++) {
		must_zero(pthread_join(threads[i], NULL));
		ck_assert_int_eq(own[i].sum, 1000);
	}
	must_zero(pthread_barrier_destroy(&start));
}
END_TEST

int main(void)
{
	return suite_run("coro_threads", 60,
		(const TTest *const[]){
			each_coroutine_has_its_own_errno,
			a_coroutine_may_move_between_threads,
			threads_with_their_own_pools_are_independent,
			NULL,
		});
}
