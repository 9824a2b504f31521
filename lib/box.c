#include "lib/box_impl.h"

#include "lib/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	TICK_MS = 100,
	CHUNK_SIZE = 16384,
};

/* Users of this range are nobody's, and one for each process id. */
static const uid_t first_user = 0x70000000;

/* For the keeper to end all and tell; then it is killed itself. */
static const uint64_t grace_ns = 3 * CLOCK_NS_PER_S;

/* A box as conc sees it. */
struct running {
	const struct box_options *options;
	struct box_result *result;
	struct box_report report;
	pid_t pid;
	int report_in, control_out, output_in;
	uint64_t started_ns, deadline_ns;
	uint64_t noutput;
	bool told; /* to end */
	bool reported;
};

unsigned box_user(void)
{
	return geteuid() ? geteuid() : first_user + (unsigned)getpid();
}

int box_give(const char *folder)
{
	if (geteuid())
		return 0;
	if (chown(folder, box_user(), box_user()) < 0 ||
		chmod(folder, 0770) < 0)
		return -errno;
	return 0;
}

bool box_has(const struct box_options *options, enum box_access access)
{
	for (unsigned i = 0; i < BOX_MOST_PLACES; i++) {
		if (options->places[i].path &&
			options->places[i].access == access)
			return true;
	}
	return false;
}

static void tell_to_end(struct running *box, enum box_end why)
{
	if (box->told)
		return;
	box->told = true;
	box->result->end = why;
	box->deadline_ns = clock_now() + grace_ns;
	close(box->control_out);
	box->control_out = -1;
}

/* Returns whether there may be more. */
static bool take_output(struct running *box)
{
	uint64_t limit = box->options->limits.output_size;
	char chunk[CHUNK_SIZE];
	ssize_t n = read(box->output_in, chunk, sizeof(chunk));
	size_t some = n > 0 ? (size_t)n : 0;

	if (n <= 0)
		return n < 0 && errno == EINTR;
	if (limit && some > limit - box->noutput) {
		some = (size_t)(limit - box->noutput);
		tell_to_end(box, BOX_OUTPUT_OVER);
	}
	box->noutput += some;
	if (some && box->options->output)
		box->options->output(box->options->context, chunk, some);
	return !box->told;
}

/* Who holds the other end open may live on: do not wait for its end. */
static void take_rest(struct running *box)
{
	fcntl(box->output_in, F_SETFL, O_NONBLOCK);
	while (take_output(box))
		;
}

static void look_at_time(struct running *box)
{
	bool late = clock_now() >= box->deadline_ns;

	if (late && box->told)
		kill(box->pid, SIGKILL);
	else if (late)
		tell_to_end(box, BOX_TIME_OVER);
	if (!box->told && box->options->tick &&
		box->options->tick(box->options->context))
		tell_to_end(box, BOX_STOPPED);
}

/* Until the keeper has reported, or has gone without doing so. */
static void watch(struct running *box)
{
	struct pollfd fds[2] = {{.fd = box->report_in, .events = POLLIN},
		{.fd = box->output_in, .events = POLLIN}};
	ssize_t n;

	for (;;) {
		int left = clock_poll_ms(box->deadline_ns);
		bool wait_tick = left < 0 || left > TICK_MS;

		if (poll(fds, 2, wait_tick ? TICK_MS : left) < 0 &&
			errno != EINTR)
			break;
		if (fds[0].revents)
			break;
		if (fds[1].revents && !take_output(box))
			fds[1].fd = -1;
		look_at_time(box);
	}
	n = read(box->report_in, &box->report, sizeof(box->report));
	box->reported = n == sizeof(box->report);
}

static void fill_in(struct running *box)
{
	struct box_result *result = box->result;
	int status = box->reported ? box->report.wait_status : SIGKILL;

	result->wait_status = status;
	result->elapsed_ns = clock_now() - box->started_ns;
	result->busy_ns = box->report.busy_ns;
	result->asleep = box->report.asleep;
	result->nleft = box->report.nleft;
	result->missing = box->report.missing;
	if (box->options->missing)
		*box->options->missing |= result->missing;
	if (box->told)
		return;
	result->end = WIFEXITED(status) ? BOX_EXITED : BOX_SIGNALLED;
	result->code = WIFEXITED(status) ? WEXITSTATUS(status)
					 : WTERMSIG(status);
}

static int follow(struct running *box)
{
	uint64_t limit = box->options->limits.wall_ns;

	box->started_ns = clock_now();
	box->deadline_ns = limit ? box->started_ns + limit : CLOCK_NEVER;
	watch(box);
	if (!box->report.error)
		take_rest(box);
	if (box->control_out >= 0)
		close(box->control_out);
	while (waitpid(box->pid, NULL, 0) < 0 && errno == EINTR)
		;
	fill_in(box);
	return box->told ? 0 : box->report.error;
}

static void close_both(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

/* Three pipes; returns 0, or -errno with none of them open. */
static int open_pipes(int report[2], int control[2], int output[2])
{
	int error;

	if (pipe2(report, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(control, O_CLOEXEC) < 0)
		goto close_report;
	if (pipe2(output, O_CLOEXEC) < 0)
		goto close_control;
	return 0;
close_control:
	error = -errno;
	close_both(control);
	close_both(report);
	return error;
close_report:
	error = -errno;
	close_both(report);
	return error;
}

int box_run(const struct box_options *options, struct box_result *result)
{
	struct box_plan plan = {
		.options = options, .root = geteuid() == 0, .user = box_user()};
	struct running box = {.options = options, .result = result};
	int report[2], control[2], output[2];
	int error = open_pipes(report, control, output);

	if (error)
		return error;
	*result = (struct box_result){.end = BOX_EXITED};
	plan.noutside = plan.root ? 0 : box_count_tasks();
	plan.report = report[1];
	plan.control = control[0];
	plan.output = output[1];
	box_cgroup_make(&plan);
	box.pid = fork();
	if (box.pid == 0) {
		close(control[1]);
		box_keep_run(&plan);
	}
	error = box.pid < 0 ? -errno : 0;
	close(report[1]);
	close(control[0]);
	close(output[1]);
	box.report_in = report[0];
	box.control_out = control[1];
	box.output_in = output[0];
	if (!error)
		error = follow(&box);
	else
		close(control[1]);
	box_cgroup_remove(&plan);
	box_cgroup_close(&plan);
	close(report[0]);
	close(output[0]);
	return error;
}
