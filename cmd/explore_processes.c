/* What goes wrong between processes: children, signals, pipes, files. */
#include "cmd/explore_descriptors.h"
#include "cmd/explore_kills.h"

#include "cmd/explore_trace.h"
#include "cmd/msg.h"
#include "cmd/text.h"

#include <string.h>

/* The lesson that a call belongs to. */
static const struct call {
	const char *begins, *lesson;
} calls[] = {
	{"read(", "03-pipes"},
	{"write(", "03-pipes"},
	{"recv", "03-pipes"},
	{"send", "03-pipes"},
	{"accept(", "03-pipes"},
	{"poll(", "03-pipes"},
	{"ppoll(", "03-pipes"},
	{"select(", "03-pipes"},
	{"pselect(", "03-pipes"},
	{"epoll_", "03-pipes"},
	{"flock(", "04-filesystem-queue"},
	{"fcntl(", "04-filesystem-queue"},
	{"lockf(", "04-filesystem-queue"},
	{"sigsuspend(", "02-signals"},
	{"pause(", "02-signals"},
	{"sigwait", "02-signals"},
	{"kill(", "02-signals"},
	{"wait", "02-signals"},
};

static const char *const file_calls[] = {"open(", "fopen(", "rename", "link",
	"unlink", "symlink", "remove(", "mkdir", "rmdir(", "access(",
	"faccessat(", "stat(", "lstat(", "fstatat(", "truncate(", "creat(",
	"mkstemp(", "opendir(", "pread(", "pwrite(", "flock("};

static bool anybody_waits_in(const struct wire *wire, const char *call)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (explore_waits_in(wire, i, call))
			return true;
	}
	return false;
}

/* Without a time-out: else it would not be stuck. */
static bool anybody_polls(const struct wire *wire)
{
	return anybody_waits_in(wire, "poll(") ||
	       anybody_waits_in(wire, "ppoll(") ||
	       anybody_waits_in(wire, "select(") ||
	       anybody_waits_in(wire, "pselect(") ||
	       anybody_waits_in(wire, "epoll_");
}

/* More than one: each has what another waits for. */
static bool they_wait_for_locks(const struct wire *wire)
{
	unsigned n = 0;

	for (unsigned i = 0; i < wire->nthreads; i++)
		n += explore_waits_in(wire, i, "flock(") ||
		     explore_waits_in(wire, i, "fcntl(") ||
		     explore_waits_in(wire, i, "lockf(");
	return n > 1;
}

static bool anybody_ended(const struct wire *wire)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (wire->standing[i].state == STANDING_ENDED)
			return true;
	}
	return false;
}

static bool anybody_calls(const struct wire *wire, const char *call)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (explore_call_begins(wire, &wire->events[i].op, call))
			return true;
	}
	return false;
}

bool explore_wakes_early(const struct wire *wire)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (explore_is_switch(wire, i) &&
			explore_call_begins(
				wire, &wire->events[i].op, "sleeps"))
			return true;
	}
	return false;
}

static bool uses_files(const struct wire *wire)
{
	for (size_t i = 0; i < sizeof(file_calls) / sizeof(*file_calls); i++) {
		if (anybody_calls(wire, file_calls[i]))
			return true;
	}
	return false;
}

/* Its last call. */
static bool ends_in(const struct wire *wire, unsigned process, const char *call)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		if (wire->events[i].thread == process)
			return explore_call_begins(
				wire, &wire->events[i].op, call);
	}
	return false;
}

const char *explore_processes_lesson(
	const struct wire *wire, const struct finding *finding)
{
	bool stuck = finding->kind == FOUND_DEADLOCK;
	char words[EXPLORE_WORDS_SIZE] = "";

	if (explore_unready_advice(wire, words, sizeof(words)))
		return "02-signals";
	if (!stuck && uses_files(wire))
		return "04-filesystem-queue";
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		if (stuck ? anybody_waits_in(wire, calls[i].begins)
			  : anybody_calls(wire, calls[i].begins))
			return calls[i].lesson;
	}
	return "01-processes";
}

/* What a kill leaves behind is another matter. */
static bool may_be_of_files(
	const struct explore_view *view, const struct finding *finding)
{
	if (view->result->kills)
		return false;
	switch (finding->kind) {
	case FOUND_ASSERT:
	case FOUND_ABORT:
	case FOUND_EXIT_CODE:
	case FOUND_INVARIANT:
		return true;
	default:
		return false;
	}
}

/* Another of those that have the writing end; -1 when there is none. */
static int other_holder(const struct wire *wire, unsigned reader)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (i != reader && wire->standing[reader].holders >> i & 1)
			return (int)i;
	}
	return -1;
}

/* It waits for bytes, or for the end, of a pipe that others can write to. */
static void held_open_words(struct explore_view *view, unsigned reader,
	unsigned holder, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	const struct op *pending = &wire->standing[holder].pending;
	char who[EXPLORE_WORDS_SIZE], other[EXPLORE_WORDS_SIZE];
	char call[EXPLORE_WORDS_SIZE];

	explore_thread_name(reader, who);
	explore_thread_name(holder, other);
	explore_shown_call(view, pending, call, sizeof(call));
	if (explore_waits_in(wire, holder, "read("))
		text_append(words, size,
			"%s waits for what %s is to write, and %s waits in a "
			"read itself: one of them has to write before it "
			"reads",
			who, other, other);
	else
		text_append(words, size,
			"%s waits for more of a pipe, or for its end, which "
			"does not come while %s has the writing end open, and "
			"%s waits in %s: close that end in %s before it waits",
			who, other, other, call, other);
}

