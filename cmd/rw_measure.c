#include "cmd/rw.h"

#include "lib/clock.h"
#include "lib/must.h"
#include "lib/rwlock.h"
#include "lib/sync.h"
#include "lib/team.h"

#include <stdatomic.h>
#include <stdbool.h>

enum {
	NCELLS = 64
};

struct run {
	const struct rw_plan *plan;
	struct rw_result *result;
	struct rwlock rwlock;
	struct mutex mutex;
	uint64_t cells[NCELLS]; /* all the same; guarded by one of the two */
	atomic_uint readers_inside, writers_inside, peak_readers;
	_Atomic uint64_t nmixed, ntorn;

	struct mutex gate;
	/* guarded by gate */
	struct cond opened;
	bool open; /* the barriers have been made */
	struct barrier readers_met, all_met;
};

/* Returns whether it had to wait. */
static bool take(struct run *run, bool writes)
{
	int (*lock)(struct rwlock *, uint64_t) = writes ? rwlock_lock_write
							: rwlock_lock_read;

	if (run->plan->kind == RW_MUTEX) {
		if (mutex_lock_until(&run->mutex, 0) == 0)
			return false;
		mutex_lock(&run->mutex);
		return true;
	}
	if (lock(&run->rwlock, 0) == 0)
		return false;
	must_zero(lock(&run->rwlock, CLOCK_NEVER));
	return true;
}

static void give(struct run *run)
{
	if (run->plan->kind == RW_MUTEX)
		mutex_unlock(&run->mutex);
	else
		must_zero(rwlock_unlock(&run->rwlock));
}

static void note_peak(atomic_uint *peak, unsigned now)
{
	unsigned seen = atomic_load(peak);

	while (now > seen && !atomic_compare_exchange_weak(peak, &seen, now))
		;
}

/* With the lock held. */
static void read_table(struct run *run)
{
	unsigned inside = atomic_fetch_add(&run->readers_inside, 1) + 1;
	bool torn = false;

	note_peak(&run->peak_readers, inside);
	for (int i = 1; i < NCELLS; i++)
		torn |= run->cells[i] != run->cells[0];
	atomic_fetch_add(&run->ntorn, torn);
	atomic_fetch_add(&run->nmixed, atomic_load(&run->writers_inside) > 0);
	atomic_fetch_sub(&run->readers_inside, 1);
}

static void write_table(struct run *run)
{
	unsigned others = atomic_fetch_add(&run->writers_inside, 1);

	others += atomic_load(&run->readers_inside);
	atomic_fetch_add(&run->nmixed, others > 0);
	for (int i = 0; i < NCELLS; i++)
		run->cells[i]++;
	atomic_fetch_sub(&run->writers_inside, 1);
}

static void go_in_and_out(struct run *run, struct rw_thread *me, bool writes)
{
	barrier_wait(&run->all_met);
	for (uint64_t i = 0; i < run->plan->n; i++) {
		me->nwaits += take(run, writes);
		if (writes)
			write_table(run);
		else
			read_table(run);
		give(run);
		me->ntimes++;
	}
}

static void pass_gate(struct run *run)
{
	mutex_lock(&run->gate);
	while (!run->open)
		cond_wait(&run->opened, &run->gate, CLOCK_NEVER);
	mutex_unlock(&run->gate);
}

/* All readers are inside at once: so that it needs no luck to be seen. */
static void meet_inside(struct run *run)
{
	take(run, false);
	note_peak(&run->peak_readers,
		atomic_fetch_add(&run->readers_inside, 1) + 1);
	barrier_wait(&run->readers_met);
	atomic_fetch_sub(&run->readers_inside, 1);
	give(run);
}

static void be_reader(void *arg, unsigned index, unsigned size)
{
	struct run *run = arg;

	(void)size;
	pass_gate(run);
	if (run->plan->kind == RW_RWLOCK)
		meet_inside(run);
	go_in_and_out(run, &run->result->readers[index], false);
}

static void be_writer(void *arg, unsigned index, unsigned size)
{
	struct run *run = arg;

	(void)size;
	pass_gate(run);
	go_in_and_out(run, &run->result->writers[index], true);
}

static void open_gate(struct run *run, unsigned nreaders, unsigned nwriters)
{
	/* A barrier of none is never waited at. */
	barrier_init(&run->readers_met, nreaders ? nreaders : 1);
	barrier_init(&run->all_met, nreaders + nwriters);
	mutex_lock(&run->gate);
	run->open = true;
	cond_broadcast(&run->opened);
	mutex_unlock(&run->gate);
}

static int start(struct run *run, unsigned n, const char *name, team_fn fn,
	struct team **team, unsigned *size)
{
	int status;

	*team = NULL;
	*size = 0;
	if (!n)
		return 0;
	status = team_start(n, name, fn, run, team);
	if (status == 0)
		*size = team_size(*team);
	return status;
}

static void join(struct team *team)
{
	if (team)
		team_destroy(team);
}

/* Those who have been started run, whether the others could be or not. */
static int run_teams(struct run *run, struct rw_result *result)
{
	const struct rw_plan *plan = run->plan;
	struct team *readers, *writers = NULL;
	uint64_t begun;
	int status = start(run, plan->nreaders, "reader", be_reader, &readers,
		&result->nreaders);

	if (status < 0)
		return status;
	status = start(run, plan->nwriters, "writer", be_writer, &writers,
		&result->nwriters);
	begun = clock_now();
	if (result->nreaders + result->nwriters)
		open_gate(run, result->nreaders, result->nwriters);
	join(readers);
	join(writers);
	result->wall_ns = clock_now() - begun;
	if (run->open) {
		barrier_fini(&run->readers_met);
		barrier_fini(&run->all_met);
	}
	return status;
}

int rw_measure(const struct rw_plan *plan, struct rw_result *result)
{
	struct run run = {.plan = plan, .result = result};
	struct roster_thing rwlock_name_row, mutex_name_row;
	int status;

	*result = (struct rw_result){0};
	rwlock_name(&run.rwlock, &rwlock_name_row, "the table");
	mutex_name(&run.mutex, &mutex_name_row, "the table");
	status = run_teams(&run, result);
	roster_unname(&mutex_name_row);
	roster_unname(&rwlock_name_row);
	rwlock_fini(&run.rwlock);
	result->peak_readers = atomic_load(&run.peak_readers);
	result->nmixed = atomic_load(&run.nmixed);
	result->ntorn = atomic_load(&run.ntorn);
	return status;
}
