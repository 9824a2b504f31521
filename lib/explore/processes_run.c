/* One execution of a program of several processes, from start to end. */
#include "lib/explore/processes_impl.h"
#include "lib/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	LONG = 100, /* for one that could go on, in steps of others */
};

/* Who goes first, if nothing speaks against it. */
enum turn {
	TURN_OVERDUE,
	TURN_GOES_ON, /* it took the last step */
	TURN_OTHER,
	TURN_RESTS,
	TURN_NONE, /* it cannot */
};

static void remove_scratch(const struct processes *p)
{
	folder_remove(p->scratch);
}

/*
 * Its processes are ours to stop and to kill, one by one: there is nobody in
 * between, and no namespace. What it may use is its own empty folder.
 */
static void put_box_on(const struct processes *p)
{
	struct box_options box = *p->options.box;

	memset(box.places, 0, sizeof(box.places));
	box.program = p->options.program;
	box.places[0] = (struct box_place){p->scratch, BOX_WRITE};
	box.places[1] = (struct box_place){p->options.folder, BOX_READ};
	box_put_on(&box, p->user);
}

/* What we were given is not the program's business. */
static void forget_surroundings(void)
{
	const unsigned cloexec = 1 << 2;

	syscall(SYS_close_range, 3U, ~0U, cloexec);
	clearenv();
	setenv("PATH", "/usr/bin:/bin", 1);
}

/* By its name alone: a path with a space in it would be two. */
static void load_shim(const struct processes_options *options)
{
	const char *slash = strrchr(options->shim, '/');

	setenv("LD_LIBRARY_PATH", options->folder, 1);
	setenv("LD_PRELOAD", slash ? slash + 1 : options->shim, 1);
}

static void be_program(const struct processes *p, pid_t parent)
{
	const struct processes_options *options = &p->options;
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || setpgid(0, 0) < 0)
		_exit(127);
	if (options->box)
		forget_surroundings();
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	if (dup2(p->fd, WIRE_DESCRIPTOR) < 0 ||
		dup2(p->bell_end, DESK_BELL) < 0 || chdir(p->scratch) < 0)
		_exit(127);
	load_shim(options);
	personality(ADDR_NO_RANDOMIZE);
	if (options->box)
		put_box_on(p);
	execv(options->program, (char *const *)(void *)options->arguments);
	_exit(127);
}

static int start(struct processes *p)
{
	struct desk_place *root = &p->desk->places[0];
	pid_t pid, parent = getpid();

	if (mkdir(p->scratch, 0700) < 0)
		return -errno;
	if (p->options.box)
		box_give(p->scratch);
	p->user = box_user();
	memset(p->desk->places, 0, sizeof(p->desk->places));
	root->parent = parent;
	atomic_store(&root->state, DESK_RUNNING);
	atomic_store(&p->desk->nplaces, 1);
	atomic_store(&p->desk->ahead_ns, 0);
	pid = fork();
	if (pid == 0)
		be_program(p, parent);
	if (pid < 0)
		return -errno;
	p->root = pid;
	atomic_store(&root->pid, pid);
	return 0;
}

static void reset_wire(struct wire *wire)
{
	wire->nchoices = 0;
	wire->nevents = 0;
	wire->output_size = 0;
	wire->nfindings = 0;
	wire->failure = 0;
	wire->npreemptions = 0;
}

static bool can_go(const struct desk_place *place)
{
	return place->state == DESK_STOPPED && place->can && !place->found;
}

static void add_option(struct node *node, uint32_t place, bool kill)
{
	node->options[node->noptions++] = (struct option){
		.place = (uint8_t)place, .kill = kill};
}

static enum turn turn_of(const struct processes *p, uint32_t i)
{
	const struct desk_place *place = &p->desk->places[i];

	if (!can_go(place))
		return TURN_NONE;
	if (p->passed[i] >= LONG)
		return TURN_OVERDUE;
	if (place->rests)
		return TURN_RESTS;
	return (int)i == p->current ? TURN_GOES_ON : TURN_OTHER;
}

