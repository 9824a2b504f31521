/* What is used after its end: what malloc gave, and local variables. */
#include "cmd/explore_lifetime.h"

#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

/* Where the one was started by the other; 0 when it was not. */
static uint64_t started_at(
	const struct wire *wire, unsigned creator, unsigned thread)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.kind == OP_CREATE && event->thread == creator &&
			event->other == thread)
			return event->op.pc;
	}
	return 0;
}

static uint64_t size_of_block(const struct wire *wire, uint64_t block)
{
	for (uint32_t i = 0; i < wire->nplaces; i++) {
		if (wire->places[i].from == block && !wire->places[i].top)
			return wire->places[i].to - block;
	}
	return 0;
}

/* It left the block to the thread that it started, but for the free. */
static bool is_handed_over(
	const struct wire *wire, const struct finding *finding)
{
	const struct party *freed = &finding->second;
	uint64_t size = size_of_block(wire, freed->object);
	bool started = false;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];
		uint64_t at = event->op.object - freed->object;

		if (event->thread != freed->thread)
			continue;
		if (event->op.kind == OP_CREATE)
			started |= event->other == finding->first.thread;
		else if (started && event->op.kind != OP_FREE && at < size)
			return false;
	}
	return started;
}

const struct wire_release *explore_detached(
	const struct wire *wire, unsigned thread)
{
	for (unsigned i = 0; i < WIRE_MAX_RELEASES; i++) {
		const struct wire_release *release = &wire->releases[i];

		if (release->kind == OP_DETACH && release->object == thread)
			return release;
	}
	return NULL;
}

/* Who is detached cannot be joined. */
static void join_words(struct explore_view *view, const struct party *user,
	const struct party *freed, char *words, size_t size)
{
	const struct wire_release *detached = explore_detached(
		view->wire, user->thread);
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	explore_thread_name(user->thread, who);
	if (!detached) {
		text_append(
			words, size, "join %s first, and free it then", who);
		return;
	}
	explore_place_name(view, detached->pc, place);
	if (detached->pc == started_at(view->wire, freed->thread, user->thread))
		text_append(words, size, "do not start %s detached (%s), ", who,
			place);
	else
		text_append(words, size, "do not detach %s (%s), ", who, place);
	text_append(words, size, "join it first, and free it then");
}

static bool was_freed(const struct finding *finding)
{
	return finding->second.op == OP_FREE &&
	       finding->second.thread != WIRE_NOBODY;
}

/* It started who frees it, and gave it to that one then. */
static bool has_given(const struct wire *wire, const struct finding *finding)
{
	unsigned user = finding->first.thread, freed = finding->second.thread;

	return started_at(wire, user, freed) &&
	       !explore_finds_block(wire, freed, finding->second.object);
}

/* Whoever started another can wait for its end, and then it is the last. */
static void keep_words(struct explore_view *view, const struct finding *finding,
	char *words, size_t size)
{
	unsigned user = finding->first.thread, freed = finding->second.thread;
	const struct wire_release *detached = explore_detached(
		view->wire, freed);
	char who[EXPLORE_WORDS_SIZE], other[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];

	explore_thread_name(freed, other);
	if (detached)
		text_append(words, size, "do not detach %s (%s), and ", other,
			explore_place_name(view, detached->pc, place));
	text_append(words, size, "let %s free it, when it has joined %s",
		explore_thread_name(user, who), other);
}

/* Neither has started the other to use it, or it is the other way round. */
static void shared_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	bool given = has_given(view->wire, finding);
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	char known[3 * EXPLORE_WORDS_SIZE] = "";

	text_append(words, size, " while %s",
		explore_thread_name(finding->first.thread, who));
	explore_place_name(view, finding->first.pc, place);
	if (explore_last_use_words(view, finding, known, sizeof(known))) {
		text_append(
			words, size, " still uses it (%s): %s", place, known);
		return;
	}
	if (given)
		text_append(words, size, ", which started %s,",
			explore_thread_name(finding->second.thread, who));
	text_append(words, size, " still uses it (%s): ", place);
	if (given)
		keep_words(view, finding, words, size);
	else
		text_append(words, size,
			"let the last one free it; who that is has to be "
			"counted, and decided in the same locked stretch");
}

