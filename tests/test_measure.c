#include "cmd/measure.h"
#include "lib/clock.h"
#include "tests/suite.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A work whose only item does what the test wants. */
static int (*deed)(struct env *env);
static int nticks;

static int open_one(struct job *job, uint64_t size, unsigned nworkers)
{
	(void)size;
	job->nitems = nworkers;
	return 0;
}

static int do_deed(
	const struct job *job, struct env *env, uint64_t i, struct tally *tally)
{
	(void)job;
	(void)i;
	tally->word[0] = 7;
	return deed(env);
}

static bool is_seven(const struct job *job, const struct tally *total)
{
	return total->word[0] == 7 * job->nitems;
}

static const struct work work_deed = {
	.name = "deed",
	.max_size = 1,
	.open = open_one,
	.item = do_deed,
	.right = is_seven,
};

static int do_nothing(struct env *env)
{
	(void)env;
	return 0;
}

static int refuse(struct env *env)
{
	(void)env;
	return -ENOSPC;
}

static int die(struct env *env)
{
	(void)env;
	return kill(getpid(), SIGKILL);
}

static int leave(struct env *env)
{
	(void)env;
	_exit(0);
}

static int wait_long(struct env *env)
{
	return env_wait(env, 100 * CLOCK_NS_PER_S);
}

static int compute(struct env *env)
{
	uint64_t end = clock_now() + UINT64_C(30) * CLOCK_NS_PER_MS;

	while (clock_now() < end)
		env_pause(env);
	return 0;
}

static int touch_memory(struct env *env)
{
	size_t size = 20 << 20;
	char *memory = malloc(size);

	(void)env;
	if (!memory)
		return -ENOMEM;
	memset(memory, 1, size);
	/* Or the compiler sees that nobody looks. */
	__asm__ __volatile__("" : : "r"(memory) : "memory");
	free(memory);
	return 0;
}

static int go_on(void *context, uint64_t items_done, uint64_t nitems)
{
	(void)context;
	(void)items_done;
	(void)nitems;
	nticks++;
	return 0;
}

static int give_up(void *context, uint64_t items_done, uint64_t nitems)
{
	(void)items_done;
	(void)nitems;
	return clock_now() > *(uint64_t *)context;
}

static struct measurement measured(struct measure *measure, const char *model,
	unsigned width, int (*what)(struct env *env))
{
	struct measure_request request = {
		.work = &work_deed,
		.model = model_find(model),
		.size = 1,
		.width = width,
	};
	struct measurement out;

	deed = what;
	ck_assert_int_eq(measure_run(measure, &request, go_on, NULL, &out), 0);
	return out;
}

/* The helper is forked after deed is set: it has to know it. */
static struct measurement measured_alone(
	const char *model, unsigned width, int (*what)(struct env *env))
{
	struct measure measure;
	struct measurement out;

	deed = what;
	ck_assert_int_eq(measure_open(&measure), 0);
	out = measured(&measure, model, width, what);
	measure_close(&measure);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	return out;
}

START_TEST(a_run_brings_its_answer_and_its_cost)
{
	struct measurement m = measured_alone("seq", 1, compute);

	ck_assert_int_eq(m.error, 0);
	ck_assert_int_eq(m.signal, 0);
	ck_assert(m.right);
	ck_assert_uint_eq(m.result.total.word[0], 7);
	ck_assert_uint_ge(m.wall_ns, 30 * CLOCK_NS_PER_MS);
	ck_assert_uint_gt(m.user_ns + m.system_ns, 0);
	ck_assert_uint_gt(m.minor_faults, 0);
}
END_TEST

START_TEST(memory_is_that_of_the_run_alone)
{
	size_t size = 100 << 20;
	char *memory = malloc(size);
	struct measure measure;
	struct measurement m;

	ck_assert_ptr_nonnull(memory);
	deed = do_nothing;
	ck_assert_int_eq(measure_open(&measure), 0);
	memset(memory, 1, size);
	m = measured(&measure, "seq", 1, do_nothing);
	measure_close(&measure);
	free(memory);
	ck_assert_uint_gt(m.memory_kib, 0);
#ifndef __SANITIZE_THREAD__
	ck_assert_uint_lt(m.memory_kib, 100 << 10);
#endif
}
END_TEST

