/* The answer as one JSON document. */
#include "cmd/explore_doubts.h"
#include "cmd/explore_lifetime.h"
#include "cmd/explore_way.h"

#include "cmd/explore_trace.h"
#include "cmd/json.h"

#include <stdio.h>
#include <string.h>

static const char *const answers[] = {
	[ANSWER_NONE_POSSIBLE] = "none possible",
	[ANSWER_NONE_FOUND] = "none found",
	[ANSWER_FOUND] = "found",
	[ANSWER_STOPPED] = "stopped",
};

static void put_place(struct explore_view *view, struct json *json, uint64_t pc)
{
	struct place place;

	if (!symbols_place(view->symbols, pc, &place)) {
		json_null(json, "file");
		json_null(json, "line");
		return;
	}
	json_string(json, "file", place.file);
	json_uint(json, "line", (unsigned)place.line);
	if (place.function)
		json_string(json, "function",
			explore_function_name(place.function));
}

/* What a join is about, and not memory. */
static bool is_thread(const struct party *party)
{
	return party->op == OP_JOIN || party->op == OP_TRYJOIN ||
	       party->op == OP_CANCEL || party->op == OP_CREATE;
}

static void put_held(
	struct explore_view *view, struct json *json, const struct party *party)
{
	char name[EXPLORE_WORDS_SIZE];

	json_array(json, "holds");
	for (uint32_t i = 0; i < party->nheld; i++)
		json_string(json, NULL,
			explore_object_name(view, party->held[i].object, name));
	json_end(json);
}

static void put_party(struct explore_view *view, struct json *json,
	const char *key, const struct party *party)
{
	char name[EXPLORE_WORDS_SIZE];

	json_object(json, key);
	json_uint(json, "thread", party->thread);
	if (party->step)
		json_uint(json, "step", party->step);
	put_place(view, json, party->pc);
	if (is_thread(party))
		json_string(json, "object",
			explore_thread_name((unsigned)party->object, name));
	else if (party->object)
		json_string(json, "object",
			explore_object_name(view, party->object, name));
	explore_put_way(view, party->pc, party->way, json);
	if (party->is_elsewhere)
		json_null(json, "holds");
	else
		put_held(view, json, party);
	json_end(json);
}

static void put_finding(struct explore_view *view, struct json *json,
	const struct finding *finding)
{
	const char *lesson = explore_finding_lesson(view, finding);
	struct party at = finding->first;
	char advice[3 * EXPLORE_WORDS_SIZE], text[3 * EXPLORE_WORDS_SIZE];

	json_object(json, NULL);
	json_string(json, "kind", explore_finding_name(finding->kind));
	if (finding->kind == FOUND_RACE)
		explore_race_words(view, finding, text, sizeof(text));
	else if (!explore_gone_words(view, finding, text, sizeof(text)))
		snprintf(text, sizeof(text), "%s", finding->text);
	json_string(json, "text", text);
	if (lesson)
		json_string(json, "lesson", lesson);
	else
		json_null(json, "lesson");
	if (explore_advice(view, finding, advice, sizeof(advice)))
		json_string(json, "think", advice);
	else
		json_null(json, "think");
	if (finding->kind == FOUND_ASSERT || finding->kind == FOUND_ABORT)
		at.object = 0; /* what it did before */
	if (at.thread != WIRE_NOBODY)
		put_party(view, json, "at", &at);
	if (finding->second.thread != WIRE_NOBODY)
		put_party(view, json, "against", &finding->second);
	if (finding->third.thread != WIRE_NOBODY)
		put_party(view, json, "then", &finding->third);
	json_end(json);
}

static const char *const accesses[OP_NKINDS] = {
	[OP_READ] = "load",
	[OP_WRITE] = "store",
	[OP_ATOMIC_READ] = "load",
	[OP_ATOMIC_WRITE] = "store",
	[OP_ATOMIC_UPDATE] = "update",
	[OP_FLUSH] = "reaches memory",
};

/* Numbers beside the words, where memory is concerned. */
static void put_access(
	const struct wire *wire, struct json *json, const struct event *event)
{
	const char *access = accesses[event->op.kind];
	uint32_t from = explore_read_from(wire, event);

	if (!access)
		return;
	json_string(json, "access", access);
	json_bool(json, "delayed", event->flags & EVENT_DELAYED);
	json_bool(json, "stale", event->flags & EVENT_STALE);
	if (from)
		json_uint(json, "from", from);
}

