/*
 * wire - what `conc explore` and the runtime inside an explored program share
 *
 * The program under exploration runs in a process of its own, which may crash
 * at any moment; so everything that has to outlive it lies in one shared
 * mapping, made by the driver and inherited as a descriptor: what to do
 * (config), how far it got (progress), what was found (findings), which
 * accesses take part in races (racy), and the state of the search, so that a
 * new process can go on where the old one fell.
 *
 * An execution is a sequence of choices: which thread takes its next step, or
 * which of n values something undetermined has (the waiter that a signal
 * wakes). A list of choices replays an execution exactly.
 *
 * Threads:  one process writes at a time: the driver before it starts the
 *           program and after it ended, the program in between. `progress`
 *           may be read at any time.
 * Blocking: never.
 * Memory:   the driver's mapping; plain data without pointers.
 */
#ifndef LIB_EXPLORE_WIRE_H
#define LIB_EXPLORE_WIRE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	WIRE_VERSION = 1,
	WIRE_DESCRIPTOR = 199, /* where the program finds the mapping */
	WIRE_MAX_THREADS = 256,
	WIRE_FLUSHERS = 32, /* this + a thread: its oldest store in a buffer */
	WIRE_MAX_CHOICES = 1 << 16,
	WIRE_MAX_EVENTS = 1 << 16,
	WIRE_MAX_FINDINGS = 64,
	WIRE_MAX_RACY = 1024,
	WIRE_MAX_RANGES = 4096,
	WIRE_MAX_HELD = 16,
	WIRE_MAX_PLACES = 512,
	WIRE_MAX_RELEASES = 1024,
	WIRE_MAX_MARGINS = 1024,
	WIRE_MAX_WATCHED = 1024,
	WIRE_MAX_OUTPUT = 1 << 16,
	WIRE_MAX_INPUT = 1 << 16,
	WIRE_MAX_OUTCOMES = 1024,
	WIRE_MAX_WAYS = 1 << 12,
	WIRE_MAX_ASKED = 65,
	WIRE_MAX_AWAITS = 64,
	WIRE_TEXT_SIZE = 240,
	WIRE_PATH_SIZE = 512,
	WIRE_SEARCH_SIZE = 64 << 20,
	WIRE_FAILED = 256, /* above each status that main can return */
	WIRE_NOBODY = 0xffff, /* no thread */
};

/* What a thread is about to do, or did, that others can notice. */
enum op_kind {
	OP_NONE,
	OP_START, /* the thread's first step */
	OP_END, /* its last */
	OP_CREATE,
	OP_JOIN,
	OP_LOCK,
	OP_TRYLOCK,
	OP_UNLOCK,
	OP_WAIT, /* release the mutex and sleep on a condition */
	OP_WAKE, /* asleep there */
	OP_SIGNAL,
	OP_BROADCAST,
	OP_READ,
	OP_WRITE,
	OP_ATOMIC_READ,
	OP_ATOMIC_WRITE,
	OP_ATOMIC_UPDATE,
	OP_FLUSH, /* a store that was delayed reaches memory */
	OP_FENCE,
	OP_RDLOCK,
	OP_WRLOCK,
	OP_RWUNLOCK,
	OP_SEM_WAIT,
	OP_SEM_TRY,
	OP_SEM_POST,
	OP_BARRIER, /* arrive */
	OP_BARRIER_LEAVE,
	OP_ONCE,
	OP_YIELD,
	OP_SLEEP,
	OP_OUTPUT,
	OP_INPUT,
	OP_CANCEL,
	OP_TESTCANCEL,
	OP_TRYJOIN,
	OP_AWAIT, /* a loop that only reads, until what it reads changes */
	OP_CALL, /* of a process; `object`, `size`: its words in wire.output */
	OP_FILE, /* open, read, rename, ... */
	OP_PROCESS_END, /* main returns, or somebody calls exit */
	OP_FAIL, /* with GO_ON_ALL: what it did ends the program */
	OP_FREE, /* a step where it races with an access */
	OP_INIT, /* a lock or the like, where others may use it */
	OP_DESTROY,
	OP_DETACH, /* no step: only traced; nor is the next */
	OP_RETURN, /* from a function whose variable is used later */
	OP_SEM_INIT, /* never traced: only of a wire_release */
	OP_NKINDS
};

