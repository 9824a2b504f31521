#include "cmd/fsq_runner.h"

#include "cmd/fsq.h"
#include "cmd/interrupt.h"
#include "cmd/msg.h"
#include "cmd/text.h"
#include "lib/clock.h"
#include "lib/fsq_watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS UINT64_C(1000000000)

static bool stopped(const struct runner *runner)
{
	return runner->code == EXIT_REFUSED || interrupt_requested();
}

/* What is scanned. */
static struct fsq *const *queues(const struct runner *runner)
{
	return runner->hosts.n ? runner->hosts.all : &runner->fsq;
}

static size_t nqueues(const struct runner *runner)
{
	return runner->hosts.n ? runner->hosts.n : 1;
}

/* What became of an item; place is its name now. */
static void tell(struct runner *runner, const struct fsq *fsq,
	const char *place, const struct fsq_verdict *verdict)
{
	static const char *const where[] = {
		[FSQ_END_DONE] = "done",
		[FSQ_END_FAIL] = "failed",
		[FSQ_END_RETRY] = "is to be tried again",
		[FSQ_END_RELEASE] = "waits",
	};
	const char *host = fsq_host_of(fsq);
	const char *of = host ? " of host " : "";
	const char *name = host ? text_quote(host).text : "";

	runner->ended[verdict->end]++;
	if (verdict->end != FSQ_END_DONE)
		msg_note("%s%s%s %s: %s", text_quote(place).text, of, name,
			where[verdict->end], fsq_reason_text(verdict->reason));
	else if (runner->options->verbose)
		msg_note("%s%s%s done", text_quote(place).text, of, name);
	if (verdict->end == FSQ_END_FAIL && !runner->code)
		runner->code = EXIT_NO;
}

/* Removed since we opened it: the next look for hosts will miss it. */
static bool is_gone_host(const struct runner *runner, int error)
{
	return error == -ENOENT && runner->options->all_hosts;
}

static void fail(struct runner *runner, int error, const char *what)
{
	runner->code = queue_refuse(error, what, fsq_name_of(runner->fsq));
	runner->code = EXIT_REFUSED;
}

static void refuse_program(struct runner *runner, int error)
{
	msg_error("cannot run %s: %s", text_quote(runner->program.file).text,
		strerror(-error));
	msg_hint("name a program: 'conc fsq scan %s ./program'",
		fsq_name_of(runner->fsq));
	runner->code = EXIT_REFUSED;
}

static struct fsq_job *free_job(struct runner *runner)
{
	for (unsigned i = 0; i < runner->options->jobs; i++)
		if (!runner->jobs[i].pid)
			return &runner->jobs[i];
	return NULL;
}

static void finish(struct runner *runner, struct fsq_item *item,
	struct fsq_verdict verdict)
{
	char place[FSQ_NAME_SIZE] = "";
	int error;

	snprintf(place, sizeof(place), "%s", item->id);
	error = fsq_finish(item, verdict.end, place);
	tell(runner, item->fsq, place, &verdict);
	if (error < 0)
		fail(runner, error, "finish an item of");
}

static bool is_shortage(int error)
{
	return error == -EAGAIN || error == -ENOMEM || error == -EMFILE ||
	       error == -ENFILE;
}

/* Until one that runs has ended. */
static void hold(struct runner *runner, const struct fsq_item *item, int error)
{
	runner->held = *item;
	runner->holds = true;
	if (!runner->is_short)
		msg_warning("going on with %u at once: %s", runner->nrunning,
			strerror(-error));
	runner->is_short = true;
}

/* Who cannot be started is not at fault, unless it names the program. */
static void start(struct runner *runner, struct fsq_item *item)
{
	struct fsq_verdict verdict = fsq_judge_before(
		fsq_rules_of(runner->fsq), item, clock_wall());
	int error;

	if (verdict.end != FSQ_END_RELEASE) {
		finish(runner, item, verdict);
		return;
	}
	error = fsq_job_start(&runner->program, item, free_job(runner));
	if (!error) {
		runner->nrunning++;
		return;
	}
	if (is_shortage(error) && runner->nrunning) {
		hold(runner, item, error);
		return;
	}
	if (!runner->program.file && !is_shortage(error)) {
		finish(runner, item,
			(struct fsq_verdict){FSQ_END_FAIL, FSQ_FAILED});
		return;
	}
	fsq_finish(item, FSQ_END_RELEASE, NULL);
	if (runner->program.file && !is_shortage(error))
		refuse_program(runner, error);
	else
		fail(runner, error, "run an item of");
}

