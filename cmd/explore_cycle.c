/* Threads in a ring: each wants what the next one has. */
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <string.h>

enum {
	MOST_NAMES = 8 /* of what they want */
};

/* They want something, each of the next one, the last of the first. */
struct ring {
	unsigned n;
	uint16_t threads[WIRE_MAX_THREADS];
	bool seen[WIRE_MAX_THREADS]; /* from there on no ring is to be found */
};

/* From its first thread that is `thread`, too. */
static bool close_ring(struct ring *ring, unsigned thread)
{
	for (unsigned i = 0; i < ring->n; i++) {
		if (ring->threads[i] != thread)
			continue;
		ring->n -= i;
		memmove(ring->threads, ring->threads + i,
			ring->n * sizeof(ring->threads[0]));
		return true;
	}
	return false;
}

static bool follow(const struct wire *wire, unsigned thread, struct ring *ring)
{
	uint64_t object = wire->standing[thread].pending.object;
	struct claim claim;

	if (close_ring(ring, thread))
		return true;
	if (ring->seen[thread] ||
		!explore_wants(&wire->standing[thread], object))
		return false;
	ring->seen[thread] = true;
	ring->threads[ring->n++] = (uint16_t)thread;
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (i != thread && explore_claim(wire, i, object, &claim) &&
			follow(wire, i, ring))
			return true;
	}
	if (explore_claim(wire, thread, object, &claim))
		return close_ring(ring, thread);
	ring->n--;
	return false;
}

static bool find_ring(const struct wire *wire, struct ring *ring)
{
	memset(ring, 0, sizeof(*ring));
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (follow(wire, i, ring))
			return true;
	}
	return false;
}

static const struct op *wanted(
	const struct wire *wire, const struct ring *ring, unsigned i)
{
	return &wire->standing[ring->threads[i]].pending;
}

/* All that they want, each once, by address. */
static unsigned things_of(const struct wire *wire, const struct ring *ring,
	uint64_t things[MOST_NAMES + 1])
{
	unsigned n = 0, at;

	for (unsigned i = 0; i < ring->n; i++) {
		uint64_t thing = wanted(wire, ring, i)->object;

		for (at = 0; at < n && things[at] < thing; at++)
			continue;
		if (n == MOST_NAMES + 1 || (at < n && things[at] == thing))
			continue;
		memmove(things + at + 1, things + at,
			(n - at) * sizeof(things[0]));
		things[at] = thing;
		n++;
	}
	return n;
}

static void say_order(struct explore_view *view, const struct ring *ring,
	char *words, size_t size)
{
	uint64_t things[MOST_NAMES + 1];
	unsigned n = things_of(view->wire, ring, things);
	char name[EXPLORE_WORDS_SIZE];

	for (unsigned i = 0; n <= MOST_NAMES && i < n; i++)
		text_append(words, size, "%s%s", i ? " before " : ", ",
			explore_object_name(view, things[i], name));
}

/* One thread wants another permit of what it has one of. */
static const char *say_again(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	const struct op *op = &view->wire->standing[thread].pending;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];
	struct claim claim;

	if (op->kind != OP_SEM_WAIT)
		return NULL;
	explore_claim(view->wire, thread, op->object, &claim);
	text_append(words, size, "%s took one from %s (",
		explore_thread_name(thread, who),
		explore_object_name(view, op->object, name));
	explore_claim_words(view, &claim, words, size);
	text_append(words, size,
		") and waits for one more at %s, with no post in between: post "
		"on every way to the next sem_wait",
		explore_place_name(view, op->pc, place));
	return "10-semaphores";
}

/* To the line where it took the one that it has, as a loop does. */
static bool comes_again(struct explore_view *view, unsigned thread)
{
	const struct op *op = &view->wire->standing[thread].pending;
	char first[EXPLORE_WORDS_SIZE], second[EXPLORE_WORDS_SIZE];
	struct claim claim;

	return explore_claim(view->wire, thread, op->object, &claim) &&
	       !strcmp(explore_place_name(view, claim.pc, first),
		       explore_place_name(view, op->pc, second));
}

static const char *say_more(struct explore_view *view, const struct ring *ring,
	char *words, size_t size)
{
	const struct op *op = wanted(view->wire, ring, 0);
	char name[EXPLORE_WORDS_SIZE];

	if (op->kind != OP_SEM_WAIT)
		return NULL;
	for (unsigned i = 0; i < ring->n; i++)
		text_append(words, size, "%s%s",
			i == 0             ? ""
			: i + 1 == ring->n ? " and "
					   : ", ",
			explore_thread_name(ring->threads[i], name));
	text_append(words, size,
		" each took one from %s and wait for one more: let only one "
		"thread at a time collect what it needs (hold a mutex over its "
		"sem_waits)",
		explore_object_name(view, op->object, name));
	return "10-semaphores";
}

static bool any_permit(const struct wire *wire, const struct ring *ring)
{
	for (unsigned i = 0; i < ring->n; i++) {
		if (wanted(wire, ring, i)->kind == OP_SEM_WAIT)
			return true;
	}
	return false;
}

const char *explore_cycle_advice(
	struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	uint64_t things[MOST_NAMES + 1];
	struct ring ring;

	if (!find_ring(wire, &ring))
		return NULL;
	if (ring.n == 1)
		return say_again(view, ring.threads[0], words, size);
	if (things_of(wire, &ring, things) == 1)
		return comes_again(view, ring.threads[0])
			       ? say_again(view, ring.threads[0], words, size)
			       : say_more(view, &ring, words, size);
	text_append(words, size, "%s",
		any_permit(wire, &ring)
			? "each has taken what another waits for: let all take "
			  "them in the same order"
			: "each holds what another asks for: let all take "
			  "these locks in the same order");
	say_order(view, &ring, words, size);
	return "08-deadlock";
}