/* One that waits for what nobody but itself could write comes before all. */
static int stuck_reader(const struct wire *wire)
{
	int any = -1;

	for (unsigned i = wire->nthreads; i-- > 0;) {
		if (!wire->standing[i].holders ||
			!explore_waits_in(wire, i, "read("))
			continue;
		if (other_holder(wire, i) < 0)
			return (int)i;
		any = (int)i;
	}
	return any;
}

static bool reader_advice(struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	int reader = stuck_reader(wire), other;
	char who[EXPLORE_WORDS_SIZE];

	if (reader < 0)
		return false;
	other = other_holder(wire, (unsigned)reader);
	explore_thread_name((unsigned)reader, who);
	if (other >= 0)
		held_open_words(
			view, (unsigned)reader, (unsigned)other, words, size);
	else
		text_append(words, size,
			"%s waits for more of a pipe, or for its end, which "
			"does not come while somebody can write to it, and %s "
			"itself has the writing end open: close that in %s "
			"before it reads",
			who, who, who);
	return true;
}

bool explore_processes_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	const char *advice = NULL;

	if (may_be_of_files(view, finding) &&
		(explore_unready_advice(wire, words, size) ||
			explore_files_advice(view, finding, words, size) ||
			explore_merged_advice(
				wire, finding->first.thread, words, size)))
		return true;
	if (finding->kind == FOUND_INVARIANT)
		advice = "between two calls anybody may come, and a process "
			 "may die: let one call (rename) do what belongs "
			 "together";
	else if (finding->kind == FOUND_SIGNAL &&
		 ends_in(wire, finding->first.thread, "write("))
		advice = "who writes to a pipe that nobody has open for "
			 "reading gets SIGPIPE, and dies of it: ignore that "
			 "signal, and look at what write returns";
	else if (finding->kind != FOUND_DEADLOCK)
		return false;
	else if (explore_full_advice(view, words, size) ||
		 reader_advice(view, words, size) ||
		 explore_unready_advice(wire, words, size) ||
		 explore_missed_advice(wire, words, size))
		return true;
	else if (they_wait_for_locks(wire))
		advice =
			anybody_waits_in(wire, "flock(")
				? "each waits for a lock that another has: "
				  "let all take these locks in the same order"
				: "each waits for a lock that another has (the "
				  "system may see that, and give one EDEADLK): "
				  "let all take these locks in the same order";
	else if (anybody_polls(wire))
		advice = "it may wait in poll for what it has read already, or "
			 "for what nobody writes any more: one read may bring "
			 "what several writes have written, so count bytes, "
			 "and close the ends that nobody needs";
	else if (anybody_waits_in(wire, "write("))
		advice = "a pipe holds so much and no more: read at one end "
			 "while the other is written to";
	else if (anybody_ended(wire) && anybody_waits_in(wire, "pause("))
		advice = "the signal can come before the pause, which then "
			 "waits for another: block it, and let it in with "
			 "sigsuspend";
	else if (anybody_ended(wire) && anybody_waits_in(wire, "sigsuspend("))
		advice = "a signal that has come already is not counted "
			 "again: one may stand for several children, so wait "
			 "until waitpid finds no more";
	if (advice)
		text_append(words, size, "%s", advice);
	return advice != NULL;
}

/* Processes are searched in one way, call by call. */
static const char *of_threads(const struct explore_options *chosen)
{
	if (chosen->locks)
		return "--locks";
	if (chosen->outcomes)
		return "--outcomes";
	if (chosen->memory)
		return "--memory";
	if (chosen->wait_all)
		return "--wait-all";
	if (chosen->strict)
		return "--strict";
	if (chosen->at_rest)
		return "--at-rest";
	if (chosen->strategy &&
		strcmp(explore_strategies[chosen->strategy], "bounded") != 0)
		return "--strategy, but for bounded,";
	return NULL;
}

/* What an option is about that is not there: its name, and what would help. */
static const char *without_what(
	const struct explore_options *chosen, const char **hint)
{
	if (chosen->kills && !chosen->processes) {
		*hint = "add --processes";
		return "--kills is for --processes";
	}
	if (chosen->at_rest && !chosen->invariant) {
		*hint = "add --invariant CONDITION";
		return "--at-rest is for an --invariant";
	}
	return NULL;
}

bool explore_refuse_options(const struct explore_options *chosen)
{
	const char *option = chosen->processes ? of_threads(chosen) : NULL;
	const char *hint = "leave one of them out", *missing = NULL;

	if (!option)
		missing = without_what(chosen, &hint);
	if (!option && !missing)
		return false;
	if (option)
		msg_error("%s is about threads, not about --processes", option);
	else
		msg_error("%s, which is left out", missing);
	msg_hint("%s", hint);
	return true;
}
