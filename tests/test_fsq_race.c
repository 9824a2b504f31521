/*
 * Workers and enqueuers that are held up at the worst of moments (rows 4, 5).
 */
#include "lib/clock.h"
#include "lib/fsq_scan.h"
#include "lib/rng.h"
#include "lib/sanitizer.h"
#include "tests/fsq_census.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum {
	NWORKERS = 8,
	NPUTTERS = 2
};

/* In memory that all processes share. */
struct board {
	atomic_int holders[CENSUS_MAX], runs[CENSUS_MAX];
	atomic_int nshared; /* times that an item had two holders */
};

static struct {
	struct place place;
	struct board *board;
	int nitems;
	enum fsq_call slow;
	struct rng rng;
} track;

/* Every call of one kind takes longer, now more and now less. */
static int hold_up(enum fsq_call call, const char *name, void *arg)
{
	(void)name;
	(void)arg;
	if (call == track.slow)
		clock_sleep(rng_below(&track.rng, CLOCK_NS_PER_MS / 5));
	return 0;
}

static void begin(int i)
{
	track.place.rules.named_tmp = true; /* which needs an unlink */
	place_reopen(&track.place);
	rng_init(&track.rng, (uint64_t)i);
	fsq_sys_set_hook(hold_up, NULL);
}

static void put(int first)
{
	char number[16];

	for (int i = first; i < track.nitems; i += NPUTTERS) {
		snprintf(number, sizeof(number), "%d", i);
		enqueue(track.place.fsq, number, NULL, NULL);
	}
	_exit(0);
}

static void run_item(struct fsq_item *item)
{
	int number = census_number(item->fsq, item->id);

	track.board->nshared += track.board->holders[number]++ != 0;
	track.board->runs[number]++;
	track.board->holders[number]--;
	fsq_finish(item, FSQ_END_DONE, NULL);
}

/* Until all are done, whoever did them. */
static void work(void)
{
	const struct fsq_scan_options usual = {0};
	struct fsq_scan *scan;
	struct fsq_item item;

	if (fsq_scan_open(&track.place.fsq, 1, &usual, &scan))
		_exit(1);
	while (count_in(track.place.fsq, FSQ_DONE) < track.nitems) {
		if (fsq_scan_list(scan))
			_exit(1);
		while (fsq_scan_next(scan, &item) == FSQ_SCAN_ITEM)
			run_item(&item);
	}
	fsq_scan_close(scan);
	_exit(0);
}

static void run_all(void)
{
	int status;

	for (int i = 0; i < NWORKERS + NPUTTERS; i++) {
		if (fork())
			continue;
		begin(i);
		if (i < NPUTTERS)
			put(i);
		work();
	}
	for (int i = 0; i < NWORKERS + NPUTTERS; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
}

static void open_track(int nitems)
{
	place_open(&track.place);
	track.board = mmap(NULL, sizeof(*track.board), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(track.board, MAP_FAILED);
	track.nitems = nitems;
}

static void close_track(void)
{
	munmap(track.board, sizeof(*track.board));
	place_close(&track.place);
}

static bool is_slow(void)
{
	return SANITIZER_ADDRESS || SANITIZER_THREAD || RUNNING_ON_VALGRIND;
}

static void race_at(enum fsq_call call)
{
	static struct census census;

	open_track(is_slow() ? 200 : 2000);
	track.slow = call;
	run_all();
	census_take(&census, track.place.fsq, track.nitems, 4);
	expect_counts(track.place.fsq, 0, track.nitems, 0, 0);
	ck_assert_int_eq(track.board->nshared, 0);
	for (int i = 0; i < track.nitems; i++) {
		ck_assert_int_eq(track.board->runs[i], 1);
		ck_assert_int_eq(census.n[FSQ_DONE][i], 1);
	}
	close_track();
}

START_TEST(r4_slow_open)
{
	race_at(FSQ_OPEN);
}
END_TEST

START_TEST(r4_slow_flock)
{
	race_at(FSQ_FLOCK);
}
END_TEST

START_TEST(r4_slow_rename)
{
	race_at(FSQ_RENAME);
}
END_TEST

START_TEST(r4_slow_unlink)
{
	race_at(FSQ_UNLINK);
}
END_TEST

/* Without locks the same race is lost, so that it can be seen. */
START_TEST(r4_without_locks_items_are_run_twice)
{
	int ntwice = 0;

	open_track(200);
	track.place.rules.lock = false;
	track.slow = FSQ_RENAME;
	run_all();
	for (int i = 0; i < track.nitems; i++)
		ntwice += track.board->runs[i] > 1;
	ck_assert_int_gt(ntwice, 0);
	close_track();
}
END_TEST

/* A worker with an item, that finishes it when it is told to. */
static struct {
	pid_t pid;
	int claimed[2], go[2];
	char id[FSQ_NAME_SIZE];
} holder;

static void hold(void)
{
	struct fsq_item item;
	char go;

	place_reopen(&track.place);
	close(holder.go[1]);
	if (fsq_claim(track.place.fsq, holder.id, &item) ||
		write(holder.claimed[1], "c", 1) != 1 ||
		read(holder.go[0], &go, 1) < 0 ||
		fsq_finish(&item, FSQ_END_DONE, NULL))
		_exit(1);
	_exit(0);
}

static void start_holder_and_stop_it(void)
{
	int status;
	char claimed;

	ck_assert_int_eq(pipe(holder.claimed), 0);
	ck_assert_int_eq(pipe(holder.go), 0);
	holder.pid = fork();
	if (holder.pid == 0)
		hold();
	ck_assert_int_eq(read(holder.claimed[0], &claimed, 1), 1);
	kill(holder.pid, SIGSTOP);
	ck_assert_int_eq(waitpid(holder.pid, &status, WUNTRACED), holder.pid);
	ck_assert(WIFSTOPPED(status));
}

static void expect_claim(int result)
{
	struct fsq_item item;

	ck_assert_int_eq(fsq_claim(track.place.fsq, holder.id, &item), result);
	if (!result)
		fsq_finish(&item, FSQ_END_RELEASE, NULL);
}

START_TEST(r5_a_stopped_worker_keeps_its_item)
{
	int status;

	open_track(0);
	enqueue(track.place.fsq, "0", NULL, holder.id);
	start_holder_and_stop_it();
	expect_claim(-EAGAIN);
	close(holder.go[1]);
	expect_claim(-EAGAIN);
	kill(holder.pid, SIGCONT);
	ck_assert_int_eq(waitpid(holder.pid, &status, 0), holder.pid);
	ck_assert_int_eq(status, 0);
	expect_counts(track.place.fsq, 0, 1, 0, 0);
	close_track();
}
END_TEST

START_TEST(r5_who_is_stopped_for_ever_and_killed_gives_it_back)
{
	int status;

	open_track(0);
	enqueue(track.place.fsq, "0", NULL, holder.id);
	start_holder_and_stop_it();
	expect_claim(-EAGAIN);
	kill(holder.pid, SIGKILL);
	ck_assert_int_eq(waitpid(holder.pid, &status, 0), holder.pid);
	expect_claim(0);
	expect_counts(track.place.fsq, 1, 0, 0, 0);
	close_track();
}
END_TEST

int main(void)
{
	return suite_run("fsq_race", 60,
		(const TTest *const[]){
			r4_slow_open,
			r4_slow_flock,
			r4_slow_rename,
			r4_slow_unlink,
			r4_without_locks_items_are_run_twice,
			r5_a_stopped_worker_keeps_its_item,
			r5_who_is_stopped_for_ever_and_killed_gives_it_back,
			NULL,
		});
}
