/* The runs: a warm-up round, then A B C A B C ... */
#include "cmd/compare.h"
#include "cmd/exit.h"
#include "cmd/interrupt.h"
#include "cmd/msg.h"
#include "cmd/progress.h"

#include "lib/clock.h"

#include <errno.h>
#include <stdlib.h>

enum {
	RUNS_LEAST = 3,
	RUNS_MOST = 5,
	WARM_UP = -1,
};

/* Without --runs, all rounds after the first take about that long at most. */
static const double budget_s = 18;

struct session {
	struct comparison *comparison;
	struct measure *measure;
	struct progress progress;
	uint64_t spent_ns; /* measured so far */
	uint64_t *expected_ns; /* of each row, 0 when it has not run */
	uint64_t current_ns; /* expected of the run under way */
	unsigned nruns; /* that are wanted, or a guess */
	long round; /* WARM_UP, then from 0 */
	size_t row; /* under way */
};

static bool is_alive(const struct compare_row *row)
{
	return row->state == ROW_RIGHT || row->state == ROW_WRONG;
}

/* What is known to have run takes as long again; the rest, the mean. */
static uint64_t expected(const struct session *session, size_t i)
{
	uint64_t sum = 0, n = 0;

	if (session->expected_ns[i])
		return session->expected_ns[i];
	for (size_t k = 0; k < session->comparison->nrows; k++) {
		sum += session->expected_ns[k];
		n += session->expected_ns[k] != 0;
	}
	return n ? sum / n : 0;
}

/* Still to come after the run that is under way. */
static uint64_t remaining(const struct session *session)
{
	const struct comparison *comparison = session->comparison;
	uint64_t rounds_left = session->nruns - 1 - (uint64_t)session->round;
	uint64_t sum = 0;

	for (size_t i = 0; i < comparison->nrows; i++) {
		uint64_t times = rounds_left + (i > session->row);

		if (is_alive(&comparison->rows[i]))
			sum += times * expected(session, i);
	}
	return sum;
}

static int tick(void *context, uint64_t items_done, uint64_t nitems)
{
	struct session *session = context;
	uint64_t now = session->current_ns;
	uint64_t done = nitems ? (uint64_t)((double)now * (double)items_done /
					    (double)nitems)
			       : 0;
	uint64_t total = session->spent_ns + now + remaining(session);

	/* Nothing is known before the first has come to its end. */
	progress_update(&session->progress, session->spent_ns + done,
		session->spent_ns ? total : 0);
	return interrupt_requested();
}

/* Returns 0, -ECANCELED after an interrupt, or -EPIPE. */
static int measure_once(struct session *session, const struct work *work,
	const struct model *model, unsigned width, struct measurement *run)
{
	struct measure_request request = {
		.work = work,
		.model = model,
		.size = session->comparison->size,
		.width = width,
	};
	uint64_t start_ns = clock_now();
	int status = measure_run(
		session->measure, &request, tick, session, run);

	session->spent_ns += clock_now() - start_ns;
	if (interrupt_requested())
		return -ECANCELED;
	return status;
}

static int measure_row(struct session *session, struct compare_row *row)
{
	struct measurement run;
	uint64_t before_ns = session->spent_ns;
	int status;

	session->row = (size_t)(row - session->comparison->rows);
	session->current_ns = expected(session, session->row);
	status = measure_once(session, row->work, row->model, row->width, &run);
	if (status < 0)
		return status;
	session->expected_ns[session->row] = session->spent_ns - before_ns;
	compare_take(session->comparison, row, &run, session->round == WARM_UP);
	return 0;
}

/* Nobody's time is taken here, only the truth. */
static int ask_seq(struct session *session)
{
	struct comparison *comparison = session->comparison;
	struct compare_row seq = {
		.work = comparison->work,
		.model = model_find("seq"),
		.width = 1,
	};
	struct measurement run;
	int status = measure_once(session, seq.work, seq.model, 1, &run);

	if (status == 0)
		compare_take(comparison, &seq, &run, true);
	return status;
}

static int measure_round(struct session *session)
{
	struct comparison *comparison = session->comparison;
	int status = 0;

	for (size_t i = 0; i < comparison->nrows && status == 0; i++)
		if (is_alive(&comparison->rows[i]))
			status = measure_row(session, &comparison->rows[i]);
	return status;
}

static unsigned choose_runs(const struct session *session)
{
	double round_s = (double)session->spent_ns / (double)CLOCK_NS_PER_S;
	double n = budget_s / round_s;

	if (n >= RUNS_MOST)
		return RUNS_MOST;
	return n <= RUNS_LEAST ? RUNS_LEAST : (unsigned)n;
}

/* seq first, since all are judged by its answer. */
static int warm_up(struct session *session)
{
	int status = 0;

	session->round = WARM_UP;
	if (session->comparison->rows[0].model != model_find("seq"))
		status = ask_seq(session);
	return status ? status : measure_round(session);
}

static int measure_all(struct session *session, unsigned runs_wanted)
{
	int status = warm_up(session);

	if (!runs_wanted)
		session->nruns = choose_runs(session);
	session->comparison->nruns = session->nruns;
	for (session->round = 0;
		session->round < (long)session->nruns && status == 0;
		session->round++)
		status = measure_round(session);
	return status;
}

int compare_measure(struct comparison *comparison, struct measure *measure,
	unsigned runs_wanted)
{
	struct session session = {
		.comparison = comparison,
		.measure = measure,
		.expected_ns = calloc(comparison->nrows, sizeof(uint64_t)),
		.nruns = runs_wanted ? runs_wanted : RUNS_MOST,
	};
	int status;

	if (!session.expected_ns) {
		msg_error("out of memory");
		return EXIT_REFUSED;
	}
	progress_start(&session.progress, "compare");
	status = measure_all(&session, runs_wanted);
	progress_stop(&session.progress);
	free(session.expected_ns);
	comparison->partial = status == -ECANCELED;
	if (status == -EPIPE) {
		msg_error("the process that takes the measurements was "
			  "killed");
		msg_hint("run the same again; 'dmesg' may say who did it");
		return EXIT_REFUSED;
	}
	return 0;
}
