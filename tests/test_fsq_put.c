/* How items come into a queue. */
#include "lib/fsq_put.h"

#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "lib/clock.h"
#include "lib/fsq_impl.h"
#include "tests/fsq_place.h"

START_TEST(z4_content_is_kept_byte_for_byte)
{
	static char data[200000], back[sizeof(data) + 1];
	struct place place;
	struct fsq_item item;
	char id[FSQ_NAME_SIZE];
	size_t got = 0;
	ssize_t n;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 31 + i / 256);
	place_open(&place);
	ck_assert_int_eq(
		fsq_enqueue(place.fsq, NULL, 0, data, sizeof(data), id), 0);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
	while ((n = read(item.fd, back + got, sizeof(back) - got)) > 0)
		got += (size_t)n;
	ck_assert_uint_eq(got, sizeof(data));
	ck_assert_int_eq(memcmp(data, back, sizeof(data)), 0);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_DONE, NULL), 0);
	ck_assert_int_eq(fsq_enqueue(place.fsq, NULL, 0, NULL, 0, id), 0);
	place_close(&place);
}
END_TEST

static void *feed(void *arg)
{
	int fd = *(int *)arg;

	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(write(fd, "0123456789", 10), 10);
	close(fd);
	return NULL;
}

/* Z4: from what is not ready yet, and says so. */
START_TEST(z4_a_source_that_has_to_be_waited_for)
{
	struct place place;
	struct fsq_put put;
	struct stat st;
	pthread_t thread;
	int fds[2];

	place_open(&place);
	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	ck_assert_int_eq(fsq_put_begin(place.fsq, NULL, 0, &put), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, feed, &fds[1]), 0);
	ck_assert_int_eq(fsq_put_copy(&put, fds[0]), 0);
	pthread_join(thread, NULL);
	ck_assert_int_eq(fsq_publish(&put, 1), 0);
	ck_assert_int_eq(
		fsq_sys_stat(fsq_folder_fd(place.fsq, FSQ_QUEUE), put.id, &st),
		0);
	ck_assert_int_eq(st.st_size, 1000);
	close(fds[0]);
	place_close(&place);
}
END_TEST

static void enqueue_ten(struct place *place)
{
	struct fsq *fsq;

	if (fsq_open(&place->rules, "q", &fsq))
		_exit(1);
	for (int i = 0; i < 10; i++) {
		if (fsq_enqueue(fsq, NULL, 0, "x", 1, NULL))
			_exit(1);
	}
	_exit(0);
}

START_TEST(z5_ten_processes_with_ten_items)
{
	struct place place;
	int status;

	place_open(&place);
	for (int named = 0; named < 2; named++) {
		place.rules.named_tmp = named;
		for (int i = 0; i < 10; i++) {
			if (fork() == 0)
				enqueue_ten(&place);
		}
		for (int i = 0; i < 10; i++) {
			ck_assert_int_gt(wait(&status), 0);
			ck_assert_int_eq(status, 0);
		}
		expect_counts(place.fsq, 100 + 100 * named, 0, 0, 0);
	}
	place_close(&place);
}
END_TEST

START_TEST(z20_a_name_too_long_leaves_nothing)
{
	struct place place;
	char arg[300] = "";
	const char *const args[] = {arg};

	place_open(&place);
	memset(arg, 'x', sizeof(arg) - 1);
	ck_assert_int_eq(
		fsq_enqueue(place.fsq, args, 1, "x", 1, NULL), -ENAMETOOLONG);
	expect_counts(place.fsq, 0, 0, 0, 0);
	place_close(&place);
}
END_TEST

static int64_t standing;

static int64_t stand_still(void)
{
	return standing;
}

/* The clock is set back, the counter begins again, the name is taken. */
START_TEST(a_name_that_is_taken_gets_the_next_counter)
{
	struct place place;
	char first[FSQ_NAME_SIZE], second[FSQ_NAME_SIZE];
	struct fsq_name a, b;

	place_open(&place);
	clock_set_wall_source(stand_still);
	for (int named = 0; named < 2; named++) {
		place.rules.named_tmp = named;
		place_reopen(&place);
		standing = 2000000000 + named;
		enqueue(place.fsq, "a", NULL, first);
		standing++;
		enqueue(place.fsq, "b", NULL, NULL);
		standing--;
		enqueue(place.fsq, "a", NULL, second);
		ck_assert_int_eq(fsq_name_decode(&place.rules.grammar, first,
					 strlen(first), &a),
			0);
		ck_assert_int_eq(fsq_name_decode(&place.rules.grammar, second,
					 strlen(second), &b),
			0);
		ck_assert_int_eq(a.enqueued, b.enqueued);
		ck_assert_str_ne(first, second);
		standing += 10;
	}
	clock_set_wall_source(NULL);
	expect_counts(place.fsq, 6, 0, 0, 0);
	place_close(&place);
}
END_TEST

