/*
 * rt - the runtime that is linked into an explored program
 *
 * The program's threads are coroutines on one real thread. Each stops before
 * every operation that another could notice, with the operation published in
 * thread->pending, and the scheduler picks who goes on: that one rule serves
 * the search, the explanation of deadlocks, and a person who plays scheduler.
 *
 *	point(&op)      in the thread: publish, let somebody be picked, return
 *	                when picked; the operation can now be carried out
 *	fail(...)       end this execution with a finding; does not return
 *	note(...)       a finding that does not end it
 *
 * An execution starts from the snapshot of the program's data taken before
 * main, and ends when main has returned, nobody can go on, or something
 * failed. Nothing of an execution is left in here afterwards: struct rt is
 * cleared up to `lasting`.
 *
 * What the program calls reaches us under other names: the driver renames, in
 * the program's objects alone, pthread_create to __conc_pthread_create and so
 * on (wrapped.def). Calls in here are therefore the real ones.
 *
 * Threads:  one real thread; the coroutines are the program's threads.
 * Blocking: never.
 * Memory:   mappings of our own; neither the program's heap nor its data.
 */
#ifndef LIB_EXPLORE_RUNTIME_RT_H
#define LIB_EXPLORE_RUNTIME_RT_H

#include "lib/ctx.h"
#include "lib/explore/runtime/await.h"
#include "lib/explore/runtime/failing.h"
#include "lib/explore/runtime/frame.h"
#include "lib/explore/runtime/heap.h"
#include "lib/explore/runtime/set.h"
#include "lib/explore/runtime/shadow.h"
#include "lib/explore/runtime/trace.h"
#include "lib/explore/runtime/untested.h"
#include "lib/explore/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	STACK_SIZE = 256 << 10,
	MAX_FRAMES = 64,
	MAX_KEYS = 64,
	MAX_SEEN = 16,
	MAX_AT_EXIT = 32,
	PAGE_SIZE = 4096,
	HEAP_ALIGNMENT = 16,
};

#define WRAP(name) __conc_##name

/* Entered through entry.c: what loops that wait consist of. */
#define ENTERED(name) __entered_##name

/*
 * The address that the caller of a wrapper will return to. Where that frame
 * ends is kept as well: what lies below it is no variable of the program.
 */
#define CALLER called_from(__builtin_return_address(0), END_OF_CALLER)

/*
 * Vector clocks: how much of each thread has been seen. Under MEMORY_C11 also
 * how much comes before it in the order of seq_cst fences, which is not to
 * have happened before; and the number of the last of these fences.
 */
struct vc {
	uint32_t time[MAX_THREADS];
	uint32_t ordered[MAX_THREADS];
	uint32_t fence;
};

enum thread_state {
	THREAD_NONE,
	THREAD_READY, /* stopped before `pending` */
	THREAD_ENDED,
	THREAD_FAILED, /* it has no next step; the others may */
};

/* A function that has begun and not returned. */
struct frame {
	uint64_t call; /* the return address */
	uint64_t pc; /* in the function */
	uint64_t top; /* its local variables lie below */
};

struct thread {
	struct ctx ctx;
	unsigned id;
	enum thread_state state;
	bool picked; /* out of turn: woken spuriously or timed out */
	bool detached, joined;
	uint64_t created_pc;
	bool spinning; /* waits for a write by others; see spin.c */
	bool timed; /* the wait has a deadline */
	uint32_t nsteps;
	uint32_t last_step; /* of the execution */
	int saved_errno;
	void *(*start)(void *);
	int (*c11_start)(void *);
	void *arg, *result;
	struct op pending;
	struct object *waits_on; /* condition, barrier, ... it sleeps on */
	uint64_t deadline_ns;
	uint32_t let_go_at; /* rt->nsteps of the step that ended its wait */
	uint64_t lowest; /* of its stack that is in use */
	const void *entered; /* the frame of the last wrapper that it called */
	const void *touched; /* the last lock or the like that it used, and */
	uint32_t touched_at; /* when by its own clock */
	struct untested untested;
	uint64_t changed_pc; /* a write to what the invariant reads */
	uint64_t changed_object;
	uint64_t left_pc; /* in the function that returned last */
	uint32_t nheld, nframes, spin_count, nseen;
	uint32_t npassed_over; /* steps of others that it could have taken */
	uint32_t failure; /* as in struct wire: what ends it, and all */
	uint32_t pending_write; /* a store to be made: its event + 1, or */
#define NO_EVENT UINT32_MAX
	bool delayed; /* that store lies in the buffer */
	void *cleanups; /* handlers to be run, as cancel.c keeps them */
	bool cancelled, cancel_off;

