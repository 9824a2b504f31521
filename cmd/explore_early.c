/* What mends a read that comes too early: no lock, but an order. */
#include "cmd/explore_shared.h"
#include "cmd/explore_stretch.h"
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <string.h>

/* "T1, T2 and T3" */
static void writer_names(const struct early *early, char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE];

	for (unsigned i = 0; i < early->nwriters; i++) {
		bool last = i + 1 == early->nwriters;

		text_append(words, size, "%s%s",
			i == 0 ? ""
			: last ? " and "
			       : ", ",
			explore_thread_name(early->writers[i].thread, name));
	}
}

/* The reader ends them all, and only then goes on. */
static bool is_joiner(const struct early *early)
{
	for (unsigned i = 0; i < early->nwriters; i++) {
		if (!early->writers[i].join)
			return false;
	}
	return true;
}

/* "x.c:20, x.c:21 and x.c:22": each once. Returns how many. */
static unsigned place_words(struct explore_view *view, const uint64_t *pcs,
	unsigned n, char *words, size_t size)
{
	char places[EARLY_MOST][EXPLORE_WORDS_SIZE];
	unsigned nplaces = 0;

	for (unsigned i = 0; i < n; i++) {
		unsigned k = 0;

		explore_place_name(view, pcs[i], places[nplaces]);
		while (strcmp(places[k], places[nplaces]) != 0)
			k++;
		nplaces += k == nplaces;
	}
	for (unsigned i = 0; i < nplaces; i++)
		text_append(words, size, "%s%s",
			i == 0             ? ""
			: i + 1 == nplaces ? " and "
					   : ", ",
			places[i]);
	return nplaces;
}

static void join_words(struct explore_view *view, const struct early *early,
	char *words, size_t size)
{
	char places[EARLY_MOST * EXPLORE_WORDS_SIZE] = "";
	uint64_t pcs[EARLY_MOST];
	unsigned n;

	for (unsigned i = 0; i < early->nwriters; i++)
		pcs[i] = early->writers[i].join;
	n = place_words(view, pcs, early->nwriters, places, sizeof(places));
	text_append(words, size, ": join ");
	writer_names(early, words, size);
	text_append(words, size,
		" before that (the join%s at %s come%s too late)",
		text_plural(n), places, n == 1 ? "s" : "");
}

static void write_words(struct explore_view *view, const struct early *early,
	char *words, size_t size)
{
	uint64_t pcs[EARLY_MOST];

	for (unsigned i = 0; i < early->nwriters; i++)
		pcs[i] = early->writers[i].pc;
	text_append(words, size, " (");
	place_words(view, pcs, early->nwriters, words, size);
	text_append(words, size, ")");
}

static bool has_slept(const struct wire *wire, unsigned thread, uint32_t end)
{
	for (uint32_t i = 0; i < end; i++) {
		if (wire->events[i].thread == thread &&
			wire->events[i].op.kind == OP_SLEEP)
			return true;
	}
	return false;
}

/* Who waits has to be told: neither a lock nor an atomic does so. */
static void wait_words(const struct wire *wire, const struct early *early,
	uint32_t step, char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE];

	text_append(words, size, ": let %s wait until ",
		explore_thread_name(early->reader, who));
	writer_names(early, words, size);
	text_append(words, size,
		" %s done that, with a flag and a condition variable; %s",
		early->nwriters == 1 ? "has" : "have",
		has_slept(wire, early->reader, step)
			? "who sleeps may wake up before that"
			: "a lock or an atomic alone makes nobody wait");
}

/* It is no atomic: then the order of the writes is nobody's to rely on. */
static bool is_plain(const struct wire *wire, uint64_t object)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct op *op = &wire->events[i].op;

		if (op->object == object &&
			(op->kind == OP_READ || op->kind == OP_WRITE))
			return true;
	}
	return false;
}

static bool is_used_by(const struct wire *wire, unsigned thread,
	uint64_t object, bool (*is)(const struct event *event))
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && event->op.object == object &&
			is(event))
			return true;
	}
	return false;
}

/* The writer writes more than that after the sign, for the reader. */
static bool writes_more(
	const struct wire *wire, const struct early *early, uint64_t made)
{
	unsigned writer = early->writers[0].thread;
	bool told = false;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread != writer)
			continue;
		if (told && explore_is_write(event) &&
			event->op.object != made &&
			event->op.object != early->sign &&
			is_used_by(wire, early->reader, event->op.object,
				explore_is_read))
			return true;
		told |= event->op.pc == early->sign_pc;
	}
	return false;
}

/* What tells the reader to go on was set first, and should be set last. */
static void sign_words(struct explore_view *view, const struct early *early,
	uint64_t object, char *words, size_t size)
{
	char made[EXPLORE_WORDS_SIZE];
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];

	explore_object_name(view, object, made);
	explore_thread_name(early->writers[0].thread, who);
	text_append(words, size,
		", but after %s has %s %s (%s), which tells it to go on: let "
		"%s ",
		who, early->is_post ? "posted" : "set",
		explore_object_name(view, early->sign, name),
		explore_place_name(view, early->sign_pc, place), who);
	text_append(words, size, "write %s", made);
	if (writes_more(view->wire, early, object))
		text_append(words, size, ", and all else that %s is to read,",
			explore_thread_name(early->reader, who));
	text_append(words, size, " first, and %s %s after that",
		early->is_post ? "post" : "set", name);
	if (!early->is_post && is_plain(view->wire, early->sign) &&
		explore_race_on(view->wire, early->sign))
		text_append(words, size,
			", as an atomic (_Atomic) or under one lock with it");
}