static void reject(struct runner *runner, const char *id)
{
	msg_note("%s failed: not a plain file", text_quote(id).text);
	runner->ended[FSQ_END_FAIL]++;
	if (!runner->code)
		runner->code = EXIT_NO;
}

/* Claim the next item, if there is one. */
static void claim(struct runner *runner)
{
	struct fsq_item item;
	int found = fsq_scan_next(runner->scan, &item);

	switch (found) {
	case FSQ_SCAN_END:
		runner->used_up = true;
		break;
	case FSQ_SCAN_ITEM:
		start(runner, &item);
		break;
	case FSQ_SCAN_REJECTED:
		reject(runner, item.id);
		break;
	case -ENOENT:
	case -EMFILE:
	case -ENFILE:
	case -ENOMEM:
		runner->used_up = is_gone_host(runner, found);
		if (!runner->used_up)
			fail(runner, found, "scan");
		break;
	default:
		msg_warning("%s stays: %s", text_quote(item.id).text,
			strerror(-found));
		if (!runner->code)
			runner->code = EXIT_NO;
	}
}

static void start_held(struct runner *runner)
{
	struct fsq_item item = runner->held;

	runner->holds = false;
	start(runner, &item);
}

static void fill(struct runner *runner)
{
	runner->wait_ns = 0;
	if (runner->holds && !stopped(runner))
		start_held(runner);
	while (!runner->used_up && !runner->holds && !stopped(runner) &&
		free_job(runner)) {
		runner->wait_ns = fsq_rate_take(&runner->rate, clock_now());
		if (runner->wait_ns)
			return;
		claim(runner);
	}
}

static void settle(struct runner *runner)
{
	for (unsigned i = 0; i < runner->options->jobs; i++) {
		struct fsq_job *job = &runner->jobs[i];
		const struct fsq *fsq = job->item.fsq;
		char place[FSQ_NAME_SIZE];
		struct fsq_verdict verdict;
		int error;

		if (!job->pid || !fsq_job_poll(job))
			continue;
		snprintf(place, sizeof(place), "%s", job->item.id);
		error = fsq_job_settle(job, &verdict, place);
		*job = (struct fsq_job){0};
		runner->nrunning--;
		if (error < 0)
			fail(runner, error, "finish an item of");
		else
			tell(runner, fsq, place, &verdict);
	}
}

/* Short enough that a signal just before it is no long wait either. */
static void wait_for_jobs(struct runner *runner)
{
	uint64_t until = clock_now() + SECOND_NS;

	if (runner->wait_ns && runner->wait_ns < until)
		until = runner->wait_ns;
	fsq_jobs_wait(runner->jobs, runner->options->jobs, NULL, 0, until);
}

/* List once and run all that can be claimed. */
static void run_list(struct runner *runner)
{
	int error = fsq_scan_list(runner->scan);

	if (is_gone_host(runner, error))
		return;
	if (error < 0) {
		fail(runner, error, "scan");
		return;
	}
	runner->used_up = false;
	for (;;) {
		fill(runner);
		if (!runner->nrunning && (runner->used_up || stopped(runner)))
			break;
		wait_for_jobs(runner);
		settle(runner);
	}
	if (runner->holds)
		fsq_finish(&runner->held, FSQ_END_RELEASE, NULL);
	runner->holds = false;
}

static int refuse_down(const struct fsq *fsq)
{
	const char *name = fsq_name_of(fsq), *host = fsq_host_of(fsq);

	if (host) {
		msg_error("host %s of queue %s is down", text_quote(host).text,
			text_quote(name).text);
		msg_hint("try 'conc fsq up-host %s %s'", host, name);
	} else {
		msg_error("queue %s is down", text_quote(name).text);
		msg_hint("try 'conc fsq up %s'", name);
	}
	return EXIT_REFUSED;
}

