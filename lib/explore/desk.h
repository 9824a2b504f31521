/*
 * desk - where the processes of an explored program ask for their turn
 *
 * A library that is loaded into each of them stops it before each call that
 * others could notice (runtime/shim), with the call written down in the
 * process's place at the desk; the scheduler, outside, looks at all of them
 * and lets one go on. All others stand still meanwhile.
 *
 *	process: DESK_STOPPED, a byte into the pipe, waits for an order
 *	scheduler: when none is DESK_RUNNING, gives an order: go on; or look
 *	once more whether what you wait for has come
 *
 * Threads:  one process at a time changes what is not atomic.
 * Blocking: never.
 * Memory:   a mapping that all inherit as WIRE_DESCRIPTOR; plain data.
 */
#ifndef LIB_EXPLORE_DESK_H
#define LIB_EXPLORE_DESK_H

#include "lib/explore/descriptor.h"
#include "lib/explore/wire.h"

enum {
	DESK_PLACES = 32,
	DESK_CALLS = 8, /* that lead to where a process stands */
	DESK_BELL = WIRE_DESCRIPTOR - 2, /* the pipe's end for writing */
	DESK_NOBODY = -1,
};

enum desk_state {
	DESK_FREE,
	DESK_RUNNING,
	DESK_STOPPED,
	DESK_DEAD, /* the scheduler's */
};

enum desk_order {
	DESK_WAIT,
	DESK_GO,
	DESK_LOOK, /* can the call be done now? */
};

struct desk_place {
	_Atomic uint32_t state; /* enum desk_state */
	_Atomic uint32_t order; /* enum desk_order; a futex */
	_Atomic int32_t pid; /* 0: reserved for a child of `parent` */
	int32_t parent;
	bool waits; /* the call is one that may have to wait */
	bool can; /* and it need not, now */
	bool rests; /* it sleeps: whoever does not goes first */
	bool killed; /* for good: by another of them, or by the scheduler */
	bool signalled; /* by another of them, which it may die of */
	bool noticed; /* its parent has asked for its exit status */
	bool exits; /* with exit_code: this is its last call */
	int32_t exit_code;
	int32_t result, error; /* of the last call */
	bool has_result;
	char came[24]; /* of it, in words: "4 bytes"; or "" */
	uint8_t found; /* enum finding_kind: it gave up */
	uint64_t pc; /* of the call; 0: not in the program */
	uint64_t calls[DESK_CALLS]; /* where its function returns to, and so
				       on; 0: not known */
	struct descriptor descriptor; /* that the call is about */
	int32_t in_pipe; /* bytes, when it waits to write to one; or -1 */
	char call[WIRE_TEXT_SIZE]; /* "rename(a, b)"; what was found */
};

struct desk {
	uint64_t base; /* where the program was loaded */
	uint64_t device, inode; /* of the program; others have no lines */
	bool has_frames; /* the program, one for each call */
	_Atomic uint32_t nplaces;
	_Atomic uint64_t ahead_ns; /* of the clocks, for what was slept */
	atomic_bool shares; /* memory: in any execution */
	struct desk_place places[DESK_PLACES];
};

#endif
