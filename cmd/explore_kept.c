/* What somebody keeps while it waits for those who need it. */
#include "cmd/explore.h"

#include "cmd/text.h"

/* Who waits, what it keeps, and who needs that. */
struct kept {
	unsigned keeper, other;
	struct held_lock lock;
};

static bool asks_for(const struct standing *standing, uint64_t lock)
{
	if (standing->state != STANDING_BLOCKED ||
		standing->pending.object != lock)
		return false;
	switch (standing->pending.kind) {
	case OP_LOCK:
	case OP_RDLOCK:
	case OP_WRLOCK:
		return true;
	default:
		return false;
	}
}

/* Where nobody at all has been seen to signal, it may be the other. */
static bool may_signal(
	const struct wire *wire, unsigned thread, uint64_t condition)
{
	return explore_release(wire, thread, condition) ||
	       !explore_release(wire, WIRE_NOBODY, condition);
}

/* Another waits for one of the locks that a thread asleep holds. */
static bool find_kept(const struct wire *wire, struct kept *kept)
{
	const struct standing *standing = &wire->standing[kept->keeper];

	for (uint32_t k = 0; k < standing->nheld; k++) {
		kept->lock = standing->held[k];
		for (unsigned i = 0; i < wire->nthreads; i++) {
			kept->other = i;
			if (asks_for(&wire->standing[i], kept->lock.object) &&
				may_signal(wire, i, standing->pending.object))
				return true;
		}
	}
	return false;
}

static void say_kept(struct explore_view *view, const struct kept *kept,
	char *words, size_t size)
{
	uint64_t condition = view->wire->standing[kept->keeper].pending.object;
	const struct wire_release *signal = explore_release(
		view->wire, kept->other, condition);
	char who[EXPLORE_WORDS_SIZE], lock[EXPLORE_WORDS_SIZE];
	char cond[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	explore_object_name(view, kept->lock.object, lock);
	explore_object_name(view, condition, cond);
	text_append(words, size, "%s keeps %s (since %s) while it waits for %s",
		explore_thread_name(kept->keeper, who), lock,
		explore_place_name(view, kept->lock.pc, place), cond);
	text_append(words, size, ", and %s needs %s",
		explore_thread_name(kept->other, who), lock);
	if (signal)
		text_append(words, size, " before it comes to its %s at %s",
			signal->kind == OP_SIGNAL ? "signal" : "broadcast",
			explore_place_name(view, signal->pc, place));
	text_append(
		words, size, ": unlock %s before you wait for %s", lock, cond);
}

bool explore_kept_advice(struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	struct kept kept;

	for (unsigned i = 0; i < wire->nthreads; i++) {
		kept.keeper = i;
		if (wire->standing[i].state != STANDING_BLOCKED ||
			wire->standing[i].pending.kind != OP_WAKE ||
			!find_kept(wire, &kept))
			continue;
		say_kept(view, &kept, words, size);
		return true;
	}
	return false;
}
