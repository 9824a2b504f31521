/*
 * Workers and enqueuers are killed at random moments (rows 1 to 3): what was
 * acknowledged is done in the end, each item is in one place, and no more is
 * run twice than there were kills. KILL=full is the matrix to the letter,
 * 10,000 items that are programs of their own, and takes a minute.
 */
#include "lib/clock.h"
#include "lib/fsq_scan.h"
#include "lib/rng.h"
#include "lib/sanitizer.h"
#include "tests/crash/tracee.h"
#include "tests/fsq_census.h"

#include <limits.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum {
	NWORKERS = 4,
	NPUTTERS = 2,
	NPROCS = NWORKERS + NPUTTERS,
	NROUNDS = 20
};

/* In memory that all processes share. */
struct board {
	atomic_int effects[CENSUS_MAX];
	atomic_bool acknowledged[CENSUS_MAX];
	atomic_int next[NPUTTERS]; /* item to put; INT_MAX: all are */
};

static struct {
	struct place place;
	struct board *board;
	int nitems;
	uint64_t job_ns; /* how long an item takes */
	void (*work)(void);
	pid_t pids[NPROCS]; /* 0: ended by itself */
	int nkills;
	struct rng rng;
	char conc[PATH_MAX], effects[96];
} yard;

static bool is_slow(void)
{
	return SANITIZER_ADDRESS || SANITIZER_THREAD || RUNNING_ON_VALGRIND;
}

static bool is_full(void)
{
	const char *how = getenv("KILL");

	return how && !strcmp(how, "full");
}

static bool more_may_come(void)
{
	for (int i = 0; i < NPUTTERS; i++) {
		if (yard.board->next[i] != INT_MAX)
			return true;
	}
	return false;
}

static void run_item(struct fsq_item *item)
{
	int number = census_number(item->fsq, item->id);

	yard.board->effects[number]++;
	clock_sleep(yard.job_ns);
	if (fsq_finish(item, FSQ_END_DONE, NULL))
		_exit(1);
}

/* Until nothing waits and nothing is to come. */
static void work(void)
{
	const struct fsq_scan_options usual = {0};
	struct fsq_scan_state state;
	struct fsq_scan *scan;
	struct fsq_item item;
	bool last;

	place_reopen(&yard.place);
	if (fsq_scan_open(&yard.place.fsq, 1, &usual, &scan))
		_exit(1);
	do {
		last = !more_may_come();
		if (fsq_scan_list(scan))
			_exit(1);
		while (fsq_scan_next(scan, &item) == FSQ_SCAN_ITEM)
			run_item(&item);
		fsq_scan_inspect(scan, &state);
		if (state.nclaimed == 0)
			clock_sleep(CLOCK_NS_PER_MS);
	} while (!last || state.nlisted);
	fsq_scan_close(scan);
	_exit(0);
}

/* The same by commands, each item a program that leaves a line. */
static void work_by_command(void)
{
	const char *const argv[] = {yard.conc, "fsq", "scan", "-q", "q",
		"/bin/sh", "-c", "echo $1 >>$0", yard.effects, NULL};

	place_reopen(&yard.place);
	while (more_may_come() || count_in(yard.place.fsq, FSQ_QUEUE)) {
		pid_t pid = fork();

		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			tracee_exec(argv, &(struct tracee_streams){0});
		}
		waitpid(pid, NULL, 0);
		clock_sleep(CLOCK_NS_PER_MS);
	}
	_exit(0);
}

/* Every second item; what was not acknowledged is not put again. */
static void put(int putter)
{
	atomic_int *next = &yard.board->next[putter];
	char number[16];

	place_reopen(&yard.place);
	while (*next < yard.nitems) {
		int i = *next;

		*next += NPUTTERS;
		snprintf(number, sizeof(number), "%d", i);
		enqueue(yard.place.fsq, number, NULL, NULL);
		yard.board->acknowledged[i] = true;
	}
	*next = INT_MAX;
	_exit(0);
}

static void start(int i)
{
	yard.pids[i] = fork();
	ck_assert_int_ge(yard.pids[i], 0);
	if (yard.pids[i])
		return;
	if (i < NWORKERS)
		yard.work();
	put(i - NWORKERS);
}

static void start_all(void)
{
	for (int i = 0; i < NPROCS; i++)
		start(i);
}