struct op {
	uint8_t kind; /* enum op_kind */
	uint8_t order; /* of an atomic: memory_order */
	uint16_t size; /* bytes of a memory access */
	uint16_t second_size; /* of an await: `second` is a place, too */
	uint8_t everything; /* of an await: it reads more than these two; of a
			       failure: any step may have led to it */
	uint8_t padding;
	uint64_t pc; /* return address in the program, 0: unknown */
	uint64_t object; /* address of a lock, a variable; a thread's number */
	uint64_t second; /* a wait's mutex; a delayed store's number; a fence
			    that the program does not have; where the handle
			    of a thread that is created goes */
};

enum finding_kind {
	FOUND_NOTHING,
	FOUND_RACE,
	FOUND_ASSERT,
	FOUND_ABORT,
	FOUND_SIGNAL, /* code: the signal */
	FOUND_DEADLOCK,
	FOUND_LIVELOCK,
	FOUND_HANG, /* runs on and on without a visible step */
	FOUND_STEP_LIMIT,
	FOUND_OUTPUT_LIMIT,
	FOUND_MISUSE, /* of a lock, a thread, a condition: text says how */
	FOUND_USE_AFTER_FREE,
	FOUND_BAD_FREE, /* twice, or never allocated */
	FOUND_LEAK,
	FOUND_MAIN_LEFT, /* main returned while other threads ran */
	FOUND_EXIT_CODE, /* code: what main returned */
	FOUND_REFUSED, /* something that cannot be explored; text names it */
	FOUND_DIVERGED, /* a replay did not find what its choices need */
	FOUND_WAIT_ONCE, /* what it waits for is not tested again */
	FOUND_DEAD_FRAME, /* a local variable whose function has returned */
	FOUND_THREAD_LEFT, /* neither joined nor detached */
	FOUND_OUTPUT_VARIES, /* with the schedule */
	FOUND_INVARIANT, /* text: what does not hold */
	FOUND_LOCK_ORDER, /* a cycle: it could come to a deadlock */
	FOUND_ATOMICITY, /* somebody wrote between what belongs together */
	FOUND_LOCK_LEFT, /* by a thread that has ended */
	FOUND_NKINDS
};

struct held_lock {
	uint64_t object;
	uint64_t pc; /* where it was taken */
};

/* One side of a race; the only side of everything else. */
struct party {
	uint16_t thread; /* or WIRE_NOBODY */
	uint8_t op; /* enum op_kind */
	uint8_t size;
	uint32_t nheld;
	uint32_t step; /* index + 1 in the events shown; 0: none of them */
	uint32_t way; /* by which calls it came there; 0: not known */
	uint8_t is_elsewhere; /* not there, and what it held is not known */
	uint8_t padding[3];
	uint64_t pc;
	uint64_t object;
	struct held_lock held[WIRE_MAX_HELD];
};

struct finding {
	uint8_t kind; /* enum finding_kind */
	uint8_t spurious; /* spurious wake-ups in the execution */
	uint16_t padding;
	int32_t code;
	uint64_t execution; /* the number of the first that showed it */
	struct party first, second; /* second came earlier, for a race */
	struct party third; /* of FOUND_ATOMICITY: the three in their order */
	char text[WIRE_TEXT_SIZE];
};

struct choice {
	uint16_t pick; /* thread, or value */
	uint8_t is_value;
	uint8_t flags; /* enum choice_flags; no part of what is to be done */
};

enum choice_flags {
	CHOICE_PREEMPTS = 1 << 0, /* who ran could have gone on */
	CHOICE_EARLY = 1 << 1, /* who goes on is woken out of turn */
};

/* One step of a traced execution. */
struct event {
	struct op op;
	/* Of memory: its first 8 bytes; of a semaphore: how many it has; of
	   a barrier: how many have come; or who is woken, as bits. */
	uint64_t before, after;
	uint32_t choice; /* how many choices had been made */
	uint16_t thread;
	uint16_t other; /* the thread created, joined, woken; or WIRE_NOBODY */
	int32_t result; /* what the call returned, where that matters */
	uint16_t flags; /* enum event_flags */
	uint16_t way; /* as of a party */
	uint32_t from; /* `choice` of the event whose store was read, or 0 */
};

