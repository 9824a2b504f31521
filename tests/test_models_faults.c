/*
 * What every model does when something fails: an item, a write, a worker
 * that is killed, a system that refuses another thread or process.
 */
#include "tests/board.h"
#include "tests/suite.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* --- refusing threads and processes, as a system short of them does --- */

static atomic_int starts_left = -1; /* -1: as many as wanted */

static bool start_refused(void)
{
	if (atomic_load(&starts_left) < 0)
		return false;
	if (atomic_load(&starts_left) == 0)
		return true;
	atomic_fetch_sub(&starts_left, 1);
	return false;
}

pid_t fork(void)
{
	static pid_t (*real)(void);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "fork");
	if (start_refused()) {
		errno = EAGAIN;
		return -1;
	}
	return real();
}

typedef int (*create_fn)(
	pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *), void *arg)
{
	static create_fn real;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
	return start_refused() ? EAGAIN : real(thread, attributes, start, arg);
}

struct sink {
	char data[4096];
	size_t size, limit;
};

static int write_to_sink(void *context, const char *data, size_t size)
{
	struct sink *sink = context;

	if (sink->size + size > sink->limit)
		return -ENOSPC;
	memcpy(sink->data + sink->size, data, size);
	sink->size += size;
	return 0;
}

static void expect_numbers(const struct sink *sink, int n)
{
	const char *at = sink->data;

	for (int i = 0; i < n; i++) {
		char line[16];
		size_t size = (size_t)snprintf(line, sizeof(line), "%d\n", i);

		ck_assert_int_eq(strncmp(at, line, size), 0);
		at += size;
	}
	ck_assert_uint_eq((size_t)(at - sink->data), sink->size);
}

static int run_with_text(const struct model *model, struct board **board,
	int fatal_item, struct sink *sink, struct model_result *result)
{
	struct model_params params = {
		.width = WIDTH, .write = write_to_sink, .context = sink};
	struct job job;

	*board = open_board(&job, NITEMS);
	(*board)->fatal_item = fatal_item;
	job.text_size = 16;
	return model_run(model, &job, &params, result);
}

START_TEST(a_failing_item_ends_the_run_with_its_error)
{
	for (int m = 0; models[m]; m++) {
		struct model_result result;
		struct job job;

		open_board(&job, NITEMS)->failing_item = 5;
		ck_assert_int_eq(run(models[m], &job, WIDTH, &result), -EDOM);
	}
}
END_TEST

START_TEST(text_comes_in_the_order_of_items)
{
	for (int m = 0; models[m]; m++) {
		struct sink sink = {.limit = sizeof(sink.data)};
		struct model_result result;
		struct board *board;

		ck_assert_int_eq(
			run_with_text(models[m], &board, -1, &sink, &result),
			0);
		expect_numbers(&sink, NITEMS);
	}
}
END_TEST

START_TEST(a_failing_write_ends_the_run)
{
	for (int m = 0; models[m]; m++) {
		struct sink sink = {.limit = 20};
		struct model_result result;
		struct board *board;

		ck_assert_int_eq(
			run_with_text(models[m], &board, -1, &sink, &result),
			-ENOSPC);
		assert_no_children();
	}
}
END_TEST

/* Y1, R5: a worker killed in the middle of an item. */
START_TEST(a_killed_worker_changes_no_answer)
{
	for (int m = 0; models[m]; m++) {
		struct sink sink = {.limit = sizeof(sink.data)};
		struct model_result result;
		struct board *board;

		if (!(models[m]->flags & MODEL_PROCESSES))
			continue;
		ck_assert_int_eq(
			run_with_text(models[m], &board, 7, &sink, &result), 0);
		expect_numbers(&sink, NITEMS);
		ck_assert_uint_eq(result.total.word[0], NITEMS);
		ck_assert_uint_eq(
			result.total.word[1], NITEMS * (NITEMS - 1) / 2);
		ck_assert_msg(result.crashed == 1, "%s: %u crashed",
			models[m]->name, result.crashed);
		ck_assert_int_eq(atomic_load(&board->attempts[7]), 2);
	}
}
END_TEST

