/* What was found, in lines that text, pages and play have in common. */
#include "cmd/explore_lifetime.h"
#include "cmd/explore_way.h"

#include "cmd/explore_api.h"
#include "cmd/explore_shared.h"
#include "cmd/explore_trace.h"
#include "cmd/text.h"
#include "lib/explore/lockorder.h"

#include <stdio.h>
#include <string.h>

enum {
	WORDS_SIZE = 600,
};

struct telling {
	struct explore_view *view;
	const struct finding *failure;
	explore_put_fn put;
	void *context;
};

static void put(
	const struct telling *t, enum explore_part part, const char *words)
{
	t->put(t->context, part, words);
}

/* The sides of a race say theirs. */
static void add_way(const struct telling *t, const struct finding *failure,
	char *words, size_t size)
{
	const struct party *party = &failure->first;

	if (failure->kind != FOUND_RACE)
		explore_add_way(t->view, party->pc, party->way, words, size);
}

static bool is_named_use(
	struct explore_view *view, const struct finding *failure)
{
	char name[EXPLORE_WORDS_SIZE];

	return failure->kind == FOUND_USE_AFTER_FREE &&
	       failure->second.op == OP_FREE &&
	       explore_block_name(view, failure->second.object, name);
}

/* What of the block, rather than how much of it. */
static void freed_words(struct explore_view *view,
	const struct finding *failure, char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE], who[EXPLORE_WORDS_SIZE];

	text_append(words, size, ": uses %s, which %s freed",
		explore_object_name(view, failure->first.object, name),
		explore_thread_name(failure->second.thread, who));
}