START_TEST(memory_of_processes_is_added_up)
{
	struct measurement m = measured_alone("procs", 2, touch_memory);

	ck_assert_int_eq(m.error, 0);
	ck_assert_uint_eq(m.result.nprocesses, 2);
	ck_assert_uint_ge(m.memory_kib, 2 * (20 << 10));
	m = measured_alone("threads", 1, touch_memory);
	ck_assert_uint_ge(m.memory_kib, 20 << 10);
}
END_TEST

START_TEST(a_failure_is_an_outcome)
{
	struct measurement m = measured_alone("threads", 2, refuse);

	ck_assert_int_eq(m.error, -ENOSPC);
	ck_assert_int_eq(m.signal, 0);
	ck_assert(!m.right);
}
END_TEST

START_TEST(so_is_a_violent_death)
{
	struct measurement m = measured_alone("seq", 1, die);

	ck_assert_int_eq(m.signal, SIGKILL);
	ck_assert_int_lt(m.error, 0);
	m = measured_alone("seq", 1, leave);
	ck_assert_int_eq(m.signal, 0);
	ck_assert_int_eq(m.error, -EIO);
}
END_TEST

static const struct measure_request harmless = {
	.work = &work_deed,
	.size = 1,
	.width = 1,
};

START_TEST(the_next_request_is_served_as_if_nothing_had_been)
{
	struct measure measure;
	struct measure_request request = harmless;
	struct measurement m;

	deed = die;
	ck_assert_int_eq(measure_open(&measure), 0);
	for (int i = 0; i < 3; i++) {
		request.model = model_find("threads");
		ck_assert_int_eq(
			measure_run(&measure, &request, go_on, NULL, &m), 0);
		ck_assert_int_eq(m.signal, SIGKILL);
	}
	request.work = work_find("sleepers");
	ck_assert_int_eq(measure_run(&measure, &request, go_on, NULL, &m), 0);
	ck_assert_int_eq(m.error, 0);
	ck_assert(m.right);
	measure_close(&measure);
}
END_TEST

START_TEST(who_gives_up_leaves_nothing_behind)
{
	static const char *const names[] = {"seq", "threads", "procs", NULL};

	for (int i = 0; names[i]; i++) {
		struct measure_request request = harmless;
		struct measure measure;
		struct measurement m;
		uint64_t until = clock_now() + 20 * CLOCK_NS_PER_MS;

		deed = wait_long;
		request.model = model_find(names[i]);
		ck_assert_int_eq(measure_open(&measure), 0);
		ck_assert_int_eq(
			measure_run(&measure, &request, give_up, &until, &m),
			-ECANCELED);
		measure_close(&measure);
		ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	}
}
END_TEST

START_TEST(a_dead_helper_is_noticed)
{
	struct measure_request request = harmless;
	struct measure measure;
	struct measurement m;

	deed = do_nothing;
	request.model = model_find("seq");
	ck_assert_int_eq(measure_open(&measure), 0);
	kill(measure.helper.pid, SIGKILL);
	ck_assert_int_eq(
		measure_run(&measure, &request, go_on, NULL, &m), -EPIPE);
	measure_close(&measure);
}
END_TEST

int main(void)
{
	return suite_run("measure", 60,
		(const TTest *const[]){
			a_run_brings_its_answer_and_its_cost,
			memory_is_that_of_the_run_alone,
			memory_of_processes_is_added_up,
			a_failure_is_an_outcome,
			so_is_a_violent_death,
			the_next_request_is_served_as_if_nothing_had_been,
			who_gives_up_leaves_nothing_behind,
			a_dead_helper_is_noticed,
			NULL,
		});
}
