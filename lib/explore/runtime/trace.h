/*
 * trace - the steps of an execution that is to be shown
 *
 * The event is NULL where nothing is traced, or no more has room; all calls
 * then do nothing with it.
 *
 * Threads:  one real thread; of the program's whichever runs.
 * Blocking: never.
 * Memory:   wire.events and wire.places.
 */
#ifndef LIB_EXPLORE_RUNTIME_TRACE_H
#define LIB_EXPLORE_RUNTIME_TRACE_H

#include "lib/explore/wire.h"

#include <stddef.h>

struct set;
struct thread;

struct event *trace(enum op_kind kind, uint64_t pc, const void *object);
struct event *trace_op(const struct op *op);
uint16_t trace_way(const struct thread *thread); /* as of a party */
void trace_blocked(const struct thread *thread);
void trace_stuck(void); /* each who waits, where nobody can go on */

/* An event that came when there were so many. */
void trace_insert(const struct event *event, uint32_t at);

/* What lies there, whatever was there before. */
void trace_place(const struct memory_place *place);

void trace_other(struct event *event, unsigned other);
void trace_woken(struct event *event, unsigned other); /* one of many */
void trace_result(struct event *event, int result);
void trace_flags(struct event *event, unsigned flags);
void trace_output(struct event *event, size_t at, size_t size);
void trace_quiet(uint64_t address, size_t size, bool write, uint64_t pc);

/* What memory holds now; where there is none, this is what finds out. */
void trace_values(struct event *event, uint64_t address, size_t size);

/*
 * The thread's last write has been carried out: look at what it wrote. It may
 * be what the execution ends with.
 */
void trace_settle(struct thread *thread);

/* The same before what it wrote to is gone; no invariant is looked at. */
void trace_written(struct thread *thread);

/* release.c: the running thread lets others go on; kept of every execution. */
void note_release(enum op_kind kind, uint64_t pc, const void *object);

/* `can`: who may take the next step, early wake-ups included. */
void trace_standing(const struct set *can);

/* The first eight bytes at most. */
uint64_t value_at(uint64_t address, size_t size);

/* Whether or not anything is traced. */
void fingerprint(const struct op *op);

#endif
