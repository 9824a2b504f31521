/*
 * explore_wait - waits of a traced execution, and why they have no end
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   the caller's.
 */
#ifndef CMD_EXPLORE_WAIT_H
#define CMD_EXPLORE_WAIT_H

#include "cmd/explore.h"

/* One, with the test before it. */
struct wait {
	unsigned thread;
	uint32_t lock; /* the event that took the mutex */
	uint32_t wait; /* the event that gave it back */
};

/* Of memory, by an enum op_kind. */
bool explore_reads(unsigned op);
bool explore_writes(unsigned op);

bool explore_is_read(const struct event *event);
bool explore_is_write(const struct event *event);

/* The thread's last wait, before event `end`; false when it has none. */
bool explore_last_wait(const struct wire *wire, unsigned thread, uint32_t end,
	struct wait *wait);

/* The last read before the wait; wait->lock when there is none. */
uint32_t explore_test_before(const struct wire *wire, const struct wait *wait);

/* What a thread has done to a semaphore, up to an event. */
struct permits {
	uint32_t wait, post; /* the last of each, event + 1; 0: none */
	unsigned ntaken; /* and not given back */
};

struct permits explore_permits_before(const struct wire *wire, uint32_t end,
	unsigned thread, uint64_t semaphore);

/* What it begins with; 0 when nobody has used it. */
uint64_t explore_first_count(const struct wire *wire, uint64_t semaphore);

/* "began with 2 (x.c:12)" */
void explore_began_words(struct explore_view *view, uint64_t semaphore,
	char *words, size_t size);

/* Who takes from it posts it after that, as a lock; it is no message. */
bool explore_is_given_back(const struct wire *wire, uint64_t semaphore);

/* What a thread has, and another may want. */
struct claim {
	uint64_t pc; /* where it took it */
	uint32_t step; /* of a permit: in the trace, from 1 on; of a lock: 0 */
};

/* It holds that lock, or has taken from such a semaphore and not posted it. */
bool explore_claim(const struct wire *wire, unsigned thread, uint64_t object,
	struct claim *claim);

/* It cannot go on without that lock, or without one from that semaphore. */
bool explore_wants(const struct standing *standing, uint64_t object);

/* "x.c:12", and for a permit "step 5, x.c:12". */
void explore_claim_words(struct explore_view *view, const struct claim *claim,
	char *words, size_t size);

/* That a thread, or WIRE_NOBODY: anyone, signals or posts it; or NULL. */
const struct wire_release *explore_release(
	const struct wire *wire, unsigned thread, uint64_t object);

/*
 * Something that a sleeping thread had tested has another value: it is worth
 * another look. So it may be where no reads are seen.
 */
bool explore_is_worth_a_look(const struct wire *wire, const struct wait *wait);

/* It has read nothing since it locked; what it had read before may be told. */
void explore_say_untested(
	struct explore_view *view, unsigned thread, char *words, size_t size);

/* What another wrote last, since then, of what a sleeping thread tested. */
const struct event *explore_awaited_change(
	const struct wire *wire, unsigned thread);

/* That no signal of any execution is for a sleeping thread, or none is left. */
void explore_say_unsignalled(
	struct explore_view *view, unsigned thread, char *words, size_t size);
void explore_say_nobody_left(
	struct explore_view *view, unsigned thread, char *words, size_t size);

/*
 * Of a deadlock: each wants what the next one has; who ended has a permit; who
 * would wake another (is known to, or may be the one) wants what that one has;
 * nobody posts. Each with its lesson; NULL when it is not so.
 */
const char *explore_cycle_advice(
	struct explore_view *view, char *words, size_t size);
const char *explore_left_permit_advice(
	struct explore_view *view, char *words, size_t size);
const char *explore_kept_advice(
	struct explore_view *view, char *words, size_t size);
const char *explore_may_be_kept_advice(
	struct explore_view *view, char *words, size_t size);
const char *explore_starved_advice(
	struct explore_view *view, char *words, size_t size);

/* Of a barrier that does not open: too few come, or not as often. */
const char *explore_barrier_advice(
	struct explore_view *view, char *words, size_t size);

/* Of a deadlock: what one sleeps for went over what nobody had taken. */
const char *explore_over_advice(
	struct explore_view *view, char *words, size_t size);

/* Posts for all, of which one takes two: of a deadlock, or an assertion. */
const char *explore_meant_advice(
	struct explore_view *view, char *words, size_t size);

/*
 * Why somebody sleeps on a condition for ever; NULL when nobody does, or there
 * is no more to it than that nobody is left to signal, which the other says.
 */
const char *explore_wakeup_advice(
	struct explore_view *view, char *words, size_t size);
const char *explore_nobody_left_advice(
	struct explore_view *view, char *words, size_t size);

/* Of threads that go round and round. */
bool explore_livelock_advice(
	struct explore_view *view, char *words, size_t size);
const char *explore_livelock_lesson(const struct wire *wire);

#endif
