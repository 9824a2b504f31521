/* What mends sharing: a lock at both places, over both steps, an atomic. */
#include "cmd/explore_shared.h"
#include "cmd/explore_stretch.h"
#include "cmd/explore_trace.h"
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <string.h>

static const struct held_lock *common_lock(
	const struct party *a, const struct party *b)
{
	for (uint32_t i = 0; i < a->nheld; i++) {
		for (uint32_t k = 0; k < b->nheld; k++) {
			if (a->held[i].object == b->held[k].object)
				return &a->held[i];
		}
	}
	return NULL;
}

static void list_locks(struct explore_view *view, const struct party *party,
	char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE];

	for (uint32_t i = 0; i < party->nheld; i++)
		text_append(words, size, "%s%s", i ? ", " : "",
			explore_held_name(view, &party->held[i], name));
	if (party->nheld == 0)
		text_append(words, size, "no lock");
}

static bool sleeps(const struct wire *wire, unsigned thread)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (wire->events[i].thread == thread &&
			wire->events[i].op.kind == OP_SLEEP)
			return true;
	}
	return false;
}

static const struct op *join_of(
	const struct wire *wire, unsigned joiner, unsigned thread)
{
	const struct op *op = &wire->standing[joiner].pending;

	return op->kind == OP_JOIN && op->object == thread ? op : NULL;
}

/* One side joins the other, but only after its own access. */
static const struct op *later_join(
	const struct wire *wire, const struct finding *race)
{
	unsigned a = race->first.thread, b = race->second.thread;
	const struct op *join = join_of(wire, a, b);

	return join ? join : join_of(wire, b, a);
}

static bool sleep_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	const struct op *join = later_join(view->wire, race);
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (!sleeps(view->wire, race->first.thread) &&
		!sleeps(view->wire, race->second.thread))
		return false;
	text_append(words, size, "a sleep orders nothing: ");
	if (join)
		text_append(words, size,
			"use %s after the join (%s), which does, or ",
			explore_object_name(view, race->first.object, name),
			explore_place_name(view, join->pc, place));
	text_append(words, size, "hold one lock ");
	explore_add_sites(view, race, words, size);
	return true;
}

/* Where nothing else races with it, an atomic is enough. */
static bool is_alone(const struct wire *wire, uint64_t object)
{
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == FOUND_RACE &&
			wire->findings[i].first.object != object)
			return false;
	}
	return true;
}

/* The pair of accesses to it that somebody came between, or NULL. */
static const struct finding *pair_on(const struct wire *wire, uint64_t object)
{
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == FOUND_ATOMICITY &&
			wire->findings[i].first.object == object)
			return &wire->findings[i];
	}
	return NULL;
}

/* Neither side holds a lock. */
void explore_lock_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	uint64_t object = race->first.object;
	const struct finding *pair = pair_on(view->wire, object);
	char name[EXPLORE_WORDS_SIZE];

	explore_object_name(view, object, name);
	if (pair && !explore_is_one_line(view, pair) &&
		!explore_wait_between(view->wire, &pair->first, &pair->third)) {
		text_append(words, size, "hold one lock ");
		explore_add_stretch(
			view, &pair->first, &pair->third, words, size);
		text_append(
			words, size, ", and wherever else %s is used", name);
		return;
	}
	text_append(words, size, "hold one lock ");
	if (!explore_add_sites(view, race, words, size) &&
		is_alone(view->wire, object))
		text_append(words, size, ", or make it atomic (_Atomic)%s",
			(pair && !explore_is_operator(view, pair)) ||
					explore_takes_two_steps(view, object)
				? " and change it in one step (+=)"
				: "");
}

static void join_in_advice(struct explore_view *view, const struct party *bare,
	const struct party *locked, char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	for (uint32_t i = 0; i < locked->nheld; i++) {
		if (explore_refused_advice(view, bare->thread,
			    locked->held[i].object, words, size))
			return;
	}
	if (explore_twice_words(view, bare, locked, words, size))
		return;
	text_append(words, size, "one side holds ");
	list_locks(view, locked, words, size);
	text_append(words, size,
		", the other holds no lock: hold %s at %s, too",
		explore_object_name(view, locked->held[0].object, name),
		explore_place_name(view, bare->pc, place));
	explore_add_nearer(view, bare, locked->held[0].object, words, size);
}

static bool is_same_name(struct explore_view *view, const struct party *a,
	const struct party *b, char *name)
{
	char other[EXPLORE_WORDS_SIZE];

	return a->nheld == 1 && b->nheld == 1 &&
	       !strcmp(explore_object_name(view, a->held->object, name),
		       explore_object_name(view, b->held->object, other));
}