static void open_yard(int nitems, uint64_t job_ns, void (*how)(void))
{
	place_open(&yard.place);
	setenv("FSQ_ROOT", yard.place.root, 1);
	snprintf(yard.effects, sizeof(yard.effects), "%s/effects",
		yard.place.root);
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	yard.board = mmap(NULL, sizeof(*yard.board), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(yard.board, MAP_FAILED);
	yard.nitems = nitems;
	yard.job_ns = job_ns;
	yard.work = how;
	for (int i = 0; i < NPUTTERS; i++)
		yard.board->next[i] = i;
	rng_init(&yard.rng, 1);
	start_all();
}

/* Returns how many are left; those that were killed and not for ever begin
 * again. */
static int look_after(void)
{
	int status, nleft = 0;

	for (int i = 0; i < NPROCS; i++) {
		if (yard.pids[i] &&
			waitpid(yard.pids[i], &status, WNOHANG) > 0) {
			yard.pids[i] = 0;
			if (WIFSIGNALED(status))
				start(i);
			else
				ck_assert_int_eq(status, 0);
		}
		nleft += yard.pids[i] != 0;
	}
	return nleft;
}

static void kill_one(void)
{
	int i = (int)rng_below(&yard.rng, NPROCS);

	if (yard.pids[i] == 0)
		return;
	kill(yard.pids[i], SIGKILL);
	yard.nkills++;
}

static void kill_all(void)
{
	for (int i = 0; i < NPROCS; i++) {
		if (yard.pids[i])
			kill(yard.pids[i], SIGKILL);
	}
	for (int i = 0; i < NPROCS; i++)
		yard.nkills += yard.pids[i] != 0;
	while (wait(NULL) > 0)
		;
}

static void gather_effects(void)
{
	FILE *file = fopen(yard.effects, "r");
	int number;

	while (file && fscanf(file, "%d", &number) == 1)
		yard.board->effects[number]++;
	if (file)
		fclose(file);
}

/* None is in two places, none that was acknowledged in none. */
static int check_places(struct census *census)
{
	int n = 0;

	census_take(census, yard.place.fsq, yard.nitems, 4);
	for (int i = 0; i < yard.nitems; i++) {
		n += census_count(census, i);
		ck_assert_int_le(census_count(census, i), 1);
		ck_assert_int_ge(census_count(census, i),
			(int)yard.board->acknowledged[i]);
	}
	return n;
}

static void close_yard(const char *what)
{
	static struct census census;
	int nitems, nlost = 0, neffects = 0;

	while (wait(NULL) > 0)
		;
	gather_effects();
	nitems = check_places(&census);
	expect_counts(yard.place.fsq, 0, nitems, 0, 0);
	for (int i = 0; i < yard.nitems; i++) {
		nlost += census.n[FSQ_DONE][i] && !yard.board->effects[i];
		neffects += yard.board->effects[i];
	}
	fprintf(stderr, "%s: %d items, %d kills, %d runs\n", what, nitems,
		yard.nkills, neffects);
	ck_assert_int_eq(nlost, 0);
	ck_assert_int_le(neffects, nitems + yard.nkills);
	place_close(&yard.place);
}

/* More and more seldom, lest on a slow machine nobody ever gets done. */
static void kill_one_by_one(uint64_t every_ns)
{
	while (look_after()) {
		clock_sleep(every_ns);
		kill_one();
		if (!is_full())
			every_ns += every_ns / 32;
	}
}

START_TEST(r1_workers_and_enqueuers_are_killed)
{
	open_yard(is_slow() ? 1000 : 10000,
		is_full() ? 2 * CLOCK_NS_PER_MS : CLOCK_NS_PER_MS / 10, work);
	kill_one_by_one((is_full() ? 50 : 20) * CLOCK_NS_PER_MS);
	ck_assert_int_gt(yard.nkills, 0);
	close_yard("one killed at a time");
}
END_TEST

START_TEST(r1_commands_are_killed)
{
	if (RUNNING_ON_VALGRIND)
		return;
	tracee_find_conc(yard.conc);
	open_yard(is_full() ? 10000 : 100, 0, work_by_command);
	kill_one_by_one((is_full() ? 50 : 10) * CLOCK_NS_PER_MS);
	close_yard("commands killed");
}
END_TEST

START_TEST(r2_nobody_is_killed)
{
	open_yard(is_slow() ? 500 : 2000, 0, work);
	while (look_after())
		clock_sleep(CLOCK_NS_PER_MS);
	close_yard("none killed");
	ck_assert_int_eq(yard.nkills, 0);
}
END_TEST

START_TEST(r3_all_are_killed_and_begin_again)
{
	static struct census census;
	uint64_t pause = (is_full() ? 500 : 20) * CLOCK_NS_PER_MS;

	open_yard(is_full() ? 10000 : 2000,
		is_full() ? 2 * CLOCK_NS_PER_MS : CLOCK_NS_PER_MS / 2, work);
	for (int i = 0; i < NROUNDS; i++) {
		clock_sleep(pause);
		kill_all();
		check_places(&census);
		start_all();
	}
	while (look_after())
		clock_sleep(CLOCK_NS_PER_MS);
	close_yard("all killed at once");
}
END_TEST

int main(void)
{
	return suite_run("fsq_kill", 60,
		(const TTest *const[]){
			r1_workers_and_enqueuers_are_killed,
			r1_commands_are_killed,
			r2_nobody_is_killed,
			r3_all_are_killed_and_begin_again,
			NULL,
		});
}