static void freed_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct party *user = &finding->first, *freed = &finding->second;
	char name[EXPLORE_WORDS_SIZE], who[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];

	if (!explore_block_name(view, freed->object, name))
		explore_object_name(view, freed->object, name);
	text_append(words, size, "%s frees %s at %s",
		explore_thread_name(freed->thread, who), name,
		explore_place_name(view, freed->pc, place));
	explore_place_name(view, user->pc, place);
	explore_thread_name(user->thread, who);
	if (user->thread == freed->thread)
		text_append(words, size,
			", and uses it again at %s: free it after the last use",
			place);
	else if (started_at(view->wire, freed->thread, user->thread)) {
		text_append(words, size,
			" while %s, which it started, still uses it (%s): ",
			who, place);
		join_words(view, user, freed, words, size);
		if (is_handed_over(view->wire, finding))
			text_append(words, size,
				", or let %s free it, after its last use", who);
	} else
		shared_words(view, finding, words, size);
}

static void variable_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct party *user = &finding->first, *missed = &finding->third;
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	char uses[2 * EXPLORE_WORDS_SIZE] = "";

	explore_object_name(view, missed->object, name);
	name[strcspn(name, "[.")] = '\0';
	explore_place_name(view, user->pc, place);
	if (explore_missed_words(view, finding, uses, sizeof(uses)))
		text_append(words, size, "%s %s, at %s",
			explore_thread_name(user->thread, name), uses, place);
	else
		text_append(words, size,
			"%s has %d bytes, and is used from byte %lld on at %s",
			name, finding->code,
			(long long)(user->object - missed->object), place);
	text_append(words, size,
		": test the index there, under the lock that it changes under, "
		"or make it larger");
}

static void outside_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct party *user = &finding->first, *got = &finding->third;
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (got->thread == WIRE_NOBODY && got->object) {
		variable_words(view, finding, words, size);
		return;
	}
	if (got->thread == WIRE_NOBODY) {
		text_append(words, size,
			"the pointer used at %s does not come from malloc",
			explore_place_name(view, user->pc, place));
		return;
	}
	if (!explore_block_name(view, got->object, name))
		snprintf(name, sizeof(name), "what malloc gave at %.100s",
			explore_place_name(view, got->pc, place));
	text_append(words, size,
		"%s is used from byte %lld on at %s: test the index there, "
		"under the lock that it changes under, or ask for more",
		name, (long long)(user->object - got->object),
		explore_place_name(view, user->pc, place));
}

static void bad_free_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct party *freed = &finding->second;
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (!was_freed(finding)) {
		text_append(words, size,
			"free takes what malloc returned, and nothing else: "
			"neither a part of it nor a variable");
		return;
	}
	text_append(words, size, "%s has freed it at %s already: ",
		explore_thread_name(freed->thread, who),
		explore_place_name(view, freed->pc, place));
	if (explore_last_use_words(view, finding, words, size))
		return;
	text_append(words, size,
		freed->thread == finding->first.thread
			? "free it in one place"
			: "one thread owns it, and that one frees it, once");
}

/* Without what was used of it; NULL: it has no name. */
static const char *variable_name(
	struct explore_view *view, uint64_t object, char *words)
{
	explore_object_name(view, object, words);
	words[strcspn(words, "[.")] = '\0';
	return strchr(words, ' ') ? NULL : words;
}

void explore_return_words(
	struct explore_view *view, const struct event *event, char *words)
{
	char name[EXPLORE_WORDS_SIZE], function[EXPLORE_WORDS_SIZE];
	uint64_t object = event->op.object;

	snprintf(words, EXPLORE_WORDS_SIZE, "returns");
	if (explore_owner_of_local(view, object, function))
		text_append(
			words, EXPLORE_WORDS_SIZE, " from %.80s()", function);
	if (variable_name(view, object, name))
		text_append(
			words, EXPLORE_WORDS_SIZE, ", and %.80s is gone", name);
}

/* And the function that had it. */
static bool knows_variable(struct explore_view *view,
	const struct finding *finding, char *function)
{
	return finding->kind == FOUND_DEAD_FRAME &&
	       finding->third.thread != WIRE_NOBODY &&
	       explore_owner_of_local(view, finding->first.object, function);
}

/* The number of the step in which it went; 0: not known. */
static uint32_t gone_at(const struct wire *wire, const struct finding *finding)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		if (wire->events[i].op.kind == OP_RETURN &&
			wire->events[i].op.object == finding->first.object)
			return i + 1;
	}
	return 0;
}

bool explore_gone_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE], function[EXPLORE_WORDS_SIZE];
	uint32_t step = gone_at(view->wire, finding);
	uint64_t object = finding->first.object;

	if (!knows_variable(view, finding, function))
		return false;
	words[0] = '\0';
	text_append(words, size, "uses %s of %s()",
		variable_name(view, object, name)
			? explore_object_name(view, object, name)
			: "a local variable",
		function);
	if (step)
		text_append(words, size, ", which returned at step %u", step);
	else
		text_append(words, size, " of %s, which has ended",
			explore_thread_name(finding->third.thread, name));
	return true;
}

