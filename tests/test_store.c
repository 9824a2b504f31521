#include "lib/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "lib/sync.h"
#include "tests/suite.h"

enum {
	NTHREADS = 4,
	NCHANGES = 500
};

static atomic_int nrequests, request_error;
static _Atomic pthread_t requested_by;

static int note_request(struct store *store, void *arg)
{
	(void)store;
	(void)arg;
	requested_by = pthread_self();
	atomic_fetch_add(&nrequests, 1);
	return atomic_load(&request_error);
}

static struct store *make(store_request_fn on_poll_request)
{
	const struct store_options options = {
		.ncells = 4, .on_poll_request = on_poll_request};
	struct store *store = NULL;

	ck_assert_int_eq(store_create(&options, &store), 0);
	return store;
}

static unsigned table_in(struct store *store)
{
	unsigned table = 99;

	ck_assert_int_eq(store_add_table(store, "table", &table), 0);
	return table;
}

static int64_t value_in(struct store *store, unsigned table)
{
	int64_t value = -1;

	ck_assert_int_eq(store_read(store, table, 1, &value), 0);
	return value;
}

START_TEST(what_does_not_exist)
{
	const struct store_options none = {.ncells = 0};
	struct store *store = make(note_request);
	unsigned table = table_in(store), view;
	int64_t value = 7;

	ck_assert_int_eq(store_create(&none, &store), -EINVAL);
	ck_assert_int_eq(store_update(store, table + 1, 0, 1), -EINVAL);
	ck_assert_int_eq(store_update(store, table, 4, 1), -EINVAL);
	ck_assert_int_eq(store_read(store, table, 4, &value), -EINVAL);
	ck_assert_int_eq(value, 7);
	ck_assert_int_eq(
		store_add_view(store, "view", &table, 0, NULL, &view), -EINVAL);
	table++;
	ck_assert_int_eq(
		store_add_view(store, "view", &table, 1, NULL, &view), -EINVAL);
	ck_assert_int_eq(nrequests, 0);
	for (int i = 1; i < STORE_MOST_TABLES; i++)
		table_in(store);
	ck_assert_int_eq(store_add_table(store, "more", &table), -ENOSPC);
	store_destroy(store);
	store_destroy(NULL);
}
END_TEST

START_TEST(p6_without_a_callback_every_request_polls)
{
	struct store *store = make(NULL);
	unsigned table = table_in(store);
	struct store_state state;

	ck_assert_str_eq(store_name(store, table), "table");
	ck_assert_int_eq(store_update(store, table, 1, 5), 0);
	ck_assert_int_eq(value_in(store, table), 5);
	store_inspect(store, &state);
	ck_assert_uint_eq(state.npolls, 2);
	ck_assert_uint_eq(state.nflushed, 1);
	ck_assert_uint_eq(state.napplied, 1);
	store_destroy(store);
}
END_TEST

START_TEST(p6_c5_with_one_a_read_shows_the_old_until_a_poll)
{
	struct store *store = make(note_request);
	unsigned table = table_in(store);

	ck_assert_int_eq(store_update(store, table, 1, 5), 0);
	ck_assert_int_eq(store_update(store, table, 1, 6), 0);
	ck_assert_int_eq(value_in(store, table), 0);
	ck_assert_int_eq(nrequests, 3);
	ck_assert(pthread_equal(requested_by, pthread_self()));
	ck_assert_int_eq(store_poll(store), 0);
	ck_assert_int_eq(nrequests, 3);
	ck_assert_int_eq(value_in(store, table), 6);
	store_destroy(store);
}
END_TEST

START_TEST(c4_a_failing_callback_fails_its_request_alone)
{
	struct store *store = make(note_request);
	unsigned table = table_in(store);
	int64_t value = -1;

	request_error = -EIO;
	ck_assert_int_eq(store_update(store, table, 1, 5), -EIO);
	ck_assert_int_eq(store_read(store, table, 1, &value), -EIO);
	ck_assert_int_eq(value, 0);
	request_error = 0;
	ck_assert_int_eq(store_poll(store), 0);
	ck_assert_int_eq(value_in(store, table), 5);
	store_destroy(store);
}
END_TEST

/* What subscribers were told, in order. */
static unsigned told[8];
static atomic_int ntold;
static int told_error;

static int note_update(struct store *store, unsigned table, void *arg)
{
	(void)store;
	(void)arg;
	told[atomic_fetch_add(&ntold, 1) % 8] = table;
	return told_error;
}

static int64_t sum(const int64_t sources[], size_t nsources)
{
	int64_t total = 0;

	for (size_t i = 0; i < nsources; i++)
		total += sources[i];
	return total;
}

