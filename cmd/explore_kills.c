/* A signal that comes too early, or as one with another. */
#include "cmd/explore_kills.h"

#include "cmd/explore_uses.h"
#include "cmd/text.h"

#include <string.h>

bool explore_call_begins(
	const struct wire *wire, const struct op *op, const char *as)
{
	char words[EXPLORE_WORDS_SIZE];

	if (op->kind != OP_CALL)
		return false;
	explore_call_words(wire, op, words, sizeof(words));
	return !strncmp(words, as, strlen(as));
}

bool explore_waits_in(
	const struct wire *wire, unsigned process, const char *call)
{
	const struct standing *standing = &wire->standing[process];

	return standing->state == STANDING_BLOCKED &&
	       explore_call_begins(wire, &standing->pending, call);
}

/* The process that it is sent to: as its name stands in the call. */
static bool is_kill_of(
	const struct wire *wire, const struct event *event, unsigned process)
{
	char name[EXPLORE_WORDS_SIZE], call[EXPLORE_WORDS_SIZE] = "";

	text_append(call, sizeof(call), "kill(%s, ",
		explore_thread_name(process, name));
	return event->result == 0 &&
	       explore_call_begins(wire, &event->op, call);
}

/* The event that sends the same again before the process has done anything. */
static uint32_t sent_again(
	const struct wire *wire, uint32_t first, unsigned process)
{
	char call[EXPLORE_WORDS_SIZE];

	explore_call_words(wire, &wire->events[first].op, call, sizeof(call));
	for (uint32_t i = first + 1; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == process)
			break;
		if (event->result == 0 &&
			explore_call_begins(wire, &event->op, call))
			return i;
	}
	return 0;
}

bool explore_merged_advice(
	const struct wire *wire, unsigned process, char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE], call[EXPLORE_WORDS_SIZE];

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];
		uint32_t again = is_kill_of(wire, event, process)
					 ? sent_again(wire, i, process)
					 : 0;

		if (!again)
			continue;
		explore_call_words(wire, &event->op, call, sizeof(call));
		text_append(words, size, "%s makes %s at step %u, ",
			explore_thread_name(event->thread, who), call, i + 1);
		text_append(words, size, "and %s at step %u, ",
			explore_thread_name(wire->events[again].thread, who),
			again + 1);
		text_append(words, size,
			"before %s has taken the first: signals that are "
			"pending are not counted, two are one. Count what has "
			"come otherwise, as by a byte in a pipe for each",
			explore_thread_name(process, who));
		return true;
	}
	return false;
}

/* The call alone, without what came of it. */
static const char *call_words(
	const struct wire *wire, uint32_t i, char words[EXPLORE_WORDS_SIZE])
{
	char *end;

	explore_call_words(
		wire, &wire->events[i].op, words, EXPLORE_WORDS_SIZE);
	end = strstr(words, "): ");
	if (end)
		end[1] = '\0';
	return words;
}

/* Its last event before `end`; `end` when it has none. */
static uint32_t last_before(
	const struct wire *wire, unsigned process, uint32_t end)
{
	for (uint32_t i = end; i-- > 0;) {
		if (wire->events[i].thread == process &&
			!(wire->events[i].flags & EVENT_BLOCKED))
			return i;
	}
	return end;
}

/* The last one to it before `end`; `end` when there is none. */
static uint32_t kill_before(
	const struct wire *wire, unsigned process, uint32_t end)
{
	for (uint32_t i = end; i-- > 0;) {
		if (is_kill_of(wire, &wire->events[i], process))
			return i;
	}
	return end;
}

static void tell_kill(
	const struct wire *wire, uint32_t i, char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE], call[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s makes %s at step %u, ",
		explore_thread_name(wire->events[i].thread, who),
		call_words(wire, i, call), i + 1);
}

static void tell_missed(const struct wire *wire, unsigned process,
	uint32_t sent, const char *call, char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE];

	explore_thread_name(process, who);
	tell_kill(wire, sent, words, size);
	text_append(words, size,
		"when %s has made its tests: the signal comes before it sleeps "
		"in %s, which waits for another: block it with sigprocmask ",
		who, call);
	text_append(words, size, "%s%s",
		process ? "before the fork" : "before anybody can send it",
		strcmp(call, "pause") != 0
			? ", so that only sigsuspend lets it in"
			: ", and let it in with sigsuspend in place of pause");
}

/* It stood right before that call when the signal came, and took it there. */
static bool missed_one(const struct wire *wire, unsigned process,
	const char *call, char *words, size_t size)
{
	char begins[EXPLORE_WORDS_SIZE] = "";
	uint32_t end = wire->nevents;
	uint32_t calls = last_before(wire, process, end);
	uint32_t sent = kill_before(wire, process, calls);
	uint32_t before = last_before(wire, process, calls);

	text_append(begins, sizeof(begins), "calls %s(", call);
	if (calls == end || sent == calls ||
		!explore_call_begins(wire, &wire->events[calls].op, begins) ||
		(before != calls && before > sent))
		return false;
	tell_missed(wire, process, sent, call, words, size);
	return true;
}

bool explore_missed_advice(const struct wire *wire, char *words, size_t size)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (explore_waits_in(wire, i, "pause(") &&
			missed_one(wire, i, "pause", words, size))
			return true;
		if (explore_waits_in(wire, i, "sigsuspend(") &&
			missed_one(wire, i, "sigsuspend", words, size))
			return true;
	}
	return false;
}

/* "signal(SIGTERM): dies of the signal", of that signal. */
static bool dies_too_early(
	const struct wire *wire, uint32_t death, uint32_t sent)
{
	char call[EXPLORE_WORDS_SIZE], kill[EXPLORE_WORDS_SIZE];
	char sets[USES_PATH_SIZE], comes[USES_PATH_SIZE];

	if (!explore_call_begins(wire, &wire->events[death].op, "signal(") &&
		!explore_call_begins(
			wire, &wire->events[death].op, "sigaction("))
		return false;
	explore_call_words(wire, &wire->events[death].op, call, sizeof(call));
	explore_call_words(wire, &wire->events[sent].op, kill, sizeof(kill));
	explore_call_part(call, 1, sets);
	explore_call_part(kill, 2, comes);
	return strstr(call, "): dies of") && !strcmp(sets, comes);
}

static void tell_unready(const struct wire *wire, uint32_t death, uint32_t sent,
	char *words, size_t size)
{
	unsigned process = wire->events[death].thread;
	uint32_t before = last_before(wire, process, sent);
	char who[EXPLORE_WORDS_SIZE], call[EXPLORE_WORDS_SIZE];

	tell_kill(wire, sent, words, size);
	text_append(words, size,
		"and %s dies of it at step %u, where it comes to %s: set it ",
		explore_thread_name(process, who), death + 1,
		call_words(wire, death, call));
	if (before != sent)
		text_append(words, size, "before %s at step %u, or ",
			call_words(wire, before, call), before + 1);
	text_append(words, size, "before the fork");
}

bool explore_unready_advice(const struct wire *wire, char *words, size_t size)
{
	for (unsigned i = 1; i < wire->nthreads; i++) {
		uint32_t death = last_before(wire, i, wire->nevents);
		uint32_t sent = kill_before(wire, i, death);

		if (death == wire->nevents || sent == death ||
			!dies_too_early(wire, death, sent))
			continue;
		tell_unready(wire, death, sent, words, size);
		return true;
	}
	return false;
}
