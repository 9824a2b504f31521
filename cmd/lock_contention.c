/* Many threads want one lock: who gets it how often. */
#include "cmd/lock.h"

#include "cmd/exit.h"
#include "lib/clock.h"
#include "lib/sync.h"
#include "lib/team.h"

#include <sched.h>
#include <stdatomic.h>

/* Each who comes draws a number, and numbers are called in order. */
struct ticket_lock {
	struct mutex lock;
	/* guarded by lock */
	struct cond called;
	uint64_t next, serving;
};

struct crowd {
	const struct lock_options *options;
	atomic_uint narrived;
	struct mutex mutex;
	struct ticket_lock ticket;
	/* guarded by one of the two locks */
	uint64_t left;
	unsigned last; /* who had it, from 1 */
	uint64_t nhandovers;
	struct roster_thing thing;
	struct {
		uint64_t ntaken, nwaits;
	} threads[LOCK_MOST_THREADS];
};

/* Returns whether it had to wait. */
static bool ticket_take(struct ticket_lock *ticket)
{
	bool waits;
	uint64_t mine;

	mutex_lock(&ticket->lock);
	mine = ticket->next++;
	waits = ticket->serving != mine;
	while (ticket->serving != mine)
		cond_wait(&ticket->called, &ticket->lock, CLOCK_NEVER);
	mutex_unlock(&ticket->lock);
	return waits;
}

static void ticket_give(struct ticket_lock *ticket)
{
	mutex_lock(&ticket->lock);
	ticket->serving++;
	cond_broadcast(&ticket->called);
	mutex_unlock(&ticket->lock);
}

static bool mutex_take(struct mutex *mutex)
{
	if (mutex_lock_until(mutex, 0) == 0)
		return false;
	mutex_lock(mutex);
	return true;
}

static bool take(struct crowd *crowd)
{
	if (crowd->options->kind == LOCK_TICKET)
		return ticket_take(&crowd->ticket);
	return mutex_take(&crowd->mutex);
}

static void give(struct crowd *crowd)
{
	if (crowd->options->kind == LOCK_TICKET)
		ticket_give(&crowd->ticket);
	else
		mutex_unlock(&crowd->mutex);
}

/* With the lock held. Returns false when all has been done. */
static bool do_one(struct crowd *crowd, unsigned me)
{
	if (!crowd->left)
		return false;
	crowd->left--;
	crowd->nhandovers += crowd->last && crowd->last != me + 1;
	crowd->last = me + 1;
	return true;
}

/* Or the first might be done before the last has begun. */
static void start_together(struct crowd *crowd, unsigned size)
{
	atomic_fetch_add(&crowd->narrived, 1);
	while (atomic_load(&crowd->narrived) < size)
		sched_yield();
}

static void member(void *arg, unsigned me, unsigned size)
{
	struct crowd *crowd = arg;
	bool more = true;

	start_together(crowd, size);
	while (more) {
		bool waited = take(crowd);

		more = do_one(crowd, me);
		give(crowd);
		crowd->threads[me].ntaken += more;
		crowd->threads[me].nwaits += more && waited;
	}
}

static const struct table_column columns[] = {
	{.key = "thread", .heading = "thread"},
	{.key = "taken", .heading = "taken", .align = TABLE_RIGHT},
	{.key = "share_percent",
		.heading = "share",
		.unit = "%",
		.align = TABLE_RIGHT},
	{.key = "waited", .heading = "had to wait", .align = TABLE_RIGHT},
};

static struct table *shares(const struct crowd *crowd, unsigned size)
{
	struct table *table = table_create(
		columns, sizeof(columns) / sizeof(columns[0]));

	for (unsigned i = 0; table && i < size; i++) {
		double taken = (double)crowd->threads[i].ntaken;

		table_row(table);
		table_format_text(table, "lock-%u", i);
		table_uint(table, crowd->threads[i].ntaken);
		table_real(table, 100 * taken / (double)crowd->options->n, 1);
		table_uint(table, crowd->threads[i].nwaits);
	}
	return table;
}

static void sum_up(const struct crowd *crowd, unsigned size, uint64_t wall_ns,
	struct report *report)
{
	uint64_t fewest = UINT64_MAX, most = 0, sum = 0;

	for (unsigned i = 0; i < size; i++) {
		uint64_t n = crowd->threads[i].ntaken;

		sum += n;
		fewest = n < fewest ? n : fewest;
		most = n > most ? n : most;
	}
	report_say(report, "kind", NULL,
		crowd->options->kind == LOCK_TICKET ? "ticket" : "mutex");
	report_count(report, "acquisitions", NULL, sum);
	report_count(report, "fewest", NULL, fewest);
	report_count(report, "most", NULL, most);
	report_count(report, "handovers", NULL, crowd->nhandovers);
	report_real(report, "ns_each", NULL, (double)wall_ns / (double)sum, 0);
}

static void explain(struct report *report, enum lock_kind kind)
{
	if (kind == LOCK_TICKET)
		report_explain(report,
			"Each draws a number: nobody is passed by, and each "
			"hand-over may wake a sleeper.",
			"That is fair, and slow; compare --kind mutex.");
	else
		report_explain(report,
			"Who runs can take the lock again before a sleeper has "
			"woken: fast, and not fair.",
			"Each hand-over costs more than many turns of one "
			"thread; compare --kind ticket.");
}

int lock_contention(const struct lock_options *options, struct report *report)
{
	struct crowd crowd = {.options = options, .left = options->n};
	uint64_t start = clock_now();
	struct team *team;
	unsigned size;
	int status;

	mutex_name(&crowd.mutex, &crowd.thing, "the lock");
	status = team_start(options->threads, "lock", member, &crowd, &team);
	if (status == 0) {
		size = team_size(team);
		team_destroy(team);
		start = clock_now() - start;
		status = report_table(report, "threads", shares(&crowd, size));
		sum_up(&crowd, size, start, report);
		explain(report, options->kind);
	}
	roster_unname(&crowd.thing);
	return status < 0 ? status : EXIT_GOOD;
}