START_TEST(c6_dependents_after_their_sources_each_once)
{
	struct store *store = make(note_request);
	unsigned a = table_in(store), b = table_in(store), both, all;
	struct store_state state;

	ck_assert_int_eq(store_add_view(store, "both", (unsigned[]){a, b}, 2,
				 sum, &both),
		0);
	ck_assert_int_eq(store_add_view(store, "all", (unsigned[]){a, b, both},
				 3, sum, &all),
		0);
	for (unsigned i = 0; i <= all; i++)
		store_subscribe(store, i, note_update, NULL);
	ck_assert_int_eq(store_subscribe(store, 9, note_update, NULL), -EINVAL);
	ck_assert_int_eq(store_update(store, both, 1, 1), -EINVAL);
	store_update(store, b, 1, 20);
	store_update(store, a, 1, 1);
	ck_assert_int_eq(store_poll(store), 0);
	ck_assert_int_eq(ntold, 4);
	ck_assert_mem_eq(told, ((unsigned[]){a, b, both, all}), 4);
	ck_assert_int_eq(value_in(store, both), 21);
	ck_assert_int_eq(value_in(store, all), 42);
	ntold = 0;
	store_update(store, b, 1, 30);
	ck_assert_int_eq(store_poll(store), 0);
	ck_assert_mem_eq(told, ((unsigned[]){b, both, all}), 3);
	ck_assert_int_eq(ntold, 3);
	ck_assert_int_eq(store_poll(store), 0);
	ck_assert_int_eq(ntold, 3);
	store_inspect(store, &state);
	ck_assert_uint_eq(state.nflushed, 7);
	store_destroy(store);
}
END_TEST

START_TEST(c4_a_failing_subscriber_is_reported)
{
	struct store *store = make(note_request);
	unsigned a = table_in(store), b = table_in(store);

	store_subscribe(store, a, note_update, NULL);
	store_subscribe(store, b, note_update, NULL);
	store_update(store, a, 1, 1);
	store_update(store, b, 1, 2);
	told_error = -EPIPE;
	ck_assert_int_eq(store_poll(store), -EPIPE);
	ck_assert_int_eq(ntold, 2);
	ck_assert_int_eq(value_in(store, b), 2);
	ck_assert_int_eq(store_poll(store), 0);
	store_destroy(store);
}
END_TEST

static int poll_in_the_middle(struct store *store, unsigned table, void *arg)
{
	int64_t value = -1;

	ck_assert_int_eq(store_read(store, table, 1, &value), 0);
	ck_assert_int_eq(value, 5);
	*(int *)arg = store_poll(store);
	return 0;
}

START_TEST(a_subscriber_may_read_and_not_poll)
{
	struct store *store = make(note_request);
	unsigned table = table_in(store);
	int result = 0;

	store_subscribe(store, table, poll_in_the_middle, &result);
	store_update(store, table, 1, 5);
	ck_assert_int_eq(store_poll(store), 0);
	ck_assert_int_eq(result, -EDEADLK);
	store_destroy(store);
}
END_TEST

struct crowd {
	struct store *store;
	unsigned table;
	struct barrier gate;
};

static void *change_and_poll(void *arg)
{
	struct crowd *crowd = arg;
	int64_t value;

	barrier_wait(&crowd->gate);
	for (int i = 0; i < NCHANGES; i++) {
		store_update(crowd->store, crowd->table, i % 4, i);
		store_read(crowd->store, crowd->table, i % 4, &value);
		store_poll(crowd->store);
	}
	return NULL;
}

START_TEST(c3_polled_from_many_threads)
{
	struct crowd crowd = {.store = make(note_request)};
	pthread_t threads[NTHREADS];
	struct store_state state;

	crowd.table = table_in(crowd.store);
	store_subscribe(crowd.store, crowd.table, note_update, NULL);
	barrier_init(&crowd.gate, NTHREADS);
	for (int i = 0; i < NTHREADS; i++)
		pthread_create(&threads[i], NULL, change_and_poll, &crowd);
	for (int i = 0; i < NTHREADS; i++)
		pthread_join(threads[i], NULL);
	store_inspect(crowd.store, &state);
	ck_assert_uint_eq(state.nupdates, NTHREADS * NCHANGES);
	ck_assert_uint_eq(state.napplied, NTHREADS * NCHANGES);
	ck_assert_uint_eq(state.npolls, NTHREADS * NCHANGES);
	ck_assert_int_eq(ntold, (int)state.nflushed);
	barrier_fini(&crowd.gate);
	store_destroy(crowd.store);
}
END_TEST

int main(void)
{
	return suite_run("store", 60,
		(const TTest *const[]){
			what_does_not_exist,
			p6_without_a_callback_every_request_polls,
			p6_c5_with_one_a_read_shows_the_old_until_a_poll,
			c4_a_failing_callback_fails_its_request_alone,
			c6_dependents_after_their_sources_each_once,
			c4_a_failing_subscriber_is_reported,
			a_subscriber_may_read_and_not_poll,
			c3_polled_from_many_threads,
			NULL,
		});
}