static void tell_head(const struct telling *t)
{
	const struct finding *failure = t->failure;
	char place[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char words[WORDS_SIZE] = "", gone[WORDS_SIZE];
	char missed[WORDS_SIZE] = "";

	text_append(words, sizeof(words), "%s",
		explore_finding_name(failure->kind));
	if (explore_gone_words(t->view, failure, gone, sizeof(gone)))
		text_append(words, sizeof(words), ": %s", gone);
	else if (failure->kind == FOUND_RACE)
		text_append(words, sizeof(words), " on %s",
			explore_object_name(
				t->view, failure->first.object, name));
	else if (is_named_use(t->view, failure))
		freed_words(t->view, failure, words, sizeof(words));
	else if (explore_missed_words(t->view, failure, missed, sizeof(missed)))
		text_append(words, sizeof(words), ": %s", missed);
	else if (failure->text[0])
		text_append(words, sizeof(words), ": %s", failure->text);
	if (failure->kind == FOUND_HANG && failure->second.pc)
		text_append(words, sizeof(words), " since %s",
			explore_place_name(t->view, failure->second.pc, place));
	if (failure->first.thread != WIRE_NOBODY && failure->first.pc &&
		failure->kind != FOUND_DEADLOCK) {
		text_append(words, sizeof(words), ", in %s at %s",
			explore_thread_name(failure->first.thread, name),
			explore_place_name(t->view, failure->first.pc, place));
		add_way(t, failure, words, sizeof(words));
	}
	explore_use_its_names(t->view, words, sizeof(words));
	put(t, EXPLORE_HEAD, words);
}

static void tell_waits(const struct telling *t)
{
	char words[WORDS_SIZE];

	if (t->failure->kind != FOUND_DEADLOCK &&
		t->failure->kind != FOUND_LIVELOCK)
		return;
	for (unsigned i = 0; i < t->view->wire->nthreads; i++) {
		if (explore_full_wait_words(t->view, i, words, sizeof(words)))
			put(t, EXPLORE_DETAIL, words);
	}
}

/* The count of those who are too many is right: no lock matters. */
static bool is_crowd(const struct telling *t)
{
	char words[WORDS_SIZE] = "";

	return explore_crowd_advice(t->view, t->failure, words, sizeof(words));
}

/* Who holds which lock at the end; the waits have said so of a deadlock. */
static void tell_held(const struct telling *t)
{
	const struct wire *wire = t->view->wire;
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (t->failure->kind == FOUND_DEADLOCK ||
		t->failure->kind == FOUND_RACE || is_crowd(t))
		return;
	for (unsigned i = 0; i < wire->nthreads; i++) {
		const struct standing *standing = &wire->standing[i];
		char words[WORDS_SIZE] = "";

		for (uint32_t k = 0; k < standing->nheld; k++) {
			text_append(words, sizeof(words), "%s",
				k ? ", " : explore_thread_name(i, name));
			text_append(
				words, sizeof(words), "%s", k ? "" : " holds ");
			text_append(words, sizeof(words), "%s, since %s",
				explore_object_name(t->view,
					standing->held[k].object, name),
				explore_place_name(
					t->view, standing->held[k].pc, place));
		}
		if (words[0])
			put(t, EXPLORE_DETAIL, words);
	}
}

/* Who got it, and who gave it back. */
static void tell_freed(const struct telling *t)
{
	const struct party *freed = &t->failure->second;
	const struct party *got = &t->failure->third;
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	char words[WORDS_SIZE] = "";

	if ((t->failure->kind != FOUND_USE_AFTER_FREE &&
		    t->failure->kind != FOUND_BAD_FREE) ||
		got->thread == WIRE_NOBODY)
		return;
	text_append(words, sizeof(words), "%s allocated it at %s",
		explore_thread_name(got->thread, name),
		explore_place_name(t->view, got->pc, place));
	if (freed->op == OP_FREE && freed->thread != WIRE_NOBODY) {
		text_append(words, sizeof(words), ", %s freed it at %s",
			explore_thread_name(freed->thread, name),
			explore_place_name(t->view, freed->pc, place));
		explore_add_way(
			t->view, freed->pc, freed->way, words, sizeof(words));
	}
	put(t, EXPLORE_DETAIL, words);
}

/* What was done to it before, by whom: the last of that kind. */
static const struct event *ended_by(
	const struct wire *wire, const struct finding *misuse)
{
	enum op_kind kind = strstr(misuse->text, "destroyed")  ? OP_DESTROY
			    : strstr(misuse->text, "detached") ? OP_DETACH
							       : OP_NONE;

	for (uint32_t i = wire->nevents; kind != OP_NONE && i-- > 0;) {
		if (wire->events[i].op.kind == kind)
			return &wire->events[i];
	}
	return NULL;
}

static void tell_misused(const struct telling *t)
{
	const struct event *event = t->failure->kind == FOUND_MISUSE
					    ? ended_by(
						      t->view->wire, t->failure)
					    : NULL;
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	char words[WORDS_SIZE] = "";

	if (!event)
		return;
	text_append(words, sizeof(words), "%s %s it at %s",
		explore_thread_name(event->thread, who),
		event->op.kind == OP_DETACH ? "detached" : "destroyed",
		explore_place_name(t->view, event->op.pc, place));
	put(t, EXPLORE_DETAIL, words);
}

/* That of the failure comes at the end. */
static bool is_main_thought(struct explore_view *view, const char *advice)
{
	const struct finding *failure = &view->result->failure;
	char words[WORDS_SIZE];

	return failure->kind != FOUND_NOTHING &&
	       explore_advice(view, explore_cause(view, failure), words,
		       sizeof(words)) &&
	       strstr(advice, words);
}

void explore_add_thought(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const char *lesson = explore_finding_lesson(view, finding);
	char advice[WORDS_SIZE];

	if (explore_advice(view, finding, advice, sizeof(advice)) &&
		!is_main_thought(view, advice))
		text_append(words, size, " - %s", advice);
	if (lesson)
		text_append(words, size, " (%s)", lesson);
}

static void tell_atomicities(const struct telling *t)
{
	const struct wire *wire = t->view->wire;
	char words[WORDS_SIZE];

	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == FOUND_ATOMICITY)
			put(t, EXPLORE_DETAIL,
				explore_pair_words(t->view, &wire->findings[i],
					words, sizeof(words)));
	}
}

