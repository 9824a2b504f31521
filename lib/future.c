#include "lib/future.h"

#include <errno.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "lib/future_impl.h"
#include "lib/must.h"
#include "lib/relax.h"
#include "lib/roster.h"

enum {
	STATE = 3, /* of the word `state`, these bits are the state */
	LISTENED = 4, /* somebody has to be told: take the lock and look */
	SETTING = 8, /* RUNNING, and one is at it to set the result */
	NBUCKETS = 64,
	CACHE_LINE = 64
};

static struct bucket {
	alignas(CACHE_LINE) struct mutex lock;
} buckets[NBUCKETS];

/* Fibonacci hashing: neighbours in memory get locks that are far apart. */
static struct mutex *lock_of(const struct future *future)
{
	uint64_t hash = (uint64_t)(uintptr_t)future *
			UINT64_C(0x9e3779b97f4a7c15);

	return &buckets[hash >> 58].lock;
}

int future_create(struct future **result)
{
	struct future *future = malloc(sizeof(*future));

	if (!future)
		return -ENOMEM;
	future_init(future, NULL);
	*result = future;
	return 0;
}

void future_init(struct future *future, const struct future_kind *kind)
{
	*future = (struct future){.kind = kind};
	atomic_init(&future->state, FUTURE_PENDING);
	atomic_init(&future->nrefs, 1);
}

/* Relaxed: who makes a new reference holds one, which keeps all in order. */
struct future *future_ref(struct future *future)
{
	atomic_fetch_add_explicit(&future->nrefs, 1, memory_order_relaxed);
	return future;
}

static void destroy(struct future *future)
{
	if (future->failed && !atomic_load(&future->retrieved))
		failure_unretrieved(&future->failure);
	if (!future->failed && future->free_value)
		future->free_value(future->value.pointer);
	if (future->kind && future->kind->destroy)
		future->kind->destroy(future);
	else
		free(future);
}

/*
 * Release: what the others did with the future is behind them when they let
 * go of it. Acquire: the last, who frees it, sees all of that.
 */
void future_unref(struct future *future)
{
	if (future && atomic_fetch_sub_explicit(
			      &future->nrefs, 1, memory_order_acq_rel) == 1)
		destroy(future);
}

/* Acquire: pairs with the release in change and end: what was set is seen. */
static uint32_t state_word(const struct future *future)
{
	return atomic_load_explicit(&future->state, memory_order_acquire);
}

enum future_state future_state(const struct future *future)
{
	return state_word(future) & STATE;
}

const char *future_state_name(enum future_state state)
{
	static const char *const names[] = {
		[FUTURE_PENDING] = "pending",
		[FUTURE_RUNNING] = "running",
		[FUTURE_DONE] = "done",
		[FUTURE_CANCELLED] = "cancelled",
	};

	return names[state];
}

static bool is_over(uint32_t word)
{
	return (word & STATE) >= FUTURE_DONE;
}

bool future_is_over(const struct future *future)
{
	return is_over(state_word(future));
}

bool future_has_failed(const struct future *future)
{
	return future_state(future) == FUTURE_DONE && future->failed;
}

/*
 * From one state to another, keeping LISTENED, if it is in the first and
 * nobody is setting a result. Returns the word as it was; the caller sees in
 * it whether that was so.
 */
static uint32_t change(
	struct future *future, enum future_state from, uint32_t to)
{
	uint32_t word = state_word(future);

	while ((word & ~LISTENED) == from &&
		!atomic_compare_exchange_weak_explicit(&future->state, &word,
			to | (word & LISTENED), memory_order_acq_rel,
			memory_order_acquire))
		;
	return word;
}

bool future_start(struct future *future)
{
	return (change(future, FUTURE_PENDING, FUTURE_RUNNING) & ~LISTENED) ==
	       FUTURE_PENDING;
}

/*
 * Take the ring apart: first wake threads, then return what else there is,
 * in order. Threads are woken under the lock, because their links lie on
 * their stacks: who unlinks waits for the lock and then knows that nobody
 * touches them any more.
 */
static struct future_link *wake_threads(struct future *future)
{
	struct future_link *last = future->last, *link, *next;
	struct future_link *callbacks = NULL, **end = &callbacks;

	if (!last)
		return NULL;
	future->last = NULL;
	next = last->next;
	last->next = NULL;
	while ((link = next)) {
		next = link->next;
		if (link->wakes) {
			link->next = NULL;
			link->fire(future, link);
		} else {
			*end = link;
			end = &link->next;
		}
	}
	*end = NULL;
	return callbacks;
}

static void tell_all(struct future *future)
{
	struct future_link *link, *next;

	mutex_lock(lock_of(future));
	next = wake_threads(future);
	mutex_unlock(lock_of(future));
	while ((link = next)) {
		next = link->next; /* fire may free the link */
		link->fire(future, link);
	}
}

bool future_cancel(struct future *future)
{
	uint32_t word = change(future, FUTURE_PENDING, FUTURE_CANCELLED);

	if ((word & ~LISTENED) != FUTURE_PENDING)
		return (word & STATE) == FUTURE_CANCELLED;
	if (word & LISTENED)
		tell_all(future);
	return true;
}

/* Of several who want to set the result, only one may write to it. */
static bool begin_setting(struct future *future)
{
	return (change(future, FUTURE_RUNNING, FUTURE_RUNNING | SETTING) &
		       ~LISTENED) == FUTURE_RUNNING;
}

/* Release: the result was written before the state says that it is there. */
static void end_setting(struct future *future)
{
	uint32_t word = atomic_exchange_explicit(
		&future->state, FUTURE_DONE, memory_order_acq_rel);

	if (word & LISTENED)
		tell_all(future);
}