/* The first that is down; the queue itself before its hosts. */
static const struct fsq *find_down(const struct runner *runner)
{
	if (fsq_is_down(runner->fsq) == 1)
		return runner->fsq;
	for (size_t i = 0; i < runner->hosts.n; i++)
		if (fsq_is_down(runner->hosts.all[i]) == 1)
			return runner->hosts.all[i];
	return NULL;
}

/* What failed was said; 1 is no status of fsq. */
static int code_of(const struct runner *runner)
{
	return runner->code ? EXIT_REFUSED : EXIT_GOOD;
}

int runner_once(struct runner *runner)
{
	struct fsq_scan_state state;
	const struct fsq *down = find_down(runner);

	if (!runner->options->ignore_down && down && nqueues(runner) == 1)
		return refuse_down(down);
	run_list(runner);
	fsq_scan_inspect(runner->scan, &state);
	if (state.ndown && !stopped(runner)) {
		down = find_down(runner);
		return refuse_down(down ? down : runner->fsq);
	}
	return code_of(runner);
}

static bool same_hosts(const struct fsq_hosts *a, const struct fsq_hosts *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++)
		same = !strcmp(fsq_host_of(a->all[i]), fsq_host_of(b->all[i]));
	return same;
}

/* Hosts come and go. Returns whether they have. */
static bool look_for_hosts(struct runner *runner)
{
	struct fsq_hosts now;

	if (!runner->options->all_hosts ||
		fsq_hosts_open(runner->fsq, &now) < 0)
		return false;
	if (same_hosts(&runner->hosts, &now)) {
		fsq_hosts_close(&now);
		return false;
	}
	fsq_hosts_close(&runner->hosts);
	runner->hosts = now;
	return true;
}

static int open_scan(struct runner *runner)
{
	const struct fsq_scan_options options = {
		.ignore_down = runner->options->ignore_down,
	};
	int error;

	fsq_scan_close(runner->scan);
	runner->scan = NULL;
	error = fsq_scan_open(
		queues(runner), nqueues(runner), &options, &runner->scan);
	if (error < 0)
		fail(runner, error, "scan");
	return error;
}

static void wait_for_hosts(struct runner *runner)
{
	do
		fsq_jobs_wait(NULL, 0, NULL, 0, clock_now() + SECOND_NS);
	while (!stopped(runner) && !look_for_hosts(runner));
}

/* Until a signal, or until the hosts are others. */
static void watch_these(struct runner *runner)
{
	struct fsq_watch *watch;
	int error;

	if (runner->options->all_hosts && !runner->hosts.n)
		wait_for_hosts(runner);
	if (stopped(runner) || open_scan(runner))
		return;
	error = fsq_watch_open(queues(runner), nqueues(runner), &watch);
	if (error < 0) {
		fail(runner, error, "watch");
		return;
	}
	while (!stopped(runner)) {
		fsq_watch_clear(watch);
		run_list(runner);
		if (!stopped(runner))
			fsq_watch_wait(watch, clock_now() + SECOND_NS);
		if (!stopped(runner) && runner->options->all_hosts &&
			look_for_hosts(runner))
			break;
	}
	fsq_watch_close(watch);
}

int runner_for_ever(struct runner *runner)
{
	while (!stopped(runner))
		watch_these(runner);
	return code_of(runner);
}

static int choose_queues(struct runner *runner)
{
	const struct runner_options *o = runner->options;

	if (!o->all_hosts && !o->hosts.n)
		return 0;
	return queue_open_hosts(
		runner->fsq, o->hosts.n, o->hosts.values, &runner->hosts);
}

int runner_open(struct runner *runner)
{
	int code = choose_queues(runner);

	if (code)
		return code;
	if (runner->options->all_hosts && !runner->hosts.n) {
		msg_error("queue %s has no hosts",
			text_quote(fsq_name_of(runner->fsq)).text);
		msg_hint("try 'conc fsq add-host HOST %s'",
			fsq_name_of(runner->fsq));
		return EXIT_REFUSED;
	}
	runner->jobs = calloc(runner->options->jobs, sizeof(*runner->jobs));
	if (!runner->jobs)
		fail(runner, -ENOMEM, "scan");
	else
		open_scan(runner);
	return runner->code;
}

void runner_close(struct runner *runner)
{
	free(runner->jobs);
	fsq_scan_close(runner->scan);
	fsq_hosts_close(&runner->hosts);
}
