/* What goes wrong with the permits of a semaphore. */
#include "cmd/explore_wait.h"

#include "cmd/text.h"

static bool is_wait(const struct event *event)
{
	return (event->op.kind == OP_SEM_WAIT ||
		       event->op.kind == OP_SEM_TRY) &&
	       !(event->flags & (EVENT_BLOCKED | EVENT_TIMEOUT)) &&
	       event->result == 0;
}

struct permits explore_permits_before(const struct wire *wire, uint32_t end,
	unsigned thread, uint64_t semaphore)
{
	struct permits permits = {0};

	for (uint32_t i = 0; i < end; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread != thread || event->op.object != semaphore)
			continue;
		if (is_wait(event)) {
			permits.wait = i + 1;
			permits.ntaken++;
		} else if (event->op.kind == OP_SEM_POST) {
			permits.post = i + 1;
			permits.ntaken -= permits.ntaken > 0;
		}
	}
	return permits;
}

uint64_t explore_first_count(const struct wire *wire, uint64_t semaphore)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct op *op = &wire->events[i].op;

		if (op->object == semaphore &&
			(op->kind == OP_SEM_WAIT || op->kind == OP_SEM_TRY ||
				op->kind == OP_SEM_POST))
			return wire->events[i].before;
	}
	return 0;
}

/* The one place where it began; 0: there are several, or none is known. */
static uint64_t beginning_of(const struct wire *wire, uint64_t semaphore)
{
	uint64_t pc = 0;

	for (unsigned i = 0; i < WIRE_MAX_RELEASES; i++) {
		const struct wire_release *release = &wire->releases[i];

		if (release->kind != OP_SEM_INIT ||
			release->object != semaphore)
			continue;
		if (pc && pc != release->pc)
			return 0;
		pc = release->pc;
	}
	return pc;
}

void explore_began_words(
	struct explore_view *view, uint64_t semaphore, char *words, size_t size)
{
	uint64_t pc = beginning_of(view->wire, semaphore);
	char place[EXPLORE_WORDS_SIZE];

	text_append(words, size, "began with %llu",
		(unsigned long long)explore_first_count(view->wire, semaphore));
	if (pc)
		text_append(words, size, " (%s)",
			explore_place_name(view, pc, place));
}

/* Somebody that takes from it posts it, in this execution or in another. */
bool explore_is_given_back(const struct wire *wire, uint64_t semaphore)
{
	if (!explore_first_count(wire, semaphore))
		return false;
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (explore_release(wire, i, semaphore) &&
			explore_permits_before(
				wire, wire->nevents, i, semaphore)
				.wait)
			return true;
	}
	return false;
}

/* Who takes permits and gives them back gives back one that it has not. */
static bool is_extra_post(
	const struct wire *wire, uint32_t at, struct permits *before)
{
	const struct event *event = &wire->events[at];

	if (event->op.kind != OP_SEM_POST)
		return false;
	*before = explore_permits_before(
		wire, at, event->thread, event->op.object);
	return before->wait && before->post > before->wait &&
	       before->ntaken == 0;
}

bool explore_permit_advice(struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char name[EXPLORE_WORDS_SIZE], where[EXPLORE_WORDS_SIZE];
	char first[EXPLORE_WORDS_SIZE], second[EXPLORE_WORDS_SIZE];
	struct permits before;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct op *op = &wire->events[i].op;

		if (!is_extra_post(wire, i, &before))
			continue;
		explore_place_name(
			view, wire->events[before.wait - 1].op.pc, where);
		explore_place_name(
			view, wire->events[before.post - 1].op.pc, first);
		explore_place_name(view, op->pc, second);
		text_append(words, size, "%s takes one ",
			explore_thread_name(wire->events[i].thread, name));
		text_append(words, size,
			"from %s (%s) and adds two (%s and %s, step %u): a "
			"permit too many lets one in too many: one post for "
			"each wait, on every path",
			explore_object_name(view, op->object, name), where,
			first, second, i + 1);
		return true;
	}
	return false;
}

/* The event of an access, the last of its thread and place. */
static uint32_t event_of(const struct wire *wire, const struct party *party)
{
	uint32_t i = wire->nevents;

	while (i-- > 0) {
		if (wire->events[i].thread == party->thread &&
			wire->events[i].op.pc == party->pc)
			return i;
	}
	return wire->nevents;
}

/* The post of one side, before its access, that the other side waited for. */
static const struct event *handover(const struct wire *wire,
	const struct party *from, const struct party *to)
{
	uint32_t end = event_of(wire, from), wait = event_of(wire, to);

	if (end == wire->nevents || wait == wire->nevents)
		return NULL;
	for (uint32_t i = end; i-- > 0;) {
		const struct event *post = &wire->events[i];

		if (post->thread == from->thread &&
			post->op.kind == OP_SEM_POST && i < wait &&
			explore_permits_before(
				wire, wait, to->thread, post->op.object)
					.wait > i)
			return post;
	}
	return NULL;
}

bool explore_handover_advice(struct explore_view *view,
	const struct finding *race, char *words, size_t size)
{
	const struct party *from = &race->second, *to = &race->first;
	const struct event *post = handover(view->wire, from, to);
	char name[EXPLORE_WORDS_SIZE], where[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];

	if (!post) {
		from = &race->first;
		to = &race->second;
		post = handover(view->wire, from, to);
	}
	if (!post || from->nheld || to->nheld)
		return false;
	text_append(words, size, "%s posts ",
		explore_thread_name(from->thread, name));
	text_append(words, size, "%s at %s, ",
		explore_object_name(view, post->op.object, name),
		explore_place_name(view, post->op.pc, where));
	text_append(words, size, "and uses %s after that, at %s: ",
		explore_object_name(view, race->first.object, name),
		explore_place_name(view, from->pc, place));
	text_append(words, size,
		"a post puts only what comes before it in front of what "
		"follows the wait: post last");
	return true;
}

static bool is_taken(
	const struct wire *wire, const struct party *party, uint64_t semaphore)
{
	uint32_t at = event_of(wire, party);

	return at < wire->nevents &&
	       explore_permits_before(wire, at, party->thread, semaphore)
		       .ntaken;
}

/* That both sides have taken from; 0: none, or it is not for two. */
static uint64_t shared_room(const struct wire *wire, const struct finding *race)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		uint64_t object = wire->events[i].op.object;

		if (is_wait(&wire->events[i]) &&
			is_taken(wire, &race->first, object) &&
			is_taken(wire, &race->second, object) &&
			explore_first_count(wire, object) > 1)
			return object;
	}
	return 0;
}

void explore_add_room(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	uint64_t semaphore = shared_room(view->wire, race);
	char name[EXPLORE_WORDS_SIZE];

	if (!semaphore)
		return;
	text_append(words, size, "; %s, which both have taken, ",
		explore_object_name(view, semaphore, name));
	explore_began_words(view, semaphore, words, size);
	text_append(words, size,
		" and so keeps nobody out: a semaphore that is to be the lock "
		"begins with 1");
}