	/* What has no meaning beyond its number above. */
	struct held_lock held[WIRE_MAX_HELD];
	struct frame frames[MAX_FRAMES]; /* outermost first */
	uint64_t seen[MAX_SEEN]; /* reads since anybody wrote */
	struct await await;

	/* Cleared as far as it was used. */
	void *keys[MAX_KEYS]; /* pthread_getspecific */
	struct vc vc;
	struct vc seen_relaxed; /* what an acquire fence would acquire */
	struct vc released; /* what a relaxed store publishes */

	unsigned char *tls; /* its copy of the program's thread variables */
};

enum object_kind {
	OBJECT_NONE,
	OBJECT_MUTEX,
	OBJECT_COND,
	OBJECT_RWLOCK,
	OBJECT_SEM,
	OBJECT_BARRIER,
	OBJECT_ONCE,
	OBJECT_SPIN,
	OBJECT_ATOMIC, /* a place that atomics synchronise through */
};

/* What becomes of a mutex whose owner ends. */
enum robust {
	ROBUST_NOT,
	ROBUST,
	ROBUST_OWNER_DIED, /* whoever took it is to mend what it guards */
	ROBUST_LOST, /* nobody did */
};

/* What we know of a lock and the like, by its address in the program. */
struct object {
	uint64_t address;
	uint32_t execution; /* of which it is; older ones are empty slots */
	uint8_t kind;
	uint8_t type; /* of a mutex: PTHREAD_MUTEX_... */
	bool destroyed;
	uint8_t robust; /* of a mutex: enum robust */
	uint16_t owner; /* thread or WIRE_NOBODY */
	uint32_t count; /* recursion, value, arrivals */
	uint32_t limit, done_at; /* rt->nsteps after the call of a once */
	uint32_t nsignals_lost; /* signals when nobody waited */
	uint64_t mutex; /* of a condition: that its waiters released */
	struct place *place; /* of an atomic: its history */
	uint64_t lost_step; /* when the last of them came */
	uint16_t lost_by;
	uint64_t taken_pc, init_pc;
	uint32_t taken_after; /* of a mutex: steps of others by then */
	struct set waiters, readers;
	struct vc vc;
	struct vc readers_vc; /* of a rwlock: what its readers did */
};

/* How a search decides. */
struct search {
	/* Before each execution. */
	void (*begin)(void);

	/*
	 * Pick one of `can`. `current` may be WIRE_NOBODY or not among them.
	 * Every thread's next operation is in rt->threads[i].pending. A
	 * return of WIRE_NOBODY ends the execution: nothing new lies ahead.
	 */
	unsigned (*pick_thread)(const struct set *can, unsigned current);

	/* Pick one of 0 … n - 1, n > 1. */
	unsigned (*pick_value)(unsigned n);

	/* After each execution. Returns false when there is nothing left. */
	bool (*end)(void);

	/* The execution has failed, and the next steps are no part of it. */
	void (*fails)(void); /* or NULL */
};

extern const struct search search_replay, search_random, search_pct, search_pos,
	search_bounded, search_minimise, search_dpor;

struct rt {
	/* First: the stubs of preload/ look at it. */
	bool in_execution; /* a crash is the program's */

	/* Of this execution. */
	unsigned current; /* thread */
	unsigned nthreads, nalive;
	unsigned nawaiting; /* threads that OP_AWAIT is the next step of */
	uint32_t nsteps, naccesses; /* the latter since the last step */
	uint32_t nalone; /* steps of one thread while others could go on */
	uint32_t unfair_step; /* the last when somebody was left standing */
	uint32_t nrefused; /* locks that were tried, and not to be had */
	uint32_t spurious_left;
	uint32_t nspurious;
	uint64_t now_ns; /* virtual */
	uint64_t random;
	uint32_t input_at; /* read so far */
	bool input_ended;
	int exit_code;
	bool in_invariant; /* what is done now is ours */
	uint64_t unlooked_pc; /* a write after which it was not looked at */
	bool cut; /* the search ended it: nothing new lies ahead */
	bool crashed; /* our own variables may have been hit */
	bool stuck; /* nobody could go on: no step of anybody's ended it */
	bool new_race; /* an instruction became a step */
	uint32_t failed; /* finding + 1: the write that fails comes yet */
	struct failed_at over;
	bool no_step; /* somebody destroyed a lock, or the like */
	unsigned nkeys, nat_exit, nat_quick_exit;
	void (*key_destroy[MAX_KEYS])(void *);
	bool key_deleted[MAX_KEYS];
	void (*at_exit[MAX_AT_EXIT])(void);
	void (*at_quick_exit[MAX_AT_EXIT])(void);