START_TEST(a_copy_keeps_its_id_and_comes_once)
{
	static const char id[] = "_20261121053427_0_1_elsewhere_3_a";
	struct place place;
	struct fsq_put put;

	place_open(&place);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(fsq_put_begin_id(place.fsq, id, &put), 0);
		ck_assert_int_eq(fsq_put_write(&put, "x", 1), 0);
		ck_assert_int_eq(fsq_publish(&put, 1), 0);
		ck_assert_str_eq(put.id, id);
	}
	ck_assert_int_eq(fsq_put_begin_id(place.fsq, "a/b", &put), -EINVAL);
	expect_counts(place.fsq, 1, 0, 0, 0);
	place_close(&place);
}
END_TEST

enum {
	NTHREADS = 4
};

static struct {
	struct place place;
	struct barrier start;
	_Atomic int nshared; /* syncs of the directory */
} shared;

static _Thread_local bool has_linked;

static uint64_t ntickets(void)
{
	struct fsq_group *group = &shared.place.fsq->group;
	uint64_t n;

	mutex_lock(&group->lock);
	n = group->ndrawn;
	mutex_unlock(&group->lock);
	return n;
}

/* The first to sync the directory does not get on before all want it to be. */
static int hold_the_first(enum fsq_call call, const char *name, void *arg)
{
	(void)name;
	(void)arg;
	if (call == FSQ_LINK)
		has_linked = true;
	if (call != FSQ_FSYNC || !has_linked)
		return 0;
	if (shared.nshared++ == 0) {
		while (ntickets() < NTHREADS)
			sched_yield();
	}
	return 0;
}

static void *publish_one(void *arg)
{
	int *result = arg;

	barrier_wait(&shared.start);
	*result = fsq_enqueue(shared.place.fsq, NULL, 0, "x", 1, NULL);
	return NULL;
}

START_TEST(threads_share_the_sync_of_the_directory)
{
	pthread_t threads[NTHREADS];
	int results[NTHREADS];

	place_open(&shared.place);
	barrier_init(&shared.start, NTHREADS);
	fsq_sys_set_hook(hold_the_first, NULL);
	for (int i = 0; i < NTHREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, publish_one,
					 &results[i]),
			0);
	for (int i = 0; i < NTHREADS; i++)
		pthread_join(threads[i], NULL);
	fsq_sys_set_hook(NULL, NULL);
	for (int i = 0; i < NTHREADS; i++)
		ck_assert_int_eq(results[i], 0);
	ck_assert_int_le(shared.nshared, 2);
	expect_counts(shared.place.fsq, NTHREADS, 0, 0, 0);
	place_close(&shared.place);
}
END_TEST

/* Z8: the mode is the rules', less the umask; the owner is the rules'. */
START_TEST(z8_mode_and_owner_of_items)
{
	struct place place;
	char id[FSQ_NAME_SIZE];
	struct stat st;
	bool root = geteuid() == 0;

	place_open(&place);
	place.rules.item_mode = 0666;
	place.rules.item_user = root ? "12345" : NULL;
	for (int named = 0; named < 2; named++) {
		place.rules.named_tmp = named;
		place_reopen(&place);
		umask(027);
		enqueue(place.fsq, "a", NULL, id);
		ck_assert_int_eq(
			fsq_sys_stat(
				fsq_folder_fd(place.fsq, FSQ_QUEUE), id, &st),
			0);
		ck_assert_int_eq(st.st_mode & 07777, 0640);
		if (root)
			ck_assert_int_eq(st.st_uid, 12345);
	}
	place_close(&place);
}
END_TEST

int main(void)
{
	return suite_run("fsq_put", 60,
		(const TTest *const[]){
			z4_content_is_kept_byte_for_byte,
			z4_a_source_that_has_to_be_waited_for,
			z5_ten_processes_with_ten_items,
			z20_a_name_too_long_leaves_nothing,
			a_name_that_is_taken_gets_the_next_counter,
			a_copy_keeps_its_id_and_comes_once,
			threads_share_the_sync_of_the_directory,
			z8_mode_and_owner_of_items,
			NULL,
		});
}
