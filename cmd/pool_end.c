/* How jobs do not come to run: cancelled, or dropped by a shutdown. */
#include "cmd/pool.h"

#include "cmd/exit.h"
#include "lib/must.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int pass_gate(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)failure;
	pool_gate_pass(arg);
	value->word = 42;
	return 0;
}

static int answer(void *arg, union future_value *value, struct failure *failure)
{
	bool *ran = arg;

	(void)failure;
	*ran = true;
	value->word = 42;
	return 0;
}

/* One job keeps the only worker, so that the other one is pending. */
static int cancel_pending(struct pool *pool, struct pool_gate *gate,
	struct future *running, struct report *report)
{
	struct future *pending;
	bool cancelled, ran = false;
	int status = pool_submit(pool, answer, &ran, &pending);

	if (status == 0) {
		cancelled = future_cancel(pending);
		pool_gate_open(gate, 1);
		future_wait(running, CLOCK_NEVER);
		pool_drain(pool, CLOCK_NEVER);
		report_say(report, "outcome", "the pending job",
			cancelled && !ran ? "cancelled, never ran" : "ran");
		future_unref(pending);
	} else {
		pool_gate_open(gate, 1);
	}
	return status;
}

static int cancel_running(
	struct pool_gate *gate, struct future *running, struct report *report)
{
	bool cancelled = future_cancel(running);
	union future_value value = {0};
	char text[48];
	int status;

	pool_gate_open(gate, 1);
	status = future_result(running, CLOCK_NEVER, &value, NULL);
	snprintf(text, sizeof(text), "%s, finished with %llu",
		cancelled ? "cancelled" : "refused",
		(unsigned long long)value.word);
	report_say(report, "outcome", "cancelling the running job", text);
	return status < 0 ? status : 0;
}

static int cancel_one(const struct pool_wish *wish, struct pool *pool,
	struct pool_gate *gate, struct report *report)
{
	struct future *running;
	int status = pool_submit(pool, pass_gate, gate, &running);

	if (status < 0)
		return status;
	pool_gate_await(gate, pool, 1);
	if (wish->cancel == POOL_CANCEL_PENDING)
		status = cancel_pending(pool, gate, running, report);
	else
		status = cancel_running(gate, running, report);
	future_unref(running);
	return status;
}

int pool_show_cancel(const struct pool_wish *wish, struct report *report)
{
	struct pool_gate gate;
	struct pool *pool;
	int status = pool_open(1, POOL_HELP, &pool);

	if (status < 0)
		return status;
	pool_gate_init(&gate);
	status = cancel_one(wish, pool, &gate, report);
	pool_destroy(pool);
	pool_gate_fini(&gate);
	if (wish->cancel == POOL_CANCEL_PENDING)
		report_explain(report,
			"A job that waits in line can be taken out of it: it "
			"never runs.",
			"Who takes it out and who would start it decide "
			"between them once.");
	else
		report_explain(report,
			"A thread cannot be stopped in the middle of what it "
			"does, so cancel says no,",
			"and whoever waits gets the result.");
	return status < 0 ? status : EXIT_GOOD;
}

/* --- shutdown --- */

struct shutdown {
	const struct pool_wish *wish;
	struct pool *pool;
	struct pool_gate gate;
	struct future **futures;
	unsigned nsubmitted;
	unsigned nbusy; /* threads that wait at the gate */
	int afterwards; /* what submitting afterwards returned */
};

static int pass_through(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)arg;
	(void)value;
	(void)failure;
	return 0;
}

/* As many as there are workers wait at the gate, the rest in line. */
static int fill(struct shutdown *s)
{
	while (s->nsubmitted < s->wish->jobs) {
		bool first = s->nsubmitted < s->wish->workers;
		int status = pool_submit(s->pool,
			first ? pass_gate : pass_through, &s->gate,
			&s->futures[s->nsubmitted]);

		if (status < 0)
			return status;
		s->nsubmitted++;
	}
	return 0;
}

static void shut(struct shutdown *s)
{
	bool cancel = s->wish->shutdown == POOL_HOW_CANCEL;
	struct future *future;

	pool_shutdown(s->pool, cancel ? POOL_CANCEL : 0);
	s->afterwards = pool_submit(s->pool, pass_through, NULL, &future);
	if (s->afterwards == 0)
		future_unref(future);
}

static int fill_and_shut(struct shutdown *s, struct report *report)
{
	unsigned first = s->wish->jobs < s->wish->workers ? s->wish->jobs
							  : s->wish->workers;
	int status = fill(s);

	pool_gate_await(&s->gate, s->pool,
		s->nsubmitted < first ? s->nsubmitted : first);
	if (status == 0)
		shut(s);
	pool_gate_open(&s->gate, first);
	pool_shutdown(s->pool, POOL_WAIT);
	if (status < 0)
		return status;
	report_count(report, "ran", NULL,
		pool_count(s->futures, s->nsubmitted, FUTURE_DONE));
	report_count(report, "cancelled", NULL,
		pool_count(s->futures, s->nsubmitted, FUTURE_CANCELLED));
	report_say(report, "afterwards", "submitting afterwards",
		s->afterwards == -ESHUTDOWN ? "refused (ESHUTDOWN)"
					    : "accepted");
	return 0;
}

int pool_show_shutdown(const struct pool_wish *wish, struct report *report)
{
	struct shutdown s = {.wish = wish};
	int status = pool_open(wish->workers, POOL_HELP, &s.pool);

	if (status < 0)
		return status;
	pool_gate_init(&s.gate);
	s.futures = calloc(wish->jobs, sizeof(struct future *));
	status = s.futures ? fill_and_shut(&s, report) : -ENOMEM;
	pool_drop(s.futures, s.nsubmitted);
	pool_destroy(s.pool);
	pool_gate_fini(&s.gate);
	free(s.futures);
	report_explain(report,
		"What runs always finishes; what waits in line runs or is "
		"cancelled, as asked.",
		"Every future ends in a state that is final, so nobody waits "
		"for ever.");
	return status < 0 ? status : EXIT_GOOD;
}
