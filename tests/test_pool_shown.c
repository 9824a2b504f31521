/* What a pool shows of itself, and what it costs when it does nothing. */
#include "tests/pool_rig.h"

#include <malloc.h>
#include <time.h>

#include "lib/clock.h"
#include "lib/roster.h"

/* All of them have to be there at once. */
static int meet(void *arg, union future_value *value, struct failure *failure)
{
	(void)value;
	(void)failure;
	barrier_wait(arg);
	return 0;
}

static void add_number(const struct pool_member *member, void *sum)
{
	ck_assert_str_eq(pool_activity_name(member->activity), "busy");
	*(unsigned *)sum += member->number + 1;
}

START_TEST(its_threads_can_be_looked_at)
{
	struct pool *pool = pool_of(3);
	struct held held = {0};
	unsigned sum = 0;

	for (int i = 0; i < 3; i++)
		pool_post(pool, hold, &held);
	await_begun(&held, 3);
	pool_each_member(pool, add_number, &sum);
	ck_assert_uint_eq(sum, 6);
	let(&held, 3);
	pool_destroy(pool);
}
END_TEST

static uint64_t busy_ns(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (uint64_t)used.tv_sec * CLOCK_NS_PER_S + (uint64_t)used.tv_nsec;
}

START_TEST(an_idle_pool_uses_no_processor)
{
	struct pool *pool = pool_of(4);
	struct barrier barrier;
	uint64_t before;

	barrier_init(&barrier, 4);
	for (int i = 0; i < 4; i++)
		pool_post(pool, meet, &barrier);
	ck_assert_int_eq(pool_drain(pool, CLOCK_NEVER), 0);
	ck_assert_int_eq(state_of(pool).nidle, 4);
	before = busy_ns();
	clock_sleep(100 * CLOCK_NS_PER_MS);
	ck_assert_uint_lt(busy_ns() - before, 20 * CLOCK_NS_PER_MS);
	pool_destroy(pool);
	barrier_fini(&barrier);
}
END_TEST

/* Tools that keep the memory themselves say 0. */
static size_t allocated(void)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
#else
	return 0;
#endif
}

START_TEST(pending_futures_are_small)
{
	enum {
		N = 10000
	};
	static struct future *futures[N];
	struct pool *pool = pool_of(1);
	struct held held = {0};
	size_t before;

	pool_post(pool, hold, &held);
	await_begun(&held, 1);
	before = allocated();
	for (int i = 0; i < N; i++)
		futures[i] = submit(pool, hold, &held);
	ck_assert_uint_lt(allocated() - before, 200 * N);
	for (int i = 0; i < N; i++) {
		ck_assert(future_cancel(futures[i]));
		future_unref(futures[i]);
	}
	let(&held, 1);
	pool_destroy(pool);
}
END_TEST

static void find_worker(const struct roster_row *row, void *arg)
{
	if (!strcmp(row->name, "worker_0"))
		strcpy(arg, row->waits_for);
}

START_TEST(its_threads_are_in_the_roster)
{
	struct pool *pool = pool_of(1);
	char waits_for[ROSTER_TEXT_SIZE] = "";
	atomic_int n = 0;

	pool_post(pool, count, &n);
	ck_assert_int_eq(pool_drain(pool, CLOCK_NEVER), 0);
	roster_each(find_worker, waits_for);
	ck_assert_int_eq(strncmp(waits_for, "a job", 5), 0);
	pool_destroy(pool);
	waits_for[0] = '\0';
	roster_each(find_worker, waits_for);
	ck_assert_str_eq(waits_for, "");
}
END_TEST

int main(void)
{
	return suite_run("pool_shown", 60,
		(const TTest *const[]){
			its_threads_can_be_looked_at,
			an_idle_pool_uses_no_processor,
			pending_futures_are_small,
			its_threads_are_in_the_roster,
			NULL,
		});
}
