/*
 * The main function of an explored program: take the snapshot, then run the
 * program's main again and again as the search says.
 */
#include "lib/clock.h"
#include "lib/explore/runtime/history.h"
#include "lib/explore/runtime/left.h"
#include "lib/explore/runtime/process.h"
#include "lib/explore/runtime/tso.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct rt *rt;

static const struct search *const searches[] = {
	[SEARCH_REPLAY] = &search_replay,
	[SEARCH_RANDOM] = &search_random,
	[SEARCH_PCT] = &search_pct,
	[SEARCH_POS] = &search_pos,
	[SEARCH_BOUNDED] = &search_bounded,
	[SEARCH_DELAY] = &search_bounded,
	[SEARCH_DPOR] = &search_dpor,
	[SEARCH_MINIMISE] = &search_minimise,
};

static _Noreturn void give_up(const char *what)
{
	dprintf(STDERR_FILENO, "explored program: %s: %s\n", what,
		strerror(errno));
	_exit(3);
}

void *map_memory(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		give_up("mmap");
	return p;
}

static struct wire *map_wire(void)
{
	struct wire *wire = mmap(NULL, sizeof(*wire), PROT_READ | PROT_WRITE,
		MAP_SHARED, WIRE_DESCRIPTOR, 0);

	if (wire == MAP_FAILED)
		give_up("not started by conc explore");
	close(WIRE_DESCRIPTOR);
	return wire;
}

/* Before the program's own constructors, which may call malloc. */
__attribute__((constructor(101))) static void setup(void)
{
	struct rt *state = map_memory(sizeof(*state));

	state->execution = 1;
	state->wire = map_wire();
	state->wire->output_size = 0;
	rt = state;
	snap_find();
	heap_setup();
	objects_setup();
	shadow_setup();
	margin_setup();
	invariant_setup();
}

static void begin(void)
{
	struct wire *wire = rt->wire;

	memset(rt, 0, offsetof(struct rt, lasting));
	rt->execution++;
	rt->spurious_left = wire->config.spurious;
	wire->nevents = 0;
	wire->nplaces = 0;
	wire->errors_size = 0;
	wire->failure = 0;
	wire->paused = false;
	wire->asked = 0;
	wire->asked_kind = ASKED_WAITER;
	wire->fingerprint = UINT64_C(0xcbf29ce484222325);
	wire->nchoices = 0;
	wire->npreemptions = 0;
	wire->nearly = 0;
	wire->progress.running = 1;
	if (rt->tso)
		tso_begin();
	if (rt->c11)
		history_begin();
	process_begin();
	snap_restore();
	objects_begin();
}

static void account(void)
{
	struct wire_progress *progress = &rt->wire->progress;

	progress->running = 0;
	progress->executions++;
	progress->steps += rt->nsteps;
	if (rt->wire->failure)
		progress->failures++;
	if (progress->max_depth < rt->nsteps)
		progress->max_depth = rt->nsteps;
	rt->wire->exit_code = rt->exit_code;
}

static enum search_end what_ends(void)
{
	const struct wire_config *config = &rt->wire->config;
	uint64_t n = rt->wire->progress.executions;

	if (config->search == SEARCH_REPLAY)
		return END_REPLAYED;
	if (rt->new_race)
		return END_NEW_RACE;
	if (config->stop && rt->wire->failure)
		return END_FOUND;
	if (config->stop_good && !rt->wire->failure && !rt->cut)
		return END_FOUND;
	if (!rt->search->end())
		return END_EXHAUSTED;
	if (config->max_executions && n >= config->max_executions)
		return END_COUNT;
	if (config->deadline_ns && (n % 64 == 0 || rt->nsteps > 1000) &&
		clock_now() >= config->deadline_ns)
		return END_TIME;
	return END_NOT;
}

static enum search_end execute(void)
{
	static const struct set nobody;

	begin();
	classes_begin();
	run_execution();
	forget_what_followed();
	if (!rt->wire->paused)
		trace_standing(&nobody);
	account();
	if (!rt->cut)
		classes_end();
	if (rt->wire->config.outcomes && !rt->cut)
		outcome_record();
	return what_ends();
}

static enum search_end account_for_it(void)
{
	account();
	return what_ends();
}

static void explore(void)
{
	bool apart = rt->wire->config.isolate;
	enum search_end end;

	if (apart)
		isolate_setup();
	do {
		end = apart ? isolate(execute, account_for_it) : execute();
	} while (end == END_NOT);
	rt->wire->progress.end = end;
}

/* The list in the wire is overwritten by what this process does. */
static void keep_choices(void)
{
	size_t size = rt->wire->config.nchoices * sizeof(struct choice);

	rt->given = map_memory(size + 1);
	memcpy(rt->given, rt->wire->choices, size);
}

int main(int argc, char **argv, char **envp)
{
	rt->wire->output_hash = 0;
	rt->argc = argc;
	rt->argv = argv;
	rt->envp = envp;
	rt->tracing = rt->wire->config.trace;
	rt->every_point = rt->wire->config.all_points;
	rt->search = searches[rt->wire->config.search];
	rt->scratch = map_memory(WIRE_MAX_CHOICES * sizeof(*rt->scratch));
	keep_choices();
	objects_keep();
	process_keep();
	threads_setup();
	left_setup();
	crash_setup();
	tso_setup();
	history_setup();
	classes_setup();
	snap_take();
	explore();
	_exit(0);
}
