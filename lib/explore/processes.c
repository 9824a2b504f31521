/* The search: which schedules are run, one after the other. */
#include "lib/explore/processes_impl.h"

#include "lib/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_desk(struct processes *p)
{
	p->fd = memfd_create("conc-desk", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (p->fd < 0 || ftruncate(p->fd, sizeof(struct desk)) < 0 ||
		fcntl(p->fd, F_ADD_SEALS, F_SEAL_SHRINK) < 0)
		return -errno;
	p->desk = mmap(NULL, sizeof(struct desk), PROT_READ | PROT_WRITE,
		MAP_SHARED, p->fd, 0);
	if (p->desk == MAP_FAILED) {
		p->desk = NULL;
		return -errno;
	}
	return 0;
}

static int make_bell(struct processes *p)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	p->bell = ends[0];
	p->bell_end = ends[1];
	return 0;
}

static int note_program(struct processes *p)
{
	struct stat st;

	if (stat(p->options.program, &st) < 0)
		return -errno;
	p->desk->device = st.st_dev;
	p->desk->inode = st.st_ino;
	p->desk->has_frames = p->options.has_frames;
	return 0;
}

int processes_open(const struct processes_options *options, struct wire *wire,
	struct processes **result)
{
	struct processes *p = calloc(1, sizeof(*p));
	int error = -ENOMEM;

	if (!p)
		return error;
	p->options = *options;
	p->wire = wire;
	p->fd = p->bell = p->bell_end = -1;
	for (int i = 0; i < DESK_PLACES; i++)
		p->deaths[i] = DESK_NOBODY;
	snprintf(p->scratch, sizeof(p->scratch), "%.480s/scratch",
		options->folder);
	p->nodes = calloc(WIRE_MAX_CHOICES, sizeof(*p->nodes));
	if (p->nodes)
		error = make_desk(p);
	if (!error)
		error = make_bell(p);
	if (!error)
		error = note_program(p);
	if (error) {
		processes_close(p);
		return error;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	*result = p;
	return 0;
}

void processes_close(struct processes *p)
{
	if (!p)
		return;
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	if (p->desk)
		munmap(p->desk, sizeof(struct desk));
	if (p->fd >= 0)
		close(p->fd);
	if (p->bell >= 0)
		close(p->bell);
	if (p->bell_end >= 0)
		close(p->bell_end);
	free(p->nodes);
	free(p);
}

static unsigned cost_of(const struct node *node, unsigned i)
{
	return node->options[i].kill || i >= node->nfree;
}

/* The nodes that there are say what to do; beyond them the first comes. */
static int pick_deep(struct processes *p, struct node *node, uint32_t depth)
{
	if (depth < p->nnodes) {
		if (node->pick >= node->noptions) {
			p->diverged = true;
			return -1;
		}
		return node->pick;
	}
	node->pick = 0;
	node->next = 1;
	node->cost = 0;
	if (depth > 0) {
		const struct node *before = node - 1;

		node->cost = (uint16_t)(before->cost +
					cost_of(before, before->pick));
	}
	p->nnodes++;
	return 0;
}

/* The deepest node with something left that the bound allows. */
static bool go_back(struct processes *p, unsigned bound, bool *held_back)
{
	while (p->nnodes) {
		struct node *node = &p->nodes[p->nnodes - 1];

		while (node->next < node->noptions) {
			node->pick = node->next++;
			if (node->cost + cost_of(node, node->pick) <= bound)
				return true;
			*held_back = true;
		}
		p->nnodes--;
	}
	return false;
}

static bool is_over(const struct processes *p)
{
	return clock_now() >= p->options.deadline_ns;
}

/*
 * Returns 0, SESSION_STOPPED or -errno. What the bound has held back is for
 * the next.
 */
static int explore_within(struct processes *p, unsigned bound,
	struct processes_result *result, bool *held_back)
{
	int status;

	*held_back = false;
	p->nnodes = 0;
	result->nschedules = 0;
	do {
		status = processes_run(p, pick_deep);
		result->nexecutions++;
		result->nschedules++;
		result->nsteps += p->wire->nchoices;
		result->unstable |= p->diverged;
		result->cut |= p->cut;
		result->found = processes_failed(p);
		if (status || result->found)
			return status;
		if (is_over(p))
			return 0;
	} while (go_back(p, bound, held_back));
	if (result->cut)
		return 0;
	result->exhausted = true;
	result->nexhausted = result->nschedules;
	result->bound = bound;
	result->complete = !*held_back && !result->unstable;
	return 0;
}

int processes_explore(struct processes *p, struct processes_result *result)
{
	bool held_back = true;
	int status = 0;

	*result = (struct processes_result){.found = false};
	for (unsigned bound = 0; bound <= p->options.max_bound && held_back;
		bound++) {
		status = explore_within(p, bound, result, &held_back);
		if (status || result->found || is_over(p))
			break;
	}
	result->stopped = status == SESSION_STOPPED;
	result->shares = atomic_load(&p->desk->shares);
	result->over = !result->found && !result->complete && is_over(p);
	return result->stopped ? 0 : status;
}

static bool is_choice(const struct option *option, const struct choice *choice)
{
	return option->place == choice->pick &&
	       option->kill == (choice->is_value != 0);
}

/* What to carry out stands where the search keeps what it knows. */
static int pick_given(struct processes *p, struct node *node, uint32_t step)
{
	const struct choice *given = (const void *)p->wire->search;
	char text[80];

	if (step >= p->nnodes)
		return 0;
	for (int i = 0; i < node->noptions; i++) {
		if (is_choice(&node->options[i], &given[step]))
			return i;
	}
	snprintf(text, sizeof(text), "process %u cannot go on here",
		given[step].pick);
	processes_fail(p, FOUND_DIVERGED, DESK_NOBODY, text);
	return -1;
}

int processes_replay(
	struct processes *p, uint32_t nchoices, struct processes_result *result)
{
	int status;

	memcpy(p->wire->search, p->wire->choices,
		nchoices * sizeof(struct choice));
	p->nnodes = nchoices;
	p->options.kills = 0;
	for (uint32_t i = 0; i < nchoices; i++)
		p->options.kills += p->wire->choices[i].is_value;
	status = processes_run(p, pick_given);
	*result = (struct processes_result){
		.found = processes_failed(p),
		.stopped = status == SESSION_STOPPED,
		.cut = p->cut,
		.shares = atomic_load(&p->desk->shares),
		.nexecutions = 1,
		.nsteps = p->wire->nchoices,
	};
	return result->stopped ? 0 : status;
}