/* locks[1] and locks[3], node#1->lock and node#2->lock; not lock1 and lock2. */
static bool is_same_but_for_index(const char *a, const char *b)
{
	static const char digits[] = "0123456789";

	while (*a && *a == *b) {
		bool begins_index = *a == '[' || *a == '#';

		a++;
		b++;
		if (begins_index) {
			a += strspn(a, digits);
			b += strspn(b, digits);
		}
	}
	return !*a && !*b;
}

/* Each lock is for a part of something, and what is raced on is no part. */
static bool are_of_parts(struct explore_view *view, const struct finding *race)
{
	const struct party *first = &race->first, *second = &race->second;
	char one[EXPLORE_WORDS_SIZE], other[EXPLORE_WORDS_SIZE];

	if (first->nheld != 1 || second->nheld != 1 ||
		!is_same_but_for_index(
			explore_object_name(view, first->held->object, one),
			explore_object_name(view, second->held->object, other)))
		return false;
	return !strpbrk(explore_object_name(view, first->object, one), "[#");
}

/* It lies above the frame of the function that it is a parameter of. */
static bool is_passed_by_value(const struct wire *wire, uint64_t object)
{
	for (uint32_t i = 0; i < wire->nplaces; i++) {
		const struct memory_place *place = &wire->places[i];

		if (place->top && object >= place->from && object < place->to)
			return object >= place->top;
	}
	return false;
}

static void own_lock_words(struct explore_view *view, uint64_t lock,
	const char *name, char *words, size_t size)
{
	int whole = (int)strcspn(name, ".");
	char function[EXPLORE_WORDS_SIZE];

	if (!is_passed_by_value(view->wire, lock) ||
		!explore_owner_of_local(view, lock, function)) {
		text_append(words, size,
			"%s is another lock for each side: let there be one "
			"for all, outside of the function or static",
			name);
		return;
	}
	text_append(words, size, "%.*s is a copy for each call of %s()", whole,
		name, function);
	if (name[whole])
		text_append(words, size, ", and %s with it", name);
	text_append(words, size, ": give %s() a pointer instead", function);
}

static void other_lock_advice(struct explore_view *view,
	const struct finding *race, char *words, size_t size)
{
	const struct party *first = &race->first, *second = &race->second;
	char name[EXPLORE_WORDS_SIZE];

	if (is_same_name(view, first, second, name)) {
		own_lock_words(view, first->held->object, name, words, size);
		return;
	}
	text_append(words, size, "one side holds ");
	list_locks(view, second, words, size);
	text_append(words, size, ", the other holds ");
	list_locks(view, first, words, size);
	if (are_of_parts(view, race)) {
		text_append(words, size,
			", each for a part, and %s is for all: give it one "
			"lock of its own, held ",
			explore_object_name(view, first->object, name));
		if (!explore_add_sites(view, race, words, size))
			text_append(
				words, size, ", or make it atomic (_Atomic)");
		return;
	}
	text_append(words, size, ": hold the same one ");
	explore_add_sites(view, race, words, size);
}

bool explore_writes_as_reader(const struct finding *race)
{
	return common_lock(&race->first, &race->second) != NULL;
}

/* Both hold it, so who writes has taken it for readers. */
static bool shared_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	bool first = explore_writes(race->first.op);
	const struct held_lock *lock =
		first ? common_lock(&race->first, &race->second)
		      : common_lock(&race->second, &race->first);
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (!lock)
		return false;
	text_append(words, size,
		"both hold %s, and readers do so together: take it to write, "
		"with pthread_rwlock_wrlock at %s",
		explore_object_name(view, lock->object, name),
		explore_place_name(view, lock->pc, place));
	return true;
}

static bool bare_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	return explore_round_advice(
		       view, &race->first, &race->second, words, size) ||
	       explore_once_advice(view, race, words, size) ||
	       explore_flag_advice(view, race, words, size) ||
	       sleep_advice(view, race, words, size) ||
	       explore_unordered_advice(view, race, words, size) ||
	       explore_local_advice(view, race, words, size);
}

bool explore_race_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	const struct party *first = &race->first, *second = &race->second;
	char name[EXPLORE_WORDS_SIZE];

	if (explore_lost_advice(view, race->first.object, words, size) ||
		explore_own_advice(view, race, words, size) ||
		shared_advice(view, race, words, size) ||
		explore_handover_advice(view, race, words, size) ||
		(!first->nheld && !second->nheld &&
			bare_advice(view, race, words, size)))
		return true;
	text_append(words, size,
		"no lock protects %s%s: ", explore_raced_name(view, race, name),
		explore_is_same_line(view, first->pc, second->pc)
			? ""
			: " on both paths");
	if (!first->nheld && !second->nheld) {
		explore_lock_advice(view, race, words, size);
		explore_add_room(view, race, words, size);
	} else if (!first->nheld)
		join_in_advice(view, first, second, words, size);
	else if (!second->nheld)
		join_in_advice(view, second, first, words, size);
	else
		other_lock_advice(view, race, words, size);
	return true;
}

