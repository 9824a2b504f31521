#include "cmd/loop.h"

#include "cmd/heartbeat.h"
#include "lib/clock.h"
#include "lib/loop.h"
#include "lib/pool.h"
#include "lib/task_group.h"
#include "lib/task_poll.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define BODY(name)       \
	static int name( \
		void *arg, union future_value *value, struct failure *failure)

/* Run a body as the main task of tasks on this loop. */
static int run_main(struct loop *loop, future_fn fn, void *arg)
{
	struct tasks *tasks;
	struct failure failure;
	int status = tasks_create(loop, &tasks);

	if (status < 0)
		return status;
	tasks_enroll(tasks);
	status = tasks_run(tasks, "main", fn, arg, NULL, &failure);
	tasks_destroy(tasks);
	return status == FUTURE_FAILED ? failure.code : status;
}

/* --- trace --- */

static const uint64_t tea_ns = 30 * CLOCK_NS_PER_MS,
		      toast_ns = 20 * CLOCK_NS_PER_MS;

BODY(wait_a_while)
{
	const uint64_t *ns = arg;

	(void)value, (void)failure;
	return task_sleep(*ns);
}

BODY(read_letter)
{
	struct pollfd fd = {.fd = *(int *)arg, .events = POLLIN};
	int status = task_poll(&fd, 1, CLOCK_NEVER);
	char byte;

	(void)value, (void)failure;
	while (status >= 0 && read(fd.fd, &byte, 1) < 0)
		if (errno != EINTR)
			status = -errno;
	return status < 0 ? status : 0;
}

BODY(write_letter)
{
	const int *ends = arg;
	int status = task_sleep(20 * CLOCK_NS_PER_MS);

	(void)value, (void)failure;
	while (status == 0 && write(ends[1], "x", 1) < 0)
		if (errno != EINTR)
			status = -errno;
	return status;
}

static void keep_code(const struct failure *failure, void *arg)
{
	*(int *)arg = failure->code;
}

BODY(have_breakfast)
{
	const struct {
		const char *name;
		future_fn fn;
		void *arg;
	} work[] = {
		{"tea", wait_a_while, (void *)&tea_ns},
		{"toast", wait_a_while, (void *)&toast_ns},
		{"reader", read_letter, arg},
		{"postman", write_letter, arg},
	};
	struct task_group group;
	int status = task_group_begin(&group), code = 0;

	(void)value, (void)failure;
	for (size_t i = 0; i < 4 && status == 0; i++)
		status = task_group_spawn(
			&group, work[i].name, work[i].fn, work[i].arg);
	status = task_group_end(&group, status, keep_code, &code);
	return status == FUTURE_FAILED ? code : status;
}

int loop_show_turns(const struct loop_options *options, struct report *report)
{
	struct turns turns;
	const struct loop_rules rules = {
		.virtual_time = true, .turn = turns_note, .context = &turns};
	struct loop *loop;
	int ends[2];
	int status;

	(void)options;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	turns_init(&turns);
	status = loop_create(&rules, &loop);
	if (status == 0) {
		status = run_main(loop, have_breakfast, ends);
		loop_destroy(loop);
	}
	close(ends[0]);
	close(ends[1]);
	if (status < 0) {
		table_destroy(turns.table);
		return status;
	}
	return report_table(report, "turns", turns.table);
}

/* --- block, offload --- */

struct work {
	struct loop *loop;
	struct heartbeat heart;
	struct pool *pool; /* NULL: do it here */
	uint64_t ns, beat;
	uint64_t nticks; /* while it was done */
};

/* tag::block[] */
BODY(blocking_work)
{
	const uint64_t *ns = arg;

	(void)value, (void)failure;
	clock_sleep(*ns);
	return 0;
}
/* end::block[] */

/* tag::offload[] */
static int offload(struct work *work)
{
	struct future *future;
	int status = pool_submit(work->pool, blocking_work, &work->ns, &future);

	if (status < 0)
		return status;
	status = task_await(future, TASK_AWAIT_CANCEL, CLOCK_NEVER);
	future_unref(future);
	return status;
}
/* end::offload[] */

BODY(work_for_a_while)
{
	struct work *work = arg;
	uint64_t rest = 2 * work->beat, before;
	int status = heartbeat_start(&work->heart, work->loop, work->beat);

	if (status == 0)
		status = task_sleep(rest);
	before = work->heart.nticks;
	if (status == 0)
		status = work->pool ? offload(work)
				    : blocking_work(&work->ns, value, failure);
	work->nticks = work->heart.nticks - before;
	if (status == 0)
		status = task_sleep(rest);
	heartbeat_stop(&work->heart);
	return status;
}

static void tell(struct report *report, const struct work *work)
{
	report_time(report, "work", "the work took", work->ns);
	report_time(report, "beat", "a tick was due every", work->beat);
	report_count(report, "ticks_during", "ticks while the work was done",
		work->nticks);
	report_time(report, "longest_gap", "the longest time between two ticks",
		work->heart.longest_gap);
}

static int show_work(const struct loop_options *options, struct pool *pool,
	struct report *report)
{
	struct work work = {
		.beat = options->beat, .pool = pool, .ns = options->work};
	int status = loop_create(NULL, &work.loop);

	if (status < 0)
		return status;
	status = run_main(work.loop, work_for_a_while, &work);
	loop_destroy(work.loop);
	if (status == 0)
		tell(report, &work);
	return status;
}

int loop_block(const struct loop_options *options, struct report *report)
{
	return show_work(options, NULL, report);
}

int loop_offload(const struct loop_options *options, struct report *report)
{
	const struct pool_options one = {.size = 1, .name = "offload"};
	struct pool *pool;
	int status = pool_create(&one, &pool);

	if (status < 0)
		return status;
	status = show_work(options, pool, report);
	pool_destroy(pool);
	return status;
}