/* Behind all that come before it; of two that rest, the one that has longer. */
static void add_in_order(const struct processes *p, struct node *node,
	enum turn turns[DESK_PLACES], uint32_t place)
{
	int i = node->noptions++;

	for (; i > 0; i--) {
		uint32_t before = node->options[i - 1].place;

		if (turns[before] < turns[place] ||
			(turns[before] == turns[place] &&
				(turns[place] == TURN_OTHER ||
					p->passed[before] >= p->passed[place])))
			break;
		node->options[i] = node->options[i - 1];
	}
	node->options[i] = (struct option){.place = (uint8_t)place};
}

/* Only among others, when whoever ran has to wait, is it all the same. */
static void list_turns(const struct processes *p, struct node *node)
{
	enum turn turns[DESK_PLACES];
	uint32_t n = processes_nplaces(p);

	node->noptions = 0;
	node->nfree = 0;
	for (uint32_t i = 0; i < n; i++) {
		turns[i] = turn_of(p, i);
		if (turns[i] != TURN_NONE)
			add_in_order(p, node, turns, i);
	}
	for (int i = 0; i < node->noptions; i++)
		node->nfree += turns[node->options[i].place] == TURN_OTHER;
	if (node->noptions && turns[node->options[0].place] != TURN_OTHER)
		node->nfree = 1;
}

static void list_options(const struct processes *p, struct node *node)
{
	const struct desk_place *places = p->desk->places;
	uint32_t n = processes_nplaces(p);

	list_turns(p, node);
	if (node->noptions == 0 || p->kills >= p->options.kills)
		return;
	for (uint32_t i = p->options.spare_first; i < n; i++) {
		if (places[i].state == DESK_STOPPED && !places[i].exits)
			add_option(node, i, true);
	}
}

static bool any_alive(const struct processes *p)
{
	uint32_t n = processes_nplaces(p);

	for (uint32_t i = 0; i < n; i++) {
		if (p->desk->places[i].state == DESK_STOPPED)
			return true;
	}
	return false;
}

/* So many steps of others are no fair order, if there are few at all. */
static uint32_t most_passed(const struct processes *p)
{
	return p->options.max_steps > 4 * LONG ? 2 * LONG : 1;
}

/* Who could have gone on in place of the one that does. */
static void count_passed(struct processes *p, const struct option *option)
{
	for (uint32_t i = 0; i < processes_nplaces(p); i++) {
		if (i != option->place && can_go(&p->desk->places[i]))
			p->passed[i]++;
		else
			p->passed[i] = 0;
		if (p->passed[i] >= most_passed(p))
			p->unfair_at = p->wire->nchoices;
	}
}

static void record(struct processes *p, const struct option *option)
{
	struct wire *wire = p->wire;

	wire->choices[wire->nchoices++] = (struct choice){
		.pick = option->place, .is_value = option->kill};
	p->kills += option->kill;
	p->current = option->kill ? DESK_NOBODY : option->place;
}

/* Whoever should have been next is made to wait though it could go on. */
static void mark_preemption(
	const struct processes *p, const struct node *node, int i)
{
	struct wire *wire = p->wire;

	if (i >= node->nfree && !node->options[i].kill && wire->nevents)
		wire->events[wire->nevents - 1].flags |= EVENT_PREEMPTED;
}

/* It has no end if all had their turns meanwhile, for half of the steps. */
static void end_at_limit(struct processes *p)
{
	p->cut = p->unfair_at > p->options.max_steps / 2;
	if (!p->cut)
		processes_fail(p, FOUND_STEP_LIMIT, p->current,
			"has no end within the limit of steps");
}