	/* What lasts from execution to execution. */
	char lasting;
	uint32_t execution; /* 1: the constructors */
	struct before_main *before_main;
	unsigned most_threads; /* there ever were: clocks are 0 beyond */
	struct wire *wire;
	const struct search *search;
	struct choice *given; /* config.nchoices of them, to replay */
	struct ctx controller;
	uint64_t base; /* where the program was loaded */
	uint64_t code, code_end;
	unsigned char *data, *data_end, *data_copy;
	unsigned char *tls, *tls_copy;
	size_t tls_size;
	unsigned char *stacks;
	struct left *left; /* functions that have returned */
	int argc;
	char **argv, **envp;
	uint32_t *scratch; /* WIRE_MAX_CHOICES of them */
	bool tracing;
	bool tso; /* MEMORY_TSO */
	bool c11; /* MEMORY_C11 */
	bool every_point;
	uint64_t watchdog_steps;
	unsigned watchdog_ticks;
	struct thread threads[MAX_THREADS];
};

extern struct rt *rt;

static inline struct thread *self(void)
{
	return &rt->threads[rt->current];
}

static inline uint64_t called_from(const void *pc, const void *frame)
{
	if (rt)
		self()->entered = frame;
	return (uint64_t)(uintptr_t)pc;
}

/* Of the thread that runs: nobody else's, but for whom it gave a pointer to. */
static inline bool on_own_stack(uint64_t address)
{
	uint64_t stack = (uint64_t)(uintptr_t)rt->stacks +
			 (uint64_t)rt->current * STACK_SIZE;

	return address - stack < STACK_SIZE;
}

/* main.c: zeroed memory outside of the snapshot, or the program ends */
void *map_memory(size_t size);

/* sched.c */
void point(const struct op *op);
void stop_before(const struct op *op); /* the same, with no look at loops */
unsigned choose_value(unsigned n);
bool pauses(void); /* where the next choice is to be made */
bool thread_can_go(const struct thread *thread);
bool thread_can_have(const struct thread *thread); /* its buffer once empty */
unsigned thread_by_default(const struct set *can, unsigned current);
void run_execution(void);
_Noreturn void end_execution(void);

/* Let somebody else run; for a thread that has ended. */
_Noreturn void leave(void);

static inline void point_at(
	enum op_kind kind, const void *object, const void *second, uint64_t pc)
{
	struct op op = {
		.kind = (uint8_t)kind,
		.pc = pc,
		.object = (uint64_t)(uintptr_t)object,
		.second = (uint64_t)(uintptr_t)second,
	};

	point(&op);
}

/* finding.c */
struct thread_name {
	char text[8];
};
struct thread_name thread_name(unsigned id);
__attribute__((format(printf, 3, 4))) _Noreturn void fail(
	enum finding_kind kind, uint64_t pc, const char *format, ...);
__attribute__((format(printf, 3, 4))) void note(
	enum finding_kind kind, uint64_t pc, const char *format, ...);
__attribute__((format(printf, 3, 4))) _Noreturn void fail_signal(
	int signal, uint64_t pc, const char *format, ...);
struct party party_of(
	const struct thread *thread, enum op_kind op, uint64_t pc);
struct finding finding_of(enum finding_kind kind, uint64_t pc);
_Noreturn void fail_with(const struct finding *finding);
void fail_once_written(const struct finding *finding);
void fail_as_found(void);
void note_with(const struct finding *finding);
struct finding *finding_add(const struct finding *finding);

/* barrier.c */
void once_at(void *once, void (*fn)(void), uint64_t pc);

/* time.c */
struct timespec;
uint64_t time_of(const struct timespec *at);

/* threads.c */
void threads_setup(void);
void threads_begin(void);
struct thread *thread_new(void *(*start)(void *), void *arg, uint64_t pc);
void thread_hold(struct thread *thread, const void *object, uint64_t pc);
void thread_drop(struct thread *thread, const void *object);
bool thread_holds(const struct thread *thread, const void *object);
_Noreturn void thread_exit(void *result); /* handlers first */
_Noreturn void thread_end(void);
void switch_to(unsigned next);

/* stack.c: `here` is the frame of a function that the program's code called */
void stack_check(uint64_t address, const void *here, uint64_t pc);
void margin_setup(void);
void margin_check(uint64_t address, size_t size, uint64_t pc);
bool stack_place(uint64_t address, struct memory_place *place);
bool on_some_stack(uint64_t address);