/* Reliability 16: the system refuses the k-th thread or process. */
START_TEST(refused_workers_are_done_without)
{
	for (int m = 0; models[m]; m++) {
		for (int allowed = 1; allowed <= 4; allowed++) {
			struct model_result result;
			struct job job;

			open_board(&job, NITEMS);
			atomic_store(&starts_left, allowed);
			ck_assert_int_eq(run(models[m], &job, 4, &result), 0);
			atomic_store(&starts_left, -1);
			ck_assert_uint_eq(result.total.word[0], NITEMS);
			if (models[m]->flags & MODEL_LAZY)
				ck_assert_uint_le(result.refused, 4 - allowed);
			else if (result.nthreads + result.nprocesses)
				ck_assert_uint_eq(result.refused, 4 - allowed);
		}
	}
}
END_TEST

START_TEST(no_worker_at_all_is_an_error)
{
	for (int m = 0; models[m]; m++) {
		struct model_result result = {0};
		struct job job;
		int status;

		open_board(&job, NITEMS);
		atomic_store(&starts_left, 0);
		status = run(models[m], &job, 4, &result);
		atomic_store(&starts_left, -1);
		if (models[m]->flags & (MODEL_PARALLEL | MODEL_PREEMPTIVE))
			ck_assert_int_eq(status, -EAGAIN);
		else
			ck_assert_int_eq(status, 0);
	}
}
END_TEST

/*
 * Compound: a worker dies over the item whose text is next, and the system
 * refuses another. The one that is left may be waiting for its turn.
 */
START_TEST(a_worker_that_cannot_be_replaced_is_no_hang)
{
	for (int m = 0; models[m]; m++) {
		struct sink sink = {.limit = sizeof(sink.data)};
		struct model_params params = {
			.width = 2, .write = write_to_sink, .context = &sink};
		struct model_result result;
		struct board *board;
		struct job job;
		int status;

		if (!(models[m]->flags & MODEL_PROCESSES))
			continue;
		board = open_board(&job, NITEMS);
		board->meet = 2;
		board->fatal_item = 0;
		job.text_size = 16;
		atomic_store(&starts_left, 2);
		status = model_run(models[m], &job, &params, &result);
		atomic_store(&starts_left, -1);
		if (status == 0)
			expect_numbers(&sink, NITEMS);
		else
			ck_assert_int_eq(status, -ECHILD);
		assert_no_children();
	}
}
END_TEST

struct last_stand {
	struct board board;
	pid_t pids[2];
	atomic_int ticking;
	int alive[2]; /* a pipe whose end of file tells that all are dead */
};

/* The worker that was started first dies, the other one just ends. */
static int last_item(
	const struct job *job, struct env *env, uint64_t i, struct tally *tally)
{
	struct last_stand *stand = job->plan;

	stand->pids[i] = getpid();
	meet(&stand->board, env);
	while (!atomic_load(&stand->ticking))
		env_wait(env, CLOCK_NS_PER_MS);
	if (stand->pids[i] < stand->pids[!i])
		raise(SIGKILL);
	tally->word[0] = 1;
	return 0;
}

/* Lets the parent see both ends at once. */
static int wait_until_both_have_ended(void *context, uint64_t items_done)
{
	struct last_stand *stand = context;
	char byte;

	(void)items_done;
	if (atomic_exchange(&stand->ticking, 1) == 0) {
		close(stand->alive[1]);
		ck_assert_int_eq(read(stand->alive[0], &byte, 1), 0);
	}
	return 0;
}

/* What is lost may not be noticed only by those that are about to go. */
START_TEST(an_item_lost_at_the_end_is_no_success)
{
	const struct work work = {.name = "last stand", .item = last_item};
	struct last_stand *stand = mmap(NULL, sizeof(*stand),
		PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const struct job job = {.work = &work, .nitems = 2, .plan = stand};
	const struct model_params params = {.width = 2,
		.tick = wait_until_both_have_ended,
		.context = stand};
	struct model_result result;
	int status;

	ck_assert_ptr_ne(stand, MAP_FAILED);
	ck_assert_int_eq(pipe(stand->alive), 0);
	stand->board.meet = 2;
	atomic_store(&starts_left, 2);
	status = model_run(model_find("shm"), &job, &params, &result);
	atomic_store(&starts_left, -1);
	ck_assert_int_eq(status, -ECHILD);
	assert_no_children();
}
END_TEST

int main(void)
{
	return suite_run("models_faults", 300,
		(const TTest *const[]){
			a_failing_item_ends_the_run_with_its_error,
			text_comes_in_the_order_of_items,
			a_failing_write_ends_the_run,
			a_killed_worker_changes_no_answer,
			refused_workers_are_done_without,
			no_worker_at_all_is_an_error,
			a_worker_that_cannot_be_replaced_is_no_hang,
			an_item_lost_at_the_end_is_no_success,
			NULL,
		});
}