/* Returns 1 when it goes on, 0 when it has ended, or what went wrong. */
static int step(struct processes *p, processes_pick_fn pick)
{
	struct wire *wire = p->wire;
	struct node scratch = {.noptions = 0};
	struct node *node = &p->nodes[wire->nchoices];
	int i;

	processes_look(p);
	list_options(p, &scratch);
	if (scratch.noptions == 0) {
		if (!any_alive(p))
			return 0;
		processes_fail(
			p, FOUND_DEADLOCK, DESK_NOBODY, "no process can go on");
		processes_stay(p);
		return 0;
	}
	if (wire->nchoices >= p->options.max_steps) {
		end_at_limit(p);
		return 0;
	}
	scratch.pick = node->pick;
	scratch.next = node->next;
	scratch.cost = node->cost;
	*node = scratch;
	i = pick(p, node, wire->nchoices);
	if (i < 0)
		return 0;
	mark_preemption(p, node, i);
	count_passed(p, &node->options[i]);
	processes_go(p, &node->options[i]);
	record(p, &node->options[i]);
	i = processes_settle(p);
	return i ? i : !processes_failed(p);
}

/* The outermost function comes first: each knows by which call it began. */
static uint16_t put_way(struct processes *p, const struct desk_place *place)
{
	uint32_t n = 0, way = 0;

	while (n < DESK_CALLS && place->calls[n])
		n++;
	for (uint32_t i = n + 1; i-- > 0;) {
		p->wire->ways[++p->nways] = (struct wire_way){
			.pc = i ? place->calls[i - 1] : place->pc,
			.call = i < n ? place->calls[i] : 0,
			.before = way};
		way = p->nways;
	}
	return (uint16_t)way;
}

static void stand(struct processes *p)
{
	struct wire *wire = p->wire;
	char call[WIRE_TEXT_SIZE];

	wire->nthreads = processes_nplaces(p);
	for (uint32_t i = 0; i < wire->nthreads; i++) {
		const struct desk_place *place = &p->desk->places[i];
		struct standing *standing = &wire->standing[i];

		processes_call(p, i, call);
		*standing = (struct standing){
			.state = place->state != DESK_STOPPED ? STANDING_ENDED
				 : place->can                 ? STANDING_READY
					      : STANDING_BLOCKED,
			.way = put_way(p, place),
			.holders = processes_other_end(p, i),
			.in_pipe = place->in_pipe,
			.pending = {.kind = OP_CALL, .pc = place->pc},
		};
		processes_put_text(wire, &standing->pending, call);
		processes_put_descriptor(
			wire, &standing->pending, &place->descriptor);
	}
}

static void check_invariant(struct processes *p)
{
	const char *command = p->options.invariant;
	int status = 0;
	pid_t pid;

	if (!command || processes_failed(p) || p->diverged || p->cut)
		return;
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		if (chdir(p->scratch) == 0)
			execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && status != 0)
		processes_fail(p, FOUND_INVARIANT, DESK_NOBODY, command);
}

static int run_to_end(struct processes *p, processes_pick_fn pick)
{
	int status = start(p);

	if (!status)
		status = processes_settle(p);
	if (!status)
		status = !processes_failed(p);
	while (status == 1)
		status = step(p, pick);
	return status;
}

int processes_run(struct processes *p, processes_pick_fn pick)
{
	int status;

	reset_wire(p->wire);
	p->current = DESK_NOBODY;
	p->kills = 0;
	p->unfair_at = 0;
	p->nways = 0;
	p->root = 0;
	p->diverged = p->cut = false;
	memset(p->pending, 0, sizeof(p->pending));
	memset(p->passed, 0, sizeof(p->passed));
	status = run_to_end(p, pick);
	if (status == 0 && !p->cut)
		processes_check_statuses(p);
	stand(p);
	processes_end_all(p);
	if (status == 0)
		check_invariant(p);
	remove_scratch(p);
	p->wire->base = p->desk->base;
	p->wire->progress.executions++;
	p->wire->progress.steps += p->wire->nchoices;
	return status;
}
