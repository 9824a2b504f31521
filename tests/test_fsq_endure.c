/* Many enqueuers at once (row 42), and very many items (row 44). */
#include "lib/fsq_impl.h"
#include "lib/fsq_run.h"
#include "lib/fsq_scan.h"
#include "lib/sanitizer.h"
#include "lib/sync.h"
#include "tests/fsq_place.h"

#include <pthread.h>
#include <sys/wait.h>

enum {
	NENQUEUERS = 8,
	NEACH = 40,
	MIB = 1024 * 1024
};

static struct {
	struct place place;
	struct barrier start;
	char ids[NENQUEUERS][NEACH][FSQ_NAME_SIZE];
	int errors[NENQUEUERS];
} crowd;

static void *put_some(void *arg)
{
	int me = *(int *)arg;

	barrier_wait(&crowd.start);
	for (int i = 0; i < NEACH && !crowd.errors[me]; i++)
		crowd.errors[me] = fsq_enqueue(
			crowd.place.fsq, NULL, 0, "x", 1, crowd.ids[me][i]);
	return NULL;
}

static void put_in_threads(void)
{
	pthread_t threads[NENQUEUERS];
	int numbers[NENQUEUERS];

	barrier_init(&crowd.start, NENQUEUERS);
	for (int i = 0; i < NENQUEUERS; i++) {
		numbers[i] = i;
		ck_assert_int_eq(pthread_create(&threads[i], NULL, put_some,
					 &numbers[i]),
			0);
	}
	for (int i = 0; i < NENQUEUERS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < NENQUEUERS; i++)
		ck_assert_int_eq(crowd.errors[i], 0);
}

/* Each id is that of an item, so that no two are equal: else one is missing. */
START_TEST(r42_eight_threads_enqueue_at_once)
{
	place_open(&crowd.place);
	for (int named = 0; named < 2; named++) {
		crowd.place.rules.named_tmp = named;
		place_reopen(&crowd.place);
		put_in_threads();
		for (int i = 0; i < NENQUEUERS * NEACH; i++)
			ck_assert(is_in(crowd.place.fsq, FSQ_QUEUE,
				crowd.ids[i / NEACH][i % NEACH]));
		expect_counts(crowd.place.fsq, (named + 1) * NENQUEUERS * NEACH,
			0, 0, 0);
	}
	place_close(&crowd.place);
}
END_TEST

static void put_as_process(int start)
{
	char go;

	place_reopen(&crowd.place);
	if (read(start, &go, 1) != 0)
		_exit(1);
	for (int i = 0; i < NEACH; i++) {
		if (fsq_enqueue(crowd.place.fsq, NULL, 0, "x", 1, NULL))
			_exit(1);
	}
	_exit(0);
}

START_TEST(r42_eight_processes_enqueue_at_once)
{
	int start[2], status;

	place_open(&crowd.place);
	crowd.place.rules.named_tmp = true;
	ck_assert_int_eq(pipe(start), 0);
	for (int i = 0; i < NENQUEUERS; i++) {
		if (fork() == 0) {
			close(start[1]);
			put_as_process(start[0]);
		}
	}
	close(start[0]);
	close(start[1]);
	for (int i = 0; i < NENQUEUERS; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	expect_counts(crowd.place.fsq, NENQUEUERS * NEACH, 0, 0, 0);
	place_close(&crowd.place);
}
END_TEST

static bool is_slow(void)
{
	return SANITIZER_ADDRESS || SANITIZER_THREAD || RUNNING_ON_VALGRIND;
}

/* In bytes, of this process. */
static long resident(void)
{
	FILE *statm = fopen("/proc/self/statm", "r");
	long total, pages;

	if (!statm)
		return 0;
	ck_assert_int_eq(fscanf(statm, "%ld %ld", &total, &pages), 2);
	fclose(statm);
	return pages * sysconf(_SC_PAGESIZE);
}

static void run_by_program(struct fsq_item *item)
{
	static const struct fsq_program program = {.file = "true"};
	struct fsq_verdict verdict;
	struct fsq_job job;

	ck_assert_int_eq(fsq_job_start(&program, item, &job), 0);
	while (!fsq_job_poll(&job))
		fsq_jobs_wait(&job, 1, NULL, 0, CLOCK_NEVER);
	ck_assert_int_eq(fsq_job_settle(&job, &verdict, NULL), 0);
	ck_assert_int_eq(verdict.end, FSQ_END_DONE);
}

/* A hundred in and out, one of them by a program, one failed, one rejected. */
static void cycle(struct fsq *fsq, struct fsq_scan *scan)
{
	struct fsq_item item;
	int result, n = 0;

	for (int i = 0; i < 99; i++)
		enqueue(fsq, "a", "b", NULL);
	plant(fsq, FSQ_QUEUE, "nonsense", "");
	ck_assert_int_eq(fsq_scan_list(scan), 0);
	while ((result = fsq_scan_next(scan, &item)) == FSQ_SCAN_ITEM) {
		if (n++ == 0)
			run_by_program(&item);
		else
			fsq_finish(&item,
				item.malformed ? FSQ_END_FAIL : FSQ_END_DONE,
				NULL);
	}
	ck_assert_int_eq(result, FSQ_SCAN_END);
	ck_assert_int_eq(n, 100);
}

START_TEST(r44_ten_thousand_items_leave_nothing_in_memory)
{
	const struct fsq_scan_options usual = {0};
	int ncycles = is_slow() ? 10 : 100, nfds = 0;
	struct fsq_scan *scan;
	struct place place;
	long size = 0;

	place_open(&place);
	ck_assert_int_eq(fsq_scan_open(&place.fsq, 1, &usual, &scan), 0);
	for (int i = 0; i < ncycles; i++) {
		cycle(place.fsq, scan);
		if (i == ncycles / 10) {
			size = resident();
			nfds = count_at(AT_FDCWD, "/proc/self/fd");
		}
	}
	ck_assert_int_eq(count_at(AT_FDCWD, "/proc/self/fd"), nfds);
	if (!is_slow())
		ck_assert_int_le(resident(), size + 4 * MIB);
	expect_counts(place.fsq, 0, 99 * ncycles, ncycles, 0);
	fsq_scan_close(scan);
	place_close(&place);
}
END_TEST

int main(void)
{
	return suite_run("fsq_endure", 60,
		(const TTest *const[]){
			r42_eight_threads_enqueue_at_once,
			r42_eight_processes_enqueue_at_once,
			r44_ten_thousand_items_leave_nothing_in_memory,
			NULL,
		});
}
