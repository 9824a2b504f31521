/*
 * What models endure: an item that kills whoever takes it, a worker that is
 * stopped, and being run hundreds of times in one process.
 */
#include "lib/sanitizer.h"
#include "tests/board.h"
#include "tests/suite.h"

#include <unistd.h>

enum {
	RUNS = 200,
	RUNS_WHEN_SLOW = 40, /* with a sanitizer or valgrind */
	WARM_UP = 20,
	GROWTH_MAX = 1024 * 1024,
};

/* Item 0 happens to its worker; the others are nothing. */
struct fate {
	int signal;
	bool once;
	atomic_int ntimes;
	_Atomic pid_t victim;
};

static int fateful_item(
	const struct job *job, struct env *env, uint64_t i, struct tally *tally)
{
	struct fate *fate = job->plan;

	(void)env;
	if (i == 0 &&
		(atomic_fetch_add(&fate->ntimes, 1) == 0 || !fate->once)) {
		atomic_store(&fate->victim, getpid());
		raise(fate->signal);
	}
	tally->word[0] = 1;
	return 0;
}

static const struct work fateful_work = {
	.name = "fateful",
	.item = fateful_item,
};

static struct job fateful_job(int signal, bool once)
{
	struct fate *fate = mmap(NULL, sizeof(*fate), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(fate, MAP_FAILED);
	fate->signal = signal;
	fate->once = once;
	return (struct job){
		.work = &fateful_work, .nitems = NITEMS, .plan = fate};
}

START_TEST(an_item_that_kills_all_workers_is_given_up)
{
	for (int m = 0; models[m]; m++) {
		struct model_result result;
		struct job job;

		if (!(models[m]->flags & MODEL_PROCESSES))
			continue;
		job = fateful_job(SIGKILL, false);
		ck_assert_int_eq(run(models[m], &job, WIDTH, &result), -ECHILD);
	}
}
END_TEST

/*
 * All that others can do: a worker has up to two items, and the stopped one
 * keeps its own.
 */
static bool others_are_done(uint64_t items_done)
{
	return items_done >= NITEMS - 2;
}

static int stop_when_others_are_done(void *context, uint64_t items_done)
{
	(void)context;
	return others_are_done(items_done);
}

static int continue_when_others_are_done(void *context, uint64_t items_done)
{
	const struct job *job = context;
	struct fate *fate = job->plan;

	if (others_are_done(items_done))
		kill(atomic_load(&fate->victim), SIGCONT);
	return 0;
}

static int run_with_tick(const struct model *model, struct job *job,
	int (*tick)(void *, uint64_t), struct model_result *result)
{
	const struct model_params params = {
		.width = WIDTH, .tick = tick, .context = job};
	int status = model_run(model, job, &params, result);

	assert_no_children();
	return status;
}

START_TEST(a_stopped_worker_can_be_given_up_by_an_interrupt)
{
	for (int m = 0; models[m]; m++) {
		struct model_result result;
		struct job job;

		if (!(models[m]->flags & MODEL_PROCESSES))
			continue;
		job = fateful_job(SIGSTOP, true);
		ck_assert_int_eq(run_with_tick(models[m], &job,
					 stop_when_others_are_done, &result),
			0);
		ck_assert(result.stopped);
		ck_assert(others_are_done(result.total.word[0]));
		ck_assert_uint_lt(result.total.word[0], NITEMS);
	}
}
END_TEST

START_TEST(a_stopped_worker_is_waited_for)
{
	for (int m = 0; models[m]; m++) {
		struct model_result result;
		struct job job;

		if (!(models[m]->flags & MODEL_PROCESSES))
			continue;
		job = fateful_job(SIGSTOP, true);
		ck_assert_int_eq(
			run_with_tick(models[m], &job,
				continue_when_others_are_done, &result),
			0);
		ck_assert_uint_eq(result.total.word[0], NITEMS);
		ck_assert_uint_eq(result.crashed, 0);
	}
}
END_TEST

/* Bytes of memory in use, or 0 where the system does not tell. */
static long memory_used(void)
{
	FILE *statm = fopen("/proc/self/statm", "r");
	long npages = 0;

	if (!statm)
		return 0;
	if (fscanf(statm, "%*d %ld", &npages) != 1)
		npages = 0;
	fclose(statm);
	return npages * sysconf(_SC_PAGESIZE);
}

static int discard(void *context, const char *data, size_t size)
{
	(void)context, (void)data, (void)size;
	return 0;
}

static void run_once(const struct model *model)
{
	const struct model_params params = {.width = WIDTH, .write = discard};
	struct model_result result;
	struct board *board;
	struct job job;

	board = open_board(&job, NITEMS);
	job.text_size = 16;
	ck_assert_int_eq(model_run(model, &job, &params, &result), 0);
	ck_assert_uint_eq(result.total.word[0], NITEMS);
	munmap(board, sizeof(*board));
}

static bool is_slow(void)
{
	return SANITIZER_ADDRESS || SANITIZER_THREAD || RUNNING_ON_VALGRIND;
}

/* Reliability 44. The sanitizers keep freed memory for a while. */
START_TEST(many_runs_leave_nothing_behind)
{
	for (int m = 0; models[m]; m++) {
		unsigned nfds = count_fds();
		int nruns = is_slow() ? RUNS_WHEN_SLOW : RUNS;
		long before = 0;

		for (int i = 0; i < nruns; i++) {
			if (i == WARM_UP)
				before = memory_used();
			run_once(models[m]);
		}
		if (!is_slow())
			ck_assert_int_le(memory_used() - before, GROWTH_MAX);
		ck_assert_uint_eq(count_fds(), nfds);
		assert_no_children();
	}
}
END_TEST

int main(void)
{
	return suite_run("models_endure", 300,
		(const TTest *const[]){
			an_item_that_kills_all_workers_is_given_up,
			a_stopped_worker_can_be_given_up_by_an_interrupt,
			a_stopped_worker_is_waited_for,
			many_runs_leave_nothing_behind,
			NULL,
		});
}