enum event_flags {
	EVENT_BLOCKED = 1 << 0, /* asked, and has to wait */
	EVENT_SPURIOUS = 1 << 1,
	EVENT_TIMEOUT = 1 << 2,
	EVENT_NOBODY = 1 << 3, /* signalled when nobody was waiting */
	EVENT_QUIET = 1 << 4, /* an access that is no step of its own */
	EVENT_DELAYED = 1 << 5, /* the store waits in its thread's buffer */
	EVENT_OWN = 1 << 6, /* read what waits there */
	EVENT_STALE = 1 << 7, /* read what is not the newest: `other`'s is */
	EVENT_PREEMPTED = 1 << 8, /* of a process: it could have gone on */
	EVENT_STDERR = 1 << 9, /* printed there: its words in wire.errors */
	EVENT_UNMADE = 1 << 9, /* the store was not made: `after` is nothing */
	EVENT_NOWHERE = 1 << 10, /* there is no memory at that address */
	EVENT_AGAIN = 1 << 11, /* the mutex of a wait is locked again */
	EVENT_STUCK = 1 << 12, /* of a deadlock: there its thread stays */
};

/* What a choice of values is about. */
enum asked_kind {
	ASKED_WAITER, /* whom a signal wakes */
	ASKED_READ, /* which store a load reads */
	ASKED_STORE, /* before which store another goes */
};

struct asked_store {
	uint64_t value;
	uint16_t thread; /* that stored it; WIRE_NOBODY: there at first */
	bool last; /* of ASKED_STORE: before none */
};

/* How a thread stands when an execution ends. */
struct standing {
	uint8_t state; /* enum standing_state */
	bool untested; /* waits, and has read nothing since it locked */
	uint16_t way; /* as of a party */
	uint32_t nheld;
	struct op pending; /* what it is about to do, or waits for */
	uint64_t function; /* its start function */
	uint64_t value; /* of the store that a flusher has to flush */
	/* Of a process that waits at a pipe: who has its other end open. */
	uint32_t holders;
	int32_t in_pipe; /* bytes, if it waits to write to one; or -1 */
	struct held_lock held[WIRE_MAX_HELD];
};

enum standing_state {
	STANDING_NONE,
	STANDING_READY,
	STANDING_BLOCKED,
	STANDING_EARLY, /* could be woken though nobody signalled */
	STANDING_ENDED,
	STANDING_DRAINS, /* its own stores have to reach memory first */
};

enum search_kind {
	SEARCH_REPLAY, /* the choices given, then the first thread that can */
	SEARCH_RANDOM,
	SEARCH_PCT,
	SEARCH_POS,
	SEARCH_BOUNDED, /* depth first, up to `bound` preemptions */
	SEARCH_DELAY, /* depth first, up to `bound` delays */
	SEARCH_DPOR,
	SEARCH_MINIMISE, /* the failure that was given, with fewer switches */
	SEARCH_NKINDS
};

/* What the other threads do when one has failed: see failing.c. */
enum go_on {
	GO_ON_NOT,
	GO_ON_ONCE, /* in some order, to see what they would have done */
	GO_ON_ALL, /* in every order, before the failure and after it */
};

enum memory_model {
	MEMORY_SC,
	MEMORY_TSO,
	MEMORY_C11
};