static bool is_note(const struct finding *finding)
{
	switch (finding->kind) {
	case FOUND_LEAK:
	case FOUND_MAIN_LEFT:
	case FOUND_THREAD_LEFT:
	case FOUND_LOCK_LEFT:
	case FOUND_OUTPUT_VARIES:
	case FOUND_WAIT_ONCE:
	case FOUND_LOCK_ORDER:
		return true;
	default:
		return false;
	}
}

/* Each thread's part in the cycle, from the trace that shows it. */
static void tell_cycle(const struct telling *t)
{
	const struct wire *wire = t->view->wire;
	struct lockorder_cycle cycle;
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (!lockorder_find(wire, &cycle))
		return;
	for (unsigned i = 0; i < cycle.n; i++) {
		const struct lockorder_edge *edge = &cycle.edges[i];
		const struct event *inner = &wire->events[edge->inner_event];
		const struct event *outer = &wire->events[edge->outer_event];
		char words[WORDS_SIZE] = "";

		text_append(words, sizeof(words), "%s locks ",
			explore_thread_name(inner->thread, name));
		text_append(words, sizeof(words), "%s at %s",
			explore_object_name(t->view, edge->inner, name),
			explore_place_name(t->view, inner->op.pc, place));
		explore_add_way(t->view, inner->op.pc, inner->way, words,
			sizeof(words));
		text_append(words, sizeof(words),
			", while it holds %s since %s",
			explore_object_name(t->view, edge->outer, name),
			explore_place_name(t->view, outer->op.pc, place));
		put(t, EXPLORE_DETAIL, words);
	}
}

/* "T1 ends without unlocking m, which it locked" */
static void note_words(struct explore_view *view, const struct finding *note,
	char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s: ", explore_finding_name(note->kind));
	if (note->kind != FOUND_LOCK_LEFT) {
		text_append(words, size, "%s", note->text);
		return;
	}
	text_append(words, size, "%s %s without unlocking ",
		explore_thread_name(note->first.thread, name),
		note->code ? "is cancelled" : "ends");
	text_append(words, size, "%s, which it locked",
		explore_object_name(view, note->first.object, name));
}

static void tell_note(const struct telling *t, const struct finding *note)
{
	char words[WORDS_SIZE] = "", place[EXPLORE_WORDS_SIZE];

	note_words(t->view, note, words, sizeof(words));
	if (note->first.pc && note->kind != FOUND_LOCK_ORDER)
		text_append(words, sizeof(words), ", at %s",
			explore_place_name(t->view, note->first.pc, place));
	explore_add_thought(t->view, note, words, sizeof(words));
	if (note->kind == FOUND_MAIN_LEFT && t->failure->kind == FOUND_NOTHING)
		text_append(words, sizeof(words),
			"; with --strict that is a failure");
	put(t, EXPLORE_NOTE, words);
	if (note->kind == FOUND_LOCK_ORDER)
		tell_cycle(t);
}

/* A failure that is a note elsewhere is not said twice. */
static bool is_failure(const struct telling *t, const struct finding *finding)
{
	return finding->kind == t->failure->kind &&
	       finding->first.pc == t->failure->first.pc;
}

static bool any(const struct wire *wire, enum finding_kind kind)
{
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == kind)
			return true;
	}
	return false;
}

/* Then what mends it says so, too, of the execution that is shown. */
static bool is_habit(const struct telling *t)
{
	char words[WORDS_SIZE];

	return t->failure->kind != FOUND_NOTHING &&
	       explore_habit(t->view, t->failure, words, sizeof(words));
}

/*
 * Who may still run at the end was not joined either; who waits for what an
 * ended thread holds is told of at length; and that the output
 * varies is no news of a program that fails, nor where all of it is shown.
 */
static bool is_news(const struct telling *t, const struct finding *note)
{
	switch (note->kind) {
	case FOUND_THREAD_LEFT:
		return !any(t->view->wire, FOUND_MAIN_LEFT);
	case FOUND_LOCK_LEFT:
		return t->failure->kind != FOUND_DEADLOCK;
	case FOUND_WAIT_ONCE:
		return !is_habit(t);
	case FOUND_OUTPUT_VARIES:
		return t->failure->kind == FOUND_NOTHING && !t->view->outcomes;
	default:
		return true;
	}
}