static void order_words(struct explore_view *view, const struct early *early,
	uint32_t step, char *words, size_t size)
{
	unsigned writer = early->writers[0].thread;
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	char reader[EXPLORE_WORDS_SIZE];
	uint64_t pc;

	explore_thread_name(early->reader, reader);
	if (early->sign) {
		sign_words(view, early, view->wire->events[step].op.object,
			words, size);
	} else if (is_joiner(early)) {
		join_words(view, early, words, size);
	} else if (explore_unjoined_words(view, early, words, size)) {
		return;
	} else if (explore_creator_of(view->wire, early->reader, &pc) ==
		   writer) {
		text_append(words, size,
			": let %s write it before it starts %s (%s)",
			explore_thread_name(writer, who), reader,
			explore_place_name(view, pc, place));
	} else {
		size_t n = strlen(words);

		if (explore_late_words(view, early->reader, step, words, size))
			return;
		text_append(words, size, ": ");
		if (explore_barrier_words(
			    view, early->reader, step, writer, words, size))
			return;
		words[n] = '\0';
		wait_words(view->wire, early, step, words, size);
	}
}

/* Somebody has done that write of another thread, to what is read there. */
static bool is_made(
	const struct wire *wire, const struct early *early, uint32_t read)
{
	const struct op *place = &wire->events[read].op;

	for (uint32_t i = 0; i < read; i++) {
		const struct op *op = &wire->events[i].op;

		for (unsigned k = 0; k < early->nwriters; k++) {
			if (op->object == place->object &&
				op->pc == early->writers[k].pc)
				return true;
		}
	}
	return false;
}

/* The last read there, of that object; or of any that nobody has made. */
static uint32_t last_read(
	const struct wire *wire, const struct early *early, bool any)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread == early->reader &&
			event->op.pc == early->pc &&
			explore_reads(event->op.kind) &&
			(any ? !is_made(wire, early, i)
			     : event->op.object == early->object))
			return early_has_written(wire, early, i) ? 0 : i + 1;
	}
	return 0;
}

/*
 * The step of that read in the execution that is shown, which may be another
 * than the search has found: play has the player's. 0: it is not there.
 */
static uint32_t early_step(const struct wire *wire, const struct early *early)
{
	uint32_t step = early->step ? last_read(wire, early, false) : 0;

	return step || !early->step ? step : last_read(wire, early, true);
}

static bool is_about(const struct explore_view *view,
	const struct finding *finding, uint32_t step)
{
	const struct finding *failure = &view->result->failure;

	if (finding->kind == FOUND_RACE)
		return finding->first.object ==
		       view->wire->events[step - 1].op.object;
	return finding->kind == failure->kind &&
	       finding->first.thread == failure->first.thread &&
	       finding->first.pc == failure->first.pc;
}

/* Who set the sign held a lock, and who saw it none: that comes first. */
static bool is_half_locked(const struct wire *wire, uint64_t sign)
{
	const struct finding *race = sign ? explore_race_on(wire, sign) : NULL;

	return race && !race->first.nheld != !race->second.nheld;
}

/* What was read once, and tested by nobody, told nobody to go on. */
static bool is_certain(struct explore_view *view, const struct early *early)
{
	const char *line = explore_line_at(view, early->seen_pc);

	return !early->sign || !early->seen_pc || explore_decides(line) ||
	       strstr(line, "return");
}

bool explore_early_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct early *early = &view->result->early;
	uint32_t step = early_step(view->wire, early);
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];

	if (!step || !is_about(view, finding, step) ||
		is_half_locked(view->wire, early->sign) ||
		!is_certain(view, early))
		return false;
	text_append(words, size, "%s reads %s at step %u, before ",
		explore_thread_name(early->reader, who),
		explore_object_name(
			view, view->wire->events[step - 1].op.object, name),
		step);
	writer_names(early, words, size);
	text_append(words, size, " %s written it",
		early->nwriters == 1 ? "has" : "have");
	write_words(view, early, words, size);
	order_words(view, early, step - 1, words, size);
	return true;
}

const char *explore_early_lesson(struct explore_view *view)
{
	const struct early *early = &view->result->early;
	uint32_t step = early_step(view->wire, early);
	char words[3 * EXPLORE_WORDS_SIZE] = "";
	uint64_t pc;

	if (early->sign)
		return early->is_post ? "10-semaphores"
				      : "11-condition-variables";
	if (is_joiner(early) ||
		explore_unjoined_words(view, early, words, sizeof(words)))
		return "05-data-race";
	if (explore_creator_of(view->wire, early->reader, &pc) ==
		early->writers[0].thread)
		return "05-data-race";
	return explore_barrier_words(view, early->reader, step - 1,
		       early->writers[0].thread, words, sizeof(words))
		       ? "14-barrier"
		       : "11-condition-variables";
}