static void put_event(struct explore_view *view, struct json *json, uint32_t i)
{
	const struct event *event = &view->wire->events[i];
	char words[EXPLORE_WORDS_SIZE];

	json_object(json, NULL);
	json_uint(json, "step", i + 1);
	json_uint(json, "thread", event->thread);
	put_place(view, json, event->op.pc);
	json_string(json, "what", explore_event_words(view, event, words));
	json_bool(json, "switch", explore_is_switch(view->wire, i));
	json_bool(json, "lost", explore_is_lost(view, i));
	json_bool(json, "stuck", explore_is_stuck(event));
	put_access(view->wire, json, event);
	json_end(json);
}

/* What it takes beside an order of steps. */
static void put_what_it_takes(
	const struct explore_view *view, struct json *json)
{
	const struct portfolio_result *result = view->result;

	if (result->preemptions >= 0)
		json_int(json, "preemptions", result->preemptions);
	else
		json_null(json, "preemptions");
	json_bool(json, "fewest", result->fewest);
	json_bool(json, "always", result->always);
	json_uint(json, "spurious", result->spurious);
	json_uint(json, "kills", result->kills);
}

/* Whoever failed was at work. */
static bool can_wait(const struct finding *failure, unsigned thread)
{
	return failure->kind == FOUND_DEADLOCK ||
	       failure->kind == FOUND_LIVELOCK ||
	       failure->first.thread != thread;
}

static void put_failure(struct explore_view *view, struct json *json)
{
	const struct finding *failure = &view->result->failure;
	char words[2 * EXPLORE_WORDS_SIZE];

	json_string(json, "schedule", view->schedule);
	json_bool(json, "weak", view->result->weak);
	json_bool(json, "confirmed", view->result->confirmed);
	put_what_it_takes(view, json);
	json_array(json, "waits");
	for (unsigned i = 0; i < view->wire->nthreads; i++) {
		if (can_wait(failure, i) &&
			explore_full_wait_words(view, i, words, sizeof(words)))
			json_string(json, NULL, words);
	}
	json_end(json);
	json_bool(json, "fails_by_switch", explore_fails_by_switch(view->wire));
	json_bool(json, "only_early", explore_only_early(view));
	json_array(json, "steps");
	for (uint32_t i = 0; i < view->wire->nevents; i++)
		put_event(view, json, i);
	json_end(json);
}

/*
 * To the failure: the search came to it otherwise than the execution that is
 * shown.
 */
static bool is_another_way(
	const struct explore_view *view, const struct finding *finding)
{
	const struct finding *failure = &view->result->failure;

	if (view->result->answer != ANSWER_FOUND || view->outcomes ||
		finding->kind != failure->kind)
		return false;
	return (finding->kind == FOUND_DEADLOCK ||
		       finding->kind == FOUND_LIVELOCK) &&
	       (finding->first.pc != failure->first.pc ||
		       finding->first.object != failure->first.object ||
		       finding->first.thread != failure->first.thread);
}

static void put_doubt(void *context, const char *words)
{
	json_string(context, NULL, words);
}

/* What was tried of them, where nothing fails. */
static void put_schedules(const struct explore_view *view, struct json *json)
{
	const struct portfolio_result *result = view->result;

	if (!result->nschedules ||
		(result->answer == ANSWER_FOUND && !view->outcomes))
		return;
	json_uint(json, "schedules", result->nschedules);
	json_uint(json, "executions_before",
		result->nexecutions - result->nschedules);
	if (result->schedule.processes && !result->complete)
		json_uint(json, "bound", result->bound);
	else if (result->within_bound)
		json_uint(json, "bound", view->todo->bound);
}

void explore_print_json(struct explore_view *view)
{
	const struct portfolio_result *result = view->result;
	struct json json;

	json_begin(&json, stdout, "conc.explore");
	json_string(&json, "answer", answers[result->answer]);
	json_string(&json, "memory", explore_memory_names[result->memory]);
	json_string(&json, "asked_memory",
		explore_memory_names[result->asked_memory]);
	if (result->weak_orders)
		json_bool(&json, "weak_orders", true);
	json_uint(&json, "executions", result->nexecutions);
	json_uint(&json, "steps_taken", result->nsteps);
	json_real(&json, "elapsed_s", (double)result->elapsed_ns / 1e9, 6);
	put_schedules(view, &json);
	if (view->outcomes)
		explore_put_outcomes(view, &json);
	json_array(&json, "doubts");
	if (result->answer != ANSWER_FOUND || view->outcomes)
		explore_each_doubt(view, put_doubt, &json);
	json_end(&json);
	json_array(&json, "findings");
	for (uint32_t i = 0; i < view->wire->nfindings; i++) {
		if (!is_another_way(view, &view->wire->findings[i]) &&
			!explore_is_told(view->wire, i))
			put_finding(view, &json, &view->wire->findings[i]);
	}
	json_end(&json);
	if (result->answer == ANSWER_FOUND && !view->outcomes)
		put_failure(view, &json);
	explore_put_locks(view, &json);
	json_finish(&json);
}