/* What was read is there again, so that an exchange does not notice. */
static bool is_back(const struct wire *wire, const struct finding *pair)
{
	const struct party *read = &pair->first, *change = &pair->third;

	return read->op == OP_ATOMIC_READ && change->op == OP_ATOMIC_UPDATE &&
	       read->step && change->step &&
	       wire->events[read->step - 1].before ==
		       wire->events[change->step - 1].before;
}

static void back_words(struct explore_view *view, const struct finding *pair,
	char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE];

	text_append(words, size,
		"%s is at step %u what it was at step %u, though it was "
		"changed in between, and the exchange does not notice (ABA): "
		"keep a count of its changes beside it, and exchange both",
		explore_object_name(view, pair->first.object, name),
		pair->third.step, pair->first.step);
}

/* Functions that lock for themselves do so no more when their caller does. */
static void say_no_more(struct explore_view *view, const struct finding *pair,
	char *words, size_t size)
{
	const struct party *first = &pair->first, *last = &pair->third;
	char one[EXPLORE_WORDS_SIZE] = "", other[EXPLORE_WORDS_SIZE] = "";
	struct stretch stretch;
	struct place place;

	if (!explore_stretch(view, first, last, &stretch) || !stretch.calls)
		return;
	if (explore_stretch_locks(view, &stretch, first,
		    common_lock(first, last), false, &place))
		explore_place_words(view, &place, one);
	if (explore_stretch_locks(view, &stretch, last,
		    common_lock(last, first), true, &place))
		explore_place_words(view, &place, other);
	if (!one[0] && !other[0])
		return;
	text_append(words, size, ", and do not lock it again at %s", one);
	if (strcmp(one, other))
		text_append(words, size, "%s%s",
			one[0] && other[0] ? " and " : "", other);
	text_append(words, size, ", nor unlock it in between");
}

static bool is_taken_by(const struct wire *wire, const struct held_lock *lock,
	enum op_kind kind)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct op *op = &wire->events[i].op;

		if (op->object == lock->object && op->pc == lock->pc)
			return op->kind == kind;
	}
	return false;
}

/* From reading to writing, others come in between. */
static bool upgrade_words(struct explore_view *view, const struct finding *pair,
	char *words, size_t size)
{
	const struct held_lock *read = common_lock(&pair->first, &pair->third);
	const struct held_lock *write = common_lock(&pair->third, &pair->first);
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	char lock[EXPLORE_WORDS_SIZE];

	if (!is_taken_by(view->wire, read, OP_RDLOCK) ||
		!is_taken_by(view->wire, write, OP_WRLOCK))
		return false;
	explore_object_name(view, read->object, lock);
	text_append(words, size,
		"between reading and writing %s is nobody's: ", lock);
	if (!explore_is_read_again(view, pair))
		text_append(words, size,
			"%s %s again after %s, when %s is locked for writing, "
			"or ",
			explore_is_update(view, pair) ? "read" : "test",
			explore_object_name(view, pair->first.object, name),
			explore_place_name(view, write->pc, place), lock);
	text_append(words, size, "lock it for writing at %s already",
		explore_place_name(view, read->pc, place));
	return true;
}

bool explore_atomicity_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct held_lock *lock = common_lock(
		&finding->first, &finding->third);
	uint64_t wait = explore_wait_between(
		view->wire, &finding->first, &finding->third);
	char name[EXPLORE_WORDS_SIZE];

	if (!lock && is_back(view->wire, finding)) {
		back_words(view, finding, words, size);
		return true;
	}
	if (explore_round_advice(
		    view, &finding->second, &finding->third, words, size))
		return true;
	if (wait) {
		explore_waits_between_words(view, finding, wait, words, size);
		return true;
	}
	if (lock && upgrade_words(view, finding, words, size))
		return true;
	if (lock)
		text_append(words, size,
			"each access is under %s, the two together are not: "
			"hold it ",
			explore_object_name(view, lock->object, name));
	else if (finding->first.op == OP_ATOMIC_READ)
		text_append(words, size,
			"each access is atomic, the two together are not: test "
			"and change in one step, by compare-and-exchange or "
			"the like, or hold a lock ");
	else
		text_append(
			words, size, "the two belong together: hold a lock ");
	explore_add_stretch(
		view, &finding->first, &finding->third, words, size);
	if (lock)
		say_no_more(view, finding, words, size);
	return true;
}
