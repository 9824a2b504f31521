/* What somebody keeps while it waits for those who need it. */
#include "cmd/explore_wait.h"

#include "cmd/text.h"

/* Who waits, what it keeps, and who needs that. */
struct kept {
	unsigned keeper, other;
	uint64_t object;
	struct claim claim;
};

static bool holds(
	const struct standing *standing, uint64_t lock, struct claim *claim)
{
	for (uint32_t i = 0; i < standing->nheld; i++) {
		if (standing->held[i].object != lock)
			continue;
		*claim = (struct claim){.pc = standing->held[i].pc};
		return true;
	}
	return false;
}

bool explore_claim(const struct wire *wire, unsigned thread, uint64_t object,
	struct claim *claim)
{
	struct permits permits;

	if (holds(&wire->standing[thread], object, claim))
		return true;
	permits = explore_permits_before(wire, wire->nevents, thread, object);
	if (!permits.ntaken || !explore_is_given_back(wire, object))
		return false;
	*claim = (struct claim){
		.pc = wire->events[permits.wait - 1].op.pc,
		.step = permits.wait,
	};
	return true;
}

bool explore_wants(const struct standing *standing, uint64_t object)
{
	if (standing->state != STANDING_BLOCKED ||
		standing->pending.object != object)
		return false;
	switch (standing->pending.kind) {
	case OP_LOCK:
	case OP_RDLOCK:
	case OP_WRLOCK:
	case OP_SEM_WAIT:
		return true;
	default:
		return false;
	}
}

void explore_claim_words(struct explore_view *view, const struct claim *claim,
	char *words, size_t size)
{
	char place[EXPLORE_WORDS_SIZE];

	if (claim->step)
		text_append(words, size, "step %u, ", claim->step);
	text_append(
		words, size, "%s", explore_place_name(view, claim->pc, place));
}

/* Where nobody at all has been seen to do it, it may be the other. */
static bool releases(
	const struct wire *wire, unsigned thread, uint64_t object, bool known)
{
	return known ? explore_release(wire, thread, object) != NULL
		     : !explore_release(wire, WIRE_NOBODY, object);
}

/* What is used as a lock is wanted from who has it: see explore_cycle.c. */
static bool waits_to_be_told(
	const struct wire *wire, const struct standing *standing)
{
	if (standing->state != STANDING_BLOCKED)
		return false;
	switch (standing->pending.kind) {
	case OP_WAKE:
	case OP_BARRIER_LEAVE:
		return true;
	case OP_SEM_WAIT:
		return !explore_is_given_back(wire, standing->pending.object);
	default:
		return false;
	}
}

static const char *lesson_of(enum op_kind waits)
{
	return waits == OP_WAKE       ? "11-condition-variables"
	       : waits == OP_SEM_WAIT ? "10-semaphores"
				      : "14-barrier";
}

/* Another wants what a thread keeps that waits to be told. */
static bool find_kept(const struct wire *wire, struct kept *kept, bool known)
{
	const struct op *awaited = &wire->standing[kept->keeper].pending;

	for (unsigned i = 0; i < wire->nthreads; i++) {
		const struct standing *other = &wire->standing[i];

		kept->other = i;
		kept->object = other->pending.object;
		if (i != kept->keeper && kept->object != awaited->object &&
			explore_wants(other, kept->object) &&
			releases(wire, i, awaited->object, known) &&
			explore_claim(
				wire, kept->keeper, kept->object, &kept->claim))
			return true;
	}
	return false;
}

/* A condition cannot be waited for first: its mutex is held then. */
static void say_remedy(enum op_kind waits, const struct kept *kept,
	const char *thing, const char *awaited, char *words, size_t size)
{
	bool permit = kept->claim.step;

	if (waits == OP_SEM_WAIT)
		text_append(words, size, ": wait for %s first, then %s %s",
			awaited, permit ? "take" : "lock", thing);
	else
		text_append(words, size, ": %s %s before you wait %s %s",
			permit ? "post" : "unlock", thing,
			waits == OP_WAKE ? "for" : "at", awaited);
}

static const char *name_of(enum op_kind release)
{
	return release == OP_SIGNAL      ? "signal"
	       : release == OP_BROADCAST ? "broadcast"
	       : release == OP_SEM_POST  ? "post"
					 : "arrival";
}

static void say_kept(struct explore_view *view, const struct kept *kept,
	char *words, size_t size)
{
	const struct op *op = &view->wire->standing[kept->keeper].pending;
	const struct wire_release *release = explore_release(
		view->wire, kept->other, op->object);
	char who[EXPLORE_WORDS_SIZE], thing[EXPLORE_WORDS_SIZE];
	char awaited[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	explore_object_name(view, kept->object, thing);
	explore_object_name(view, op->object, awaited);
	text_append(words, size, "%s keeps %s (since ",
		explore_thread_name(kept->keeper, who), thing);
	explore_claim_words(view, &kept->claim, words, size);
	text_append(words, size, ") while it waits %s %s, and %s needs %s",
		op->kind == OP_BARRIER_LEAVE ? "at" : "for", awaited,
		explore_thread_name(kept->other, who), thing);
	if (release)
		text_append(words, size, " before it comes to its %s at %s",
			name_of(release->kind),
			explore_place_name(view, release->pc, place));
	say_remedy(op->kind, kept, thing, awaited, words, size);
}

static const char *advice(
	struct explore_view *view, bool known, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	struct kept kept;

	for (unsigned i = 0; i < wire->nthreads; i++) {
		kept.keeper = i;
		if (!waits_to_be_told(wire, &wire->standing[i]) ||
			!find_kept(wire, &kept, known))
			continue;
		say_kept(view, &kept, words, size);
		return lesson_of(wire->standing[i].pending.kind);
	}
	return NULL;
}

const char *explore_kept_advice(
	struct explore_view *view, char *words, size_t size)
{
	return advice(view, true, words, size);
}

const char *explore_may_be_kept_advice(
	struct explore_view *view, char *words, size_t size)
{
	return advice(view, false, words, size);
}