/* At that place. */
static unsigned nstarted(const struct wire *wire, uint64_t pc)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < wire->nevents; i++)
		n += wire->events[i].op.kind == OP_CREATE &&
		     wire->events[i].op.pc == pc;
	return n;
}

/* One for all of them would be overwritten. */
static void outlive_words(struct explore_view *view, const struct party *user,
	const struct party *given, const char *function, char *words,
	size_t size)
{
	const struct wire_release *detached = explore_detached(
		view->wire, user->thread);
	bool started = detached && detached->pc == given->pc;
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	explore_thread_name(user->thread, who);
	if (detached)
		text_append(words, size,
			"%s is detached (%s), so nobody can wait for its end: "
			"do not %s it%s, but join it before %s returns; or, if "
			"nothing that it leaves there is needed, ",
			who, explore_place_name(view, detached->pc, place),
			started ? "start" : "detach",
			started ? " detached" : "", function);
	else
		text_append(words, size, "join %s before %s returns, or ", who,
			function);
	if (detached || nstarted(view->wire, given->pc) > 1)
		text_append(words, size,
			"give each thread its own from malloc, and let it free "
			"that");
	else
		text_append(words, size, "give it what lives longer");
}

static void local_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct party *given = &finding->second;
	char user[EXPLORE_WORDS_SIZE], who[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE], function[EXPLORE_WORDS_SIZE + 2];

	if (knows_variable(view, finding, function)) {
		const char *name = variable_name(
			view, finding->first.object, place);

		strcat(function, "()");
		text_append(words, size, "%s ends with %s",
			name ? name : "a local variable", function);
	} else {
		strcpy(function, "the function");
		text_append(
			words, size, "a local variable ends with its function");
	}
	if (given->thread == WIRE_NOBODY) {
		text_append(words, size,
			": let what others still use be static, from malloc, "
			"or a variable of whoever waits for them");
		return;
	}
	explore_thread_name(finding->first.thread, user);
	text_append(words, size,
		", and %s has its address since %s started it at %s: ", user,
		explore_thread_name(given->thread, who),
		explore_place_name(view, given->pc, place));
	outlive_words(view, &finding->first, given, function, words, size);
}

bool explore_lifetime_is_certain(
	struct explore_view *view, const struct finding *finding)
{
	char words[2 * EXPLORE_WORDS_SIZE] = "";

	return (finding->kind == FOUND_USE_AFTER_FREE ||
		       finding->kind == FOUND_BAD_FREE) &&
	       was_freed(finding) &&
	       (explore_last_use_words(view, finding, words, sizeof(words)) ||
		       explore_given_words(
			       view, finding, words, sizeof(words)));
}

bool explore_lifetime_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	switch (finding->kind) {
	case FOUND_USE_AFTER_FREE:
		if (explore_given_words(view, finding, words, size))
			return true;
		if (was_freed(finding))
			freed_words(view, finding, words, size);
		else
			outside_words(view, finding, words, size);
		return true;
	case FOUND_BAD_FREE:
		if (explore_given_words(view, finding, words, size))
			return true;
		bad_free_words(view, finding, words, size);
		return true;
	case FOUND_DEAD_FRAME:
		local_words(view, finding, words, size);
		return true;
	default:
		return false;
	}
}

/* Used under a lock, or too far in some orders only: others use it, too. */
static bool is_shared(const struct explore_view *view, unsigned user)
{
	return !view->result->always || view->wire->standing[user].nheld > 0;
}

/* Who waits for whom, who is the last, how much there is room for. */
const char *explore_lifetime_lesson(
	struct explore_view *view, const struct finding *finding)
{
	char words[2 * EXPLORE_WORDS_SIZE] = "";
	unsigned user = finding->first.thread, freed = finding->second.thread;

	if (finding->kind == FOUND_DEAD_FRAME ||
		explore_given_words(view, finding, words, sizeof(words)))
		return "05-data-race";
	if (finding->kind == FOUND_USE_AFTER_FREE && !was_freed(finding))
		return view->wire->nthreads > 1 && is_shared(view, user)
			       ? "12-bounded-queue"
			       : NULL;
	if (!was_freed(finding) || user == freed)
		return NULL;
	if (finding->kind != FOUND_USE_AFTER_FREE)
		return "07-atomicity";
	return started_at(view->wire, freed, user) ||
			       (has_given(view->wire, finding) &&
				       !explore_last_use_words(view, finding,
					       words, sizeof(words)))
		       ? "05-data-race"
		       : "07-atomicity";
}
