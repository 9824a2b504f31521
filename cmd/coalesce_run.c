#include "cmd/coalesce.h"

#include "lib/clock.h"
#include "lib/pool.h"
#include "lib/store.h"
#include "lib/sync.h"
#include "lib/team.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>

enum {
	NCELLS = 16
};

struct run {
	const struct coalesce_plan *plan;
	struct store *store;
	unsigned table;
	struct coalesce coalesce;
	struct pool *pool; /* for the policy defer */
	void (*job)(struct coalesce *); /* written by who holds its lock */
	_Atomic uint64_t next; /* update */
	atomic_int error; /* the first that an update met */

	bool held_up; /* the first poll is, while it sends on */
	struct semaphore in_the_middle, go_on, returned;
};

static int poll(void *arg)
{
	return store_poll(arg);
}

static int on_poll_request(struct store *store, void *arg)
{
	(void)store;
	return coalesce_request(arg);
}

static int do_job(void *arg, union future_value *value, struct failure *failure)
{
	struct run *run = arg;

	(void)failure;
	run->job(&run->coalesce);
	value->word = 0;
	return 0;
}

static int defer(void (*job)(struct coalesce *), struct coalesce *coalesce,
	void *context)
{
	struct run *run = context;

	(void)coalesce;
	run->job = job;
	return pool_post(run->pool, do_job, run);
}

/* Sending on takes its time, as to many clients. */
static int send_on(struct store *store, unsigned table, void *arg)
{
	struct run *run = arg;

	(void)store;
	(void)table;
	if (run->held_up) {
		run->held_up = false;
		semaphore_post(&run->in_the_middle);
		semaphore_wait(&run->go_on, CLOCK_NEVER);
	}
	if (run->plan->poll_cost_ns)
		clock_sleep(run->plan->poll_cost_ns);
	return 0;
}

static int open_run(struct run *run, const struct coalesce_plan *plan)
{
	const struct store_options options = {.ncells = NCELLS,
		.on_poll_request = on_poll_request,
		.arg = &run->coalesce};
	const struct pool_options pool_options = {.size = 1, .name = "poller"};
	int error;

	*run = (struct run){.plan = plan};
	error = store_create(&options, &run->store);
	if (error)
		return error;
	error = store_add_table(run->store, "prices", &run->table);
	if (!error)
		error = pool_create(&pool_options, &run->pool);
	if (error) {
		store_destroy(run->store);
		return error;
	}
	store_subscribe(run->store, run->table, send_on, run);
	coalesce_init(&run->coalesce, plan->policy, poll, run->store);
	run->coalesce.defer = defer;
	run->coalesce.context = run;
	return 0;
}

/* What has been put off is done first. */
static int close_run(struct run *run, struct coalesce_result *result)
{
	struct store_state state;

	pool_destroy(run->pool);
	store_inspect(run->store, &state);
	result->nupdates = state.nupdates;
	result->npolls = state.npolls;
	result->napplied = state.napplied;
	store_destroy(run->store);
	return atomic_load(&run->error);
}

static int end_run(struct run *run, struct coalesce_result *result,
	uint64_t begun, int error)
{
	int met = close_run(run, result);

	result->wall_ns = clock_now() - begun;
	return error ? error : met;
}

/* Nobody but a pool that gets no thread refuses to poll. */
static void update(struct run *run, uint64_t n)
{
	int error = store_update(
		run->store, run->table, n % NCELLS, (int64_t)n);
	int none = 0;

	if (error)
		atomic_compare_exchange_strong(&run->error, &none, error);
}

static void update_often(void *arg, unsigned index, unsigned size)
{
	struct run *run = arg;
	uint64_t all = run->plan->nupdaters * run->plan->nupdates;
	uint64_t n;

	(void)index;
	(void)size;
	while ((n = atomic_fetch_add(&run->next, 1)) < all)
		update(run, n + 1);
}

int coalesce_crowd(
	const struct coalesce_plan *plan, struct coalesce_result *result)
{
	uint64_t begun = clock_now();
	struct team *team;
	struct run run;
	int error = open_run(&run, plan);

	if (error)
		return error;
	error = team_start(
		plan->nupdaters, "updater", update_often, &run, &team);
	if (!error) {
		result->nrefused = plan->nupdaters - team_size(team);
		team_destroy(team);
	}
	return end_run(&run, result, begun, error);
}

/* The second comes when a poll goes on, or when it could not be begun. */
static void update_once(void *arg, unsigned index, unsigned size)
{
	struct run *run = arg;

	(void)size;
	if (index == 1)
		semaphore_wait(&run->in_the_middle, CLOCK_NEVER);
	update(run, index + 1);
	if (index == 1)
		semaphore_post(&run->returned);
	else if (atomic_load(&run->error))
		semaphore_post(&run->in_the_middle);
}

/* Under the policy each the second waits, with its change, for the poll. */
static void await_second(struct run *run)
{
	struct store_state state = {0};

	if (run->plan->policy != COALESCE_EACH) {
		semaphore_wait(&run->returned, CLOCK_NEVER);
		return;
	}
	while (state.nupdates < 2) {
		clock_sleep(CLOCK_NS_PER_MS);
		store_inspect(run->store, &state);
	}
}

/* With one thread alone there is nobody to come in between. */
static int play_stranded(struct run *run)
{
	struct team *team;
	int error;

	run->held_up = true;
	error = team_start(2, "updater", update_once, run, &team);
	if (error)
		return error;
	if (team_size(team) == 2)
		await_second(run);
	else
		error = -EAGAIN;
	semaphore_post(&run->go_on);
	team_destroy(team);
	return error;
}

int coalesce_stranded(
	const struct coalesce_plan *plan, struct coalesce_result *result)
{
	uint64_t begun = clock_now();
	struct run run;
	int error = open_run(&run, plan);

	if (error)
		return error;
	error = play_stranded(&run);
	return end_run(&run, result, begun, error);
}

static int ask_nobody(void *arg)
{
	(void)arg;
	return 0;
}

int coalesce_read(
	const struct coalesce_plan *plan, struct coalesce_result *result)
{
	uint64_t begun = clock_now();
	struct run run;
	int error = open_run(&run, plan);

	if (error)
		return error;
	coalesce_init(&run.coalesce, COALESCE_EACH, ask_nobody, NULL);
	update(&run, 1);
	store_read(run.store, run.table, 1, &result->read_before);
	store_poll(run.store);
	store_read(run.store, run.table, 1, &result->read_after);
	return end_run(&run, result, begun, error);
}