int future_complete(struct future *future, union future_value value)
{
	if (!begin_setting(future))
		return -EINVAL;
	future->value = value;
	end_setting(future);
	return 0;
}

bool future_set(struct future *future, union future_value value)
{
	return future_start(future) && future_complete(future, value) == 0;
}

int future_complete_pointer(
	struct future *future, void *pointer, void (*free_value)(void *pointer))
{
	if (!begin_setting(future))
		return -EINVAL;
	future->value.pointer = pointer;
	future->free_value = free_value;
	end_setting(future);
	return 0;
}

int future_fail(struct future *future, const struct failure *failure)
{
	must(failure->code != 0);
	if (!begin_setting(future))
		return -EINVAL;
	future->failed = true;
	future->failure = *failure;
	end_setting(future);
	return 0;
}

/*
 * Not inlined, so that a coroutine that goes on in another thread asks for
 * that thread's anew (coro.h).
 */
__attribute__((noinline)) static struct future **running(void)
{
	static _Thread_local struct future *future;

	__asm__ volatile("" ::: "memory");
	return &future;
}

/* Relaxed: a wish, which orders nothing. */
void future_ask_to_stop(struct future *future)
{
	atomic_store_explicit(
		&future->asked_to_stop, true, memory_order_relaxed);
}

bool future_asked_to_stop(void)
{
	const struct future *future = *running();

	return future && atomic_load_explicit(
				 &future->asked_to_stop, memory_order_relaxed);
}

/* Relaxed: for those who look at the table of tasks. */
static void set_runner(struct future *future)
{
	const struct roster_task *task = roster_self();

	atomic_store_explicit(&future->runner, task ? roster_id(task) : 0,
		memory_order_relaxed);
}

/* A body may run another, when it helps. */
static int run_as(struct future *future, future_fn fn, void *arg,
	union future_value *value, struct failure *failure)
{
	struct future *outer = *running();
	int code;

	*running() = future;
	set_runner(future);
	code = fn(arg, value, failure);
	*running() = outer;
	return code;
}

bool future_run(struct future *future, future_fn fn, void *arg)
{
	union future_value value = {0};
	struct failure failure = {0};
	int code;

	if (!future_start(future))
		return false;
	code = run_as(future, fn, arg, &value, &failure);
	if (code && !failure.code)
		failure_set(&failure, code, NULL, "%s", "");
	if (code)
		future_fail(future, &failure);
	else
		future_complete(future, value);
	return true;
}

/* Under the lock: false when it is over. */
static bool begin_listening(struct future *future)
{
	uint32_t word = state_word(future);

	while (!is_over(word))
		if (atomic_compare_exchange_weak_explicit(&future->state, &word,
			    word | LISTENED, memory_order_acq_rel,
			    memory_order_acquire))
			return true;
	return false;
}

static void append(struct future_link **last, struct future_link *link)
{
	link->next = *last ? (*last)->next : link;
	if (*last)
		(*last)->next = link;
	*last = link;
}

/*
 * The bit is set first and the link put in afterwards: who ends the future in
 * between sees the bit and waits for the lock.
 */
bool future_attach(struct future *future, struct future_link *link)
{
	bool listening;

	mutex_lock(lock_of(future));
	listening = begin_listening(future);
	if (listening)
		append(&future->last, link);
	mutex_unlock(lock_of(future));
	return listening;
}

static struct future_link *before(
	struct future_link *last, const struct future_link *link)
{
	struct future_link *at = last;

	do {
		if (at->next == link)
			return at;
		at = at->next;
	} while (at != last);
	return NULL;
}

static bool take_out(struct future_link **last, struct future_link *link)
{
	struct future_link *previous = *last ? before(*last, link) : NULL;

	if (!previous)
		return false;
	previous->next = link->next;
	if (*last == link)
		*last = previous == link ? NULL : previous;
	return true;
}

bool future_detach(struct future *future, struct future_link *link)
{
	bool found;

	mutex_lock(lock_of(future));
	found = take_out(&future->last, link);
	mutex_unlock(lock_of(future));
	return found;
}

static void call(struct future *future, future_done_fn fn, void *arg)
{
	struct failure failure = {0};
	int code = fn(future, arg);

	if (!code)
		return;
	failure_set(&failure, code, NULL, "a future's callback");
	failure_unretrieved(&failure);
}

static void fire_callback(struct future *future, struct future_link *link)
{
	struct future_callback *callback = (struct future_callback *)link;

	call(future, callback->fn, callback->arg);
}

void future_listen(struct future *future, struct future_callback *callback,
	future_done_fn fn, void *arg)
{
	*callback = (struct future_callback){
		.link = {.fire = fire_callback},
		.fn = fn,
		.arg = arg,
	};
	if (!future_attach(future, &callback->link))
		call(future, fn, arg);
}

bool future_unlisten(struct future *future, struct future_callback *callback)
{
	return future_detach(future, &callback->link);
}

static void fire_and_free(struct future *future, struct future_link *link)
{
	fire_callback(future, link);
	free(link);
}

int future_on_done(struct future *future, future_done_fn fn, void *arg)
{
	struct future_callback *callback;

	if (future_is_over(future)) {
		call(future, fn, arg);
		return 0;
	}
	callback = malloc(sizeof(*callback));
	if (!callback)
		return -ENOMEM;
	*callback = (struct future_callback){
		.link = {.fire = fire_and_free},
		.fn = fn,
		.arg = arg,
	};
	if (!future_attach(future, &callback->link))
		fire_and_free(future, &callback->link);
	return 0;
}

bool future_spin(const struct future *future)
{
	unsigned patience = relax_patience();

	for (unsigned i = 0; i < patience && relax_step(i); i++)
		if (future_is_over(future))
			return true;
	return future_is_over(future);
}