bool explore_is_told(const struct wire *wire, uint32_t n)
{
	const struct finding *finding = &wire->findings[n];

	if (finding->kind != FOUND_LOCK_LEFT &&
		finding->kind != FOUND_MAIN_LEFT)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (wire->findings[i].kind == finding->kind &&
			wire->findings[i].first.pc == finding->first.pc)
			return true;
	}
	return false;
}

static void tell_notes(const struct telling *t)
{
	const struct wire *wire = t->view->wire;

	for (uint32_t i = 0; i < wire->nfindings; i++) {
		const struct finding *note = &wire->findings[i];

		if (is_note(note) && !is_failure(t, note) && is_news(t, note) &&
			!explore_is_told(wire, i))
			tell_note(t, note);
	}
}

/* The first step beside an array, in memory that is nobody's. */
static void tell_missed(const struct telling *t)
{
	const struct wire *wire = t->view->wire;
	char words[WORDS_SIZE], missed[EXPLORE_WORDS_SIZE];

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct op *op = &wire->events[i].op;

		missed[0] = '\0';
		if ((op->kind != OP_READ && op->kind != OP_WRITE) ||
			!explore_missing_words(
				t->view, op->object, missed, sizeof(missed)))
			continue;
		snprintf(words, sizeof(words), "step %u %s", i + 1, missed);
		put(t, EXPLORE_DETAIL, words);
		return;
	}
}

static bool is_leftover(
	struct explore_view *view, const struct event *event, char *name)
{
	struct symbols_spot spot;

	return (event->op.kind == OP_READ || event->op.kind == OP_WRITE) &&
	       !symbols_variable_at(view->symbols, event->op.object, &spot) &&
	       symbols_leftover(view->symbols, event->op.object, name,
		       EXPLORE_WORDS_SIZE);
}

/* The first of what an optimising compiler has made of a variable. */
static void tell_leftover(const struct telling *t)
{
	const struct wire *wire = t->view->wire;
	char words[WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	uint32_t i = 0;

	if (!t->view->sources->optimise)
		return;
	while (i < wire->nevents &&
		!is_leftover(t->view, &wire->events[i], name))
		i++;
	if (i == wire->nevents)
		return;
	snprintf(words, sizeof(words),
		"%s (step %u) is what the compiler has made of a variable, and "
		"may hold something else than the source says: see "
		"--optimise 0",
		name, i + 1);
	put(t, EXPLORE_DETAIL, words);
}

void explore_tell_what(struct explore_view *view, const struct finding *failure,
	explore_put_fn put_line, void *context)
{
	const struct telling t = {view, failure, put_line, context};
	struct explore_told told = {0};

	view->told = &told;
	if (failure->kind != FOUND_NOTHING) {
		tell_head(&t);
		tell_waits(&t);
		tell_held(&t);
		tell_freed(&t);
		tell_missed(&t);
		tell_leftover(&t);
		tell_misused(&t);
		explore_tell_races(view, failure, put_line, context);
		tell_atomicities(&t);
		explore_tell_blocks(view, put_line, context);
	}
	tell_notes(&t);
	view->told = NULL;
}

void explore_tell_why(struct explore_view *view, const struct finding *failure,
	explore_put_fn put_line, void *context)
{
	const struct telling t = {view, failure, put_line, context};
	const struct finding *cause = explore_cause(view, failure);
	const char *lesson = explore_finding_lesson(view, cause);
	char words[WORDS_SIZE];

	if (explore_advice(view, cause, words, sizeof(words)))
		put(&t, EXPLORE_THINK, words);
	else if (view->wire->config.unseen && failure->kind != FOUND_REFUSED)
		put(&t, EXPLORE_THINK,
			"only its calls are seen, and not what it does to "
			"memory in between: gcc -g -fsanitize=thread builds "
			"it so that all is");
	if (lesson)
		put(&t, EXPLORE_LESSON, lesson);
}
