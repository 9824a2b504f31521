/*
 * processes_impl - the inside of processes, for its files
 *
 * Threads:  one.
 * Blocking: as processes.h says.
 * Memory:   as processes.h says.
 */
#ifndef LIB_EXPLORE_PROCESSES_IMPL_H
#define LIB_EXPLORE_PROCESSES_IMPL_H

#include "lib/explore/desk.h"
#include "lib/explore/processes.h"

#include <sys/types.h>

/* A choice that could be made: a process goes on, or is killed. */
struct option {
	uint8_t place;
	bool kill;
};

enum {
	MAX_OPTIONS = 2 * DESK_PLACES + 1 /* if the current one changes */
};

struct node {
	struct option options[MAX_OPTIONS];
	uint8_t noptions;
	uint8_t next; /* the option that is tried after this one */
	uint8_t pick; /* index of the option that is tried now */
	uint16_t cost; /* of all before this one */
	uint8_t nfree; /* the first of the options, which cost nothing */
};

struct processes {
	struct processes_options options;
	struct wire *wire;
	struct desk *desk;
	int fd; /* the desk's */
	int bell; /* end for reading */
	int bell_end;
	int deaths[DESK_PLACES]; /* a pidfd each, or -1 */
	pid_t root; /* of the processes; 0: none was started */
	int current; /* place that took the last step, or DESK_NOBODY */
	uint32_t pending[DESK_PLACES]; /* index + 1 of the event of its call */
	uint32_t passed[DESK_PLACES]; /* steps by others, while it could go */
	uint32_t unfair_at; /* last step that passed one too long; or 0 */
	uint32_t kills;
	uint32_t nways; /* of the wire */
	bool diverged;
	bool cut; /* at the limit of steps, though others could have gone on */
	char scratch[WIRE_PATH_SIZE];
	unsigned user; /* that a program in a box is */
	struct node *nodes; /* WIRE_MAX_CHOICES of them, as needed */
	uint32_t nnodes;
};

/* Picks one of the node's options; -1 ends the execution. */
typedef int (*processes_pick_fn)(
	struct processes *p, struct node *node, uint32_t step);

/* processes_run.c: one execution. Returns 0, SESSION_STOPPED or -errno. */
int processes_run(struct processes *p, processes_pick_fn pick);

/*
 * processes_step.c: what happens at the desk. It is the program's, too, which
 * may write there what it likes: places beyond the last, texts without an end
 * and numbers of strangers are not believed.
 */
uint32_t processes_nplaces(const struct processes *p);
void processes_call(
	const struct processes *p, uint32_t i, char text[WIRE_TEXT_SIZE]);
void processes_note_places(struct processes *p);
int processes_settle(struct processes *p); /* until all stand still */
void processes_look(struct processes *p); /* who could go on now? */
void processes_go(struct processes *p, const struct option *option);
void processes_stay(struct processes *p); /* all in their calls, for ever */
void processes_put_text(struct wire *wire, struct op *op, const char *text);
void processes_put_descriptor(
	struct wire *wire, struct op *op, const struct descriptor *descriptor);
void processes_end_all(struct processes *p);
void processes_fail(struct processes *p, enum finding_kind kind, int place,
	const char *text);

/*
 * processes_ends.c: a bit for each process that has open the other end of the
 * pipe at which process i waits; 0 when it waits for something else.
 */
uint32_t processes_other_end(const struct processes *p, uint32_t i);

/* Of those that ended badly, and whose parents have not taken notice. */
void processes_check_statuses(struct processes *p);
bool processes_failed(const struct processes *p);

#endif