/* invariant.c: what the person says must hold */
void invariant_setup(void);
bool invariant_reads(uint64_t address, uint64_t size, unsigned flags);
void invariant_wrote(uint64_t address, uint64_t size, bool plain, uint64_t pc);
void invariant_settle(struct thread *thread);
void invariant_unlocked(struct thread *thread);
void invariant_check(uint64_t pc);
bool invariant_conflict(const struct op *a, const struct op *b);

/* object.c */
void objects_setup(void);
struct object *object_find(const void *address);
struct object *object_get(const void *address, enum object_kind kind);

/* Is its memory alive? And, of a `what`, has it ever been initialised? */
void object_touch(const void *address, uint64_t pc);
void object_use(
	const void *address, const char *verb, const char *what, uint64_t pc);

/* It begins, or is destroyed, where others may use it: that is a step. */
void object_step(enum op_kind kind, const void *address, uint64_t pc);

/*
 * Remember those that there are before main; and make them so at the begin of
 * an execution.
 */
void objects_keep(void);
void objects_begin(void);

/* classes.c */
void classes_setup(void);
void classes_begin(void);
void classes_step(unsigned thread);
void classes_value(unsigned value);
void classes_end(void);

/* conflict.c: does the order of the two matter? */
bool conflict(const struct op *a, const struct op *b);

/* vc.c */
void vc_join(struct vc *into, const struct vc *from);
void vc_acquire(struct thread *thread, const struct object *object);
void vc_release(struct thread *thread, struct object *object);
void vc_clear(struct vc *vc);
/* A seq_cst fence; `fences` is what was known at those before. */
void vc_pass_fence(struct vc *vc, struct vc *fences, uint32_t number);
void vc_tick(struct thread *thread);

/* spin.c */
void spin_read(uint64_t pc, uint64_t object, uint64_t value);
void spin_wrote(void);
void spin_over(void); /* nobody is set aside any more */
bool spin_ends_soon(void);

/* pthread.c: as the functions of that name, called from pc */
struct thread *thread_of(unsigned long handle, const char *verb, uint64_t pc);
struct thread *thread_create_at(
	unsigned long *handle, void *(*start)(void *), void *arg, uint64_t pc);
int thread_join_at(unsigned long handle, void **result, uint64_t pc);
void thread_detach_at(unsigned long handle, uint64_t pc);
void thread_yield_at(uint64_t pc);

/* cond.c: likewise */
int cond_init_at(void *cond, uint64_t pc);
int cond_destroy_at(void *cond, uint64_t pc);
int cond_wait_at(
	void *cond, void *mutex, bool timed, uint64_t deadline_ns, uint64_t pc);
void cond_signal_at(void *cond, uint64_t pc);
void cond_broadcast_at(void *cond, uint64_t pc);

/* mutex.c: likewise, and parts for cond.c */
int mutex_lock_at(void *mutex, bool timed, uint64_t deadline_ns, uint64_t pc);
int mutex_trylock_at(void *mutex, uint64_t pc);
int mutex_unlock_at(void *mutex, uint64_t pc);
bool mutex_free_for(const struct object *object, unsigned thread);
int mutex_init_at(void *mutex, int type, uint64_t pc);
int mutex_destroy_at(void *mutex, uint64_t pc);
bool mutex_is_held(void *mutex);
uint32_t steps_of_others(void); /* that others have taken by now */
uint32_t mutex_taken_after(void *mutex); /* the same, when it was locked */
void mutex_owner_ends(void);
void mutex_give_up(void *mutex);
void mutex_take_again(void *mutex, uint64_t pc);

/* can_go.c: could a lock, a semaphore, ... be had now? */
bool sync_can_go(const struct thread *thread);

/* snap.c */
void snap_find(void);
void snap_take(void);
void snap_restore(void);

/* crash.c */
void crash_setup(void);
void crash_watch(void);

/*
 * isolate.c: do `execute` in a process of its own; where that dies, account
 * for it here.
 */
void isolate_setup(void);
enum search_end isolate(
	enum search_end (*execute)(void), enum search_end (*account)(void));

/* files.c: a call that opens or changes a file, and one that may use it */
void file_call(const char *name, uint64_t pc);
void file_step(uint64_t pc);

/* output.c: to the program's standard output */
void output_write(const char *data, size_t size, uint64_t pc);
/* and its standard error: told, but no part of what it does */
void error_write(const char *data, size_t size, uint64_t pc);

/* random.c: the program's rand, and ours for it */
uint64_t program_random(void);

/* outcome.c */
void outcome_record(void);
void outcome_compare(uint64_t pc);

/* The program's own main, renamed. */
int WRAP(main)(int argc, char **argv, char **envp);

#endif