struct wire_config {
	uint32_t version;
	uint32_t search; /* enum search_kind */
	uint64_t seed;
	uint64_t max_executions; /* of this search; 0: no limit */
	uint64_t deadline_ns; /* CLOCK_MONOTONIC; 0: none */
	uint32_t max_steps; /* of one execution */
	uint32_t bound;
	uint32_t spurious; /* wake-ups without cause, per execution */
	bool wakes_last; /* of these, when nobody else can go on, too */
	uint32_t memory; /* enum memory_model */
	bool trace; /* record events */
	bool wait_all; /* main's return waits for all threads */
	bool outputs; /* order of output matters: each is a step */
	bool outcomes; /* note them all */
	bool all_points; /* every access is a step, racy or not */
	bool ignore_races; /* they are learned, but not reported */
	bool stop; /* at the first finding that ends an execution */
	uint8_t ends_with; /* a finding that else does not; FOUND_NOTHING */
	bool at_rest; /* the invariant holds while nobody holds a lock */
	bool compiled; /* by us: it keeps frame pointers, malloc is its own */
	bool resume; /* go on with the search state that is there */
	bool classes; /* count them */
	bool check_exit; /* a return other than 0 from main is a finding */
	bool stop_good; /* at the first execution that ends well */
	bool isolate; /* each execution in a process of its own */
	bool unseen; /* no access was made visible: neither races nor values */
	bool loops_run; /* those that wait go round and round, as they do */
	bool pause; /* end each execution after the choices given */
	bool frozen; /* no access becomes a step that is none */
	bool hangs; /* it is known to, after the choices given */
	uint8_t go_on; /* enum go_on */
	uint32_t wanted; /* of SEARCH_MINIMISE: an enum finding_kind */
	uint32_t nchoices; /* in wire.choices: every execution begins so */
};

enum search_end {
	END_NOT, /* still going, or the process died */
	END_EXHAUSTED, /* every schedule within the bound was tried */
	END_FOUND,
	END_COUNT, /* max_executions */
	END_TIME,
	END_NEW_RACE, /* an access became a step: what was learned is void */
	END_REPLAYED,
};

/* Why "exhausted" does not mean "impossible". */
enum doubt {
	DOUBT_STEP_LIMIT = 1 << 0,
	DOUBT_SPINNING = 1 << 1, /* a waiting loop was cut short */
	DOUBT_CLOCK = 1 << 2, /* the program reads one */
	DOUBT_TABLE_FULL = 1 << 3, /* too many racy accesses, states, objects */
	DOUBT_BOUND = 1 << 4, /* the bound held something back */
	DOUBT_TRYING = 1 << 9, /* for locks, while others were left standing */
	DOUBT_TIME = 1 << 11, /* it was over before the search was */
	DOUBT_CUT = 1 << 12, /* it ended while threads had more to do */
	DOUBT_NO_STEP = 1 << 13, /* what led to a failure may be none */
	DOUBT_SHARED = 1 << 14, /* memory of several processes */
	DOUBT_THREADS = 1 << 15, /* there was no room for one more */
	DOUBT_UNSTABLE = 1 << 10, /* the same choices, and something else */
	DOUBT_FILES = 1 << 6, /* not all that can be done to one is a step */
	DOUBT_UNKNOWN_CALL = 1 << 8, /* of a function that may do anything */
	DOUBT_UNSEEN = 1 << 5, /* a binary without hooks: only its calls */
	DOUBT_MEMORY = 1 << 7, /* a store was not delayed, or was forgotten */
};

struct wire_progress {
	_Atomic uint64_t executions;
	_Atomic uint64_t steps;
	_Atomic uint64_t failures; /* executions that ended badly */
	_Atomic uint64_t blocked; /* cut: equivalent to one done before */
	_Atomic uint64_t classes; /* with config.classes; see hb.h */
	_Atomic uint32_t max_depth; /* steps of the longest execution */
	_Atomic uint32_t max_threads;
	_Atomic uint32_t end; /* enum search_end */
	_Atomic uint32_t doubts; /* enum doubt */
	_Atomic uint32_t weak_orders; /* not seq_cst, with others there */
	_Atomic uint32_t running; /* inside an execution right now */
};

/* Memory without a name of its own, in a traced execution. */
struct memory_place {
	uint64_t from, to;
	uint64_t pc; /* of the call of malloc; in the function of a local */
	uint64_t top; /* of its frame; 0: it is from malloc */
	uint64_t thread; /* that the frame is of */
	/* Of the function that this one called, whose argument it may be. */
	uint64_t called_pc, called_top;
};

/*
 * A signal, a broadcast, a post or an arrival at a barrier, as somebody made it
 * in any execution; where a semaphore began, and a thread (its number is the
 * object) was detached.
 */
struct wire_release {
	uint64_t object, pc;
	uint16_t thread;
	uint8_t kind; /* enum op_kind; OP_NONE: the entry is free */
};

/*
 * A function that has begun, and by which call: all that have begun and not
 * returned, the last of them first.
 */
struct wire_way {
	uint64_t pc; /* in the function; 0: no way is kept here */
	uint64_t call; /* its return address */
	uint32_t before; /* the way to that call, or 0 */
};

/* A variable, as in the file, and the room behind it up to `to`. */
struct wire_margin {
	uint64_t from, end, to;
};

struct wire_range {
	uint64_t from, to;
};

struct outcome {
	uint64_t hash;
	uint64_t count;
	uint32_t nchoices; /* of the first execution, at choices_at */
	uint32_t output_size;
	int32_t code; /* what main returned; WIRE_FAILED + finding_kind */
	uint32_t output_at; /* in wire.outcome_text */
};

/* What SEARCH_MINIMISE has: the first thing in wire.search. */
struct wire_least {
	uint32_t nchoices; /* 0: what was given did not fail */
	uint32_t npreemptions, nearly, nswitches;
	uint64_t fingerprint;
	struct choice choices[WIRE_MAX_CHOICES];
};

struct wire {
	struct wire_config config;
	struct wire_progress progress;
	uint64_t base; /* where the program was loaded */
	uint64_t output_hash; /* of the first execution that ended well */
	char scratch[WIRE_PATH_SIZE]; /* folder of one isolated execution */
	bool has_files; /* it is there */

	uint32_t input_size; /* what every execution reads */
	char input[WIRE_MAX_INPUT];

	uint32_t nfindings;
	struct finding findings[WIRE_MAX_FINDINGS];

	/*
	 * Accesses in these stretches of code are steps: the lines that are
	 * known to take part in races. The driver's, as in the file: where
	 * the program is loaded is not in them.
	 */
	uint32_t nranges;
	struct wire_range ranges[WIRE_MAX_RANGES];

	/* Return addresses of accesses that raced and are not among them. */
	uint32_t nracy;
	uint64_t racy[WIRE_MAX_RACY];

	/* Loops that waited for a variable, in any execution: OP_AWAIT. */
	uint32_t nawaits;
	struct op awaits[WIRE_MAX_AWAITS];

	uint32_t nmargins;
	struct wire_margin margins[WIRE_MAX_MARGINS];

	/* Words (addresses / 8) that the invariant reads. */
	uint32_t nwatched;
	uint64_t watched[WIRE_MAX_WATCHED];

	/* A hash table; what has no place in it is not kept. */
	struct wire_release releases[WIRE_MAX_RELEASES];

	/* Of the execution that runs, or ended last. */
	uint32_t nchoices, nevents, output_size, errors_size, nthreads;
	bool paused; /* config.pause ended it; `standing` says what comes */
	uint16_t asked; /* ended where one of so many values is to be chosen */
	uint8_t asked_kind; /* enum asked_kind */
	struct asked_store asked_stores[WIRE_MAX_ASKED];
	uint32_t failure; /* index + 1 in findings; 0: it ended well */
	int32_t exit_code;
	uint64_t fingerprint; /* of the kinds and places of all its steps */
	uint32_t npreemptions, nearly; /* choices with these flags */
	struct choice choices[WIRE_MAX_CHOICES];
	struct event events[WIRE_MAX_EVENTS];
	struct standing standing[WIRE_MAX_THREADS];
	uint32_t nplaces;
	struct memory_place places[WIRE_MAX_PLACES];
	char output[WIRE_MAX_OUTPUT];
	char errors[WIRE_MAX_OUTPUT]; /* where it is traced */

	/* Of all that were traced: each stands where it can be found again. */
	struct wire_way ways[WIRE_MAX_WAYS];

	uint64_t nunlisted; /* executions whose outcome has no room here */
	uint32_t noutcomes;
	struct outcome outcomes[WIRE_MAX_OUTCOMES];
	uint32_t outcome_text_size;
	char outcome_text[WIRE_MAX_OUTPUT];

	/* The search's own; zero before its first execution. */
	_Alignas(64) unsigned char search[WIRE_SEARCH_SIZE];
};

#endif
