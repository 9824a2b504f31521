/*
 * The failed execution, a column for each thread; as a list where columns
 * would be too narrow.
 */
#include "cmd/explore_trace.h"

#include "cmd/global.h"
#include "cmd/page.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

enum {
	NUMBER_WIDTH = 6, /* "   12 ", and the marks */
	NAME_WIDTH = 4,
	WIDEST = 36, /* column of a thread */
	MOST_COLUMNS = 8,
	MOST_SHOWN = 400, /* lines */
	USUAL_SOURCE = 25, /* in a list, where all of the words leave that */
	WIDEST_WORDS = 30, /* before the source, in a list; more with room */
	NARROWEST_SOURCE = 20, /* behind them; else it gets a line of its own */
	WORDS_SO_FAR = 48, /* beside columns that may yet be longer */
	NARROWEST = 20, /* column of a thread, then */
	LONG_STRETCH = 20, /* of steps of one thread: most are left out */
	STRETCH_ENDS = 6, /* and so many shown, at either end */
};

/* A step, or the failure at the end. */
struct row {
	char number[12];
	const char *marks;
	unsigned thread; /* or WIRE_NOBODY */
	char cell[EXPLORE_WORDS_SIZE]; /* its source */
	char words[EXPLORE_WORDS_SIZE];
};

struct widths {
	unsigned marks, cell, words; /* of the longest */
	unsigned usual; /* words but of those who wait for ever */
	unsigned column; /* of a thread; 0: it is a list */
	unsigned all; /* of the terminal; 0: no limit */
};

/* The first `width` columns of the text; how many it has. */
static size_t print_start(const char *text, size_t width)
{
	size_t n = strlen(text);

	while (n > 0 && text_width(text, n) > width)
		n--;
	text_print(stdout, text, n);
	return text_width(text, n);
}

/* And spaces up to there. */
static void print_cell(const char *text, unsigned width)
{
	for (size_t used = print_start(text, width); used < width; used++)
		putchar(' ');
}

/* A line of the first file has only its number. */
static void source_of(
	struct explore_view *view, uint64_t pc, char *cell, size_t size)
{
	char name[EXPLORE_WORDS_SIZE];
	struct place place;

	if (symbols_place(view->symbols, pc, &place))
		snprintf(cell, size, "%s: %s",
			explore_line_number(view, &place, name),
			explore_line(view, &place));
	else
		snprintf(cell, size, "%s",
			pc ? explore_place_name(view, pc, name) : "");
}

static void row_of(struct explore_view *view, uint32_t i, struct row *row)
{
	const struct event *event = &view->wire->events[i];
	char name[EXPLORE_WORDS_SIZE];
	struct place place;

	snprintf(row->number, sizeof(row->number), "%u", i + 1);
	row->marks = explore_marks(view, i);
	row->thread = event->thread;
	explore_event_words(view, event, row->words);
	if (event->op.kind == OP_FLUSH &&
		symbols_place(view->symbols, event->op.pc, &place))
		snprintf(row->cell, sizeof(row->cell), "(%s)",
			explore_line_number(view, &place, name));
	else
		source_of(view, event->op.pc, row->cell, sizeof(row->cell));
}

/* The last: what the steps came to, where the head says. */
static void row_of_failure(struct explore_view *view, struct row *row)
{
	const struct finding *failure = &view->result->failure;

	snprintf(row->number, sizeof(row->number), "fail");
	row->marks = explore_fails_by_switch(view->wire) ? ">" : "";
	row->thread = failure->kind == FOUND_DEADLOCK ? WIRE_NOBODY
						      : failure->first.thread;
	snprintf(row->words, sizeof(row->words), "%s",
		explore_finding_name(failure->kind));
	row->cell[0] = '\0';
	if (row->thread != WIRE_NOBODY)
		source_of(
			view, failure->first.pc, row->cell, sizeof(row->cell));
}

static void print_number(const struct row *row, const struct widths *most)
{
	printf("%5s%-*s ", row->number, (int)most->marks, row->marks);
}

static void print_cells(const struct explore_view *view, const struct row *row,
	const struct widths *most)
{
	print_number(row, most);
	for (unsigned thread = 0; thread < view->wire->nthreads; thread++) {
		printf("| ");
		print_cell(thread != row->thread ? ""
			   : row->cell[0]        ? row->cell
						 : "-",
			most->column);
		putchar(' ');
	}
	printf("| ");
}

static void print_row(const struct explore_view *view, const struct row *row,
	const struct widths *most)
{
	print_cells(view, row, most);
	text_print(stdout, row->words, strlen(row->words));
	putchar('\n');
}

static void print_heading(const struct wire *wire, const struct widths *most)
{
	char name[EXPLORE_WORDS_SIZE];

	printf(" step%*s ", (int)most->marks, "");
	for (unsigned thread = 0; thread < wire->nthreads; thread++) {
		printf("| ");
		print_cell(explore_thread_name(thread, name), most->column);
		putchar(' ');
	}
	printf("| what happens\n");
}

static unsigned width_of(const char *text)
{
	return (unsigned)text_width(text, strlen(text));
}

static unsigned larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static void measure(const struct row *row, struct widths *most)
{
	most->marks = larger(most->marks, (unsigned)strlen(row->marks));
	most->cell = larger(most->cell, width_of(row->cell));
	most->words = larger(most->words, width_of(row->words));
	if (!strchr(row->marks, 'x'))
		most->usual = larger(most->usual, width_of(row->words));
}

/* Words that leave no room for the source: that comes on the next line. */
static void print_two_lines(
	const struct row *row, unsigned at, const struct widths *most)
{
	page_wrap_within(stdout, most->all, row->words, at, at + 2);
	if (!row->cell[0])
		return;
	printf("%*s", (int)at + 2, "");
	print_start(row->cell, most->all > at + 2 ? most->all - at - 2 : 0);
	putchar('\n');
}

/* So that the source of most steps begins in one column, with room for it. */
static unsigned words_width(const struct widths *most, unsigned at)
{
	unsigned room = most->all > at + 2 + USUAL_SOURCE + WIDEST_WORDS
				? most->all - at - 2 - USUAL_SOURCE
				: WIDEST_WORDS;

	return most->usual < room ? most->usual : room;
}

/* Who, what, and the source. */
static void print_item(const struct row *row, const struct widths *most)
{
	unsigned at = NUMBER_WIDTH + most->marks + NAME_WIDTH + 1;
	unsigned nwords = larger(width_of(row->words), words_width(most, at));
	char name[EXPLORE_WORDS_SIZE] = "";

	if (row->thread != WIRE_NOBODY)
		explore_thread_name(row->thread, name);
	print_number(row, most);
	printf("%-*s ", NAME_WIDTH, name);
	if (most->all && at + nwords + 2 + NARROWEST_SOURCE > most->all) {
		print_two_lines(row, at, most);
		return;
	}
	print_cell(row->words, row->cell[0] ? nwords : width_of(row->words));
	if (row->cell[0]) {
		printf("  ");
		print_start(row->cell, most->all ? most->all - at - nwords - 2
						 : sizeof(row->cell));
	}
	putchar('\n');
}

/* As wide as the longest line of source, unless the terminal is too narrow. */
static unsigned column_width(const struct widths *most, unsigned nthreads)
{
	unsigned fixed = NUMBER_WIDTH + most->marks + 2 + most->words, each;

	if (global.plain || nthreads == 0 || nthreads > MOST_COLUMNS)
		return 0;
	each = most->cell < WIDEST ? most->cell : WIDEST;
	return most->all == 0 || most->all >= fixed + nthreads * (each + 3)
		       ? each
		       : 0;
}

/* The first event of the stretch of one thread that this one is in. */
static uint32_t stretch_begin(const struct wire *wire, uint32_t i)
{
	while (i > 0 && wire->events[i - 1].thread == wire->events[i].thread)
		i--;
	return i;
}

static uint32_t stretch_end(const struct wire *wire, uint32_t i)
{
	uint32_t end = i + 1;

	while (end < wire->nevents &&
		wire->events[end].thread == wire->events[i].thread)
		end++;
	return end;
}

/* The words around the listing speak of it. */
static bool is_named(const struct explore_view *view, uint32_t i)
{
	for (unsigned k = 0; k < view->nnamed; k++) {
		if (view->named[k] == i + 1)
			return true;
	}
	return false;
}

/*
 * How many events from this one on are left out: a thread that runs on and on
 * is shown where it begins and where it ends, and what is marked or named
 * always is.
 */
static uint32_t left_out(const struct explore_view *view, uint32_t i)
{
	const struct wire *wire = view->wire;
	uint32_t begin = stretch_begin(wire, i), end = stretch_end(wire, i);
	uint32_t n = 0;

	if (end - begin <= LONG_STRETCH || i - begin < STRETCH_ENDS)
		return 0;
	while (i + n + STRETCH_ENDS < end && !explore_marks(view, i + n)[0] &&
		!is_named(view, i + n))
		n++;
	return n > 1 ? n : 0;
}

static void print_left_out(
	const struct explore_view *view, uint32_t i, uint32_t n)
{
	char name[EXPLORE_WORDS_SIZE];

	printf("       ... %u more steps of %s%s\n", n,
		explore_thread_name(view->wire->events[i].thread, name),
		view->todo ? " (--html and --json have all)" : "");
}

static void print(struct explore_view *view, const struct row *row,
	const struct widths *most)
{
	if (most->column)
		print_row(view, row, most);
	else
		print_item(row, most);
}

/* The event of the next line. */
static uint32_t next_line(const struct explore_view *view, uint32_t i)
{
	uint32_t n = left_out(view, i);

	return i + (n ? n : 1);
}

/* Of all lines, so many at the end are shown. */
static uint32_t first_shown(const struct explore_view *view)
{
	uint32_t nlines = 0, first = 0;

	for (uint32_t i = 0; i < view->wire->nevents; i = next_line(view, i))
		nlines++;
	for (; nlines > MOST_SHOWN; nlines--)
		first = next_line(view, first);
	return first;
}

/* Those of the preemptions that are told of which are not to be seen. */
static void print_before(const struct explore_view *view, uint32_t first)
{
	uint32_t nswitches = 0;
	bool lost = false;

	if (first == 0)
		return;
	for (uint32_t i = 0; i < first; i++) {
		nswitches += explore_is_switch(view->wire, i);
		lost |= explore_is_lost(view, i);
	}
	printf("(%u step%s before these %s left out", first, text_plural(first),
		first == 1 ? "is" : "are");
	if (nswitches)
		printf(", %u of them marked >", nswitches);
	if (lost)
		printf(", one of them marked !");
	printf(")\n");
}

static void measure_all(struct explore_view *view, uint32_t first,
	unsigned width, struct widths *most)
{
	struct row row;

	*most = (struct widths){.marks = 1, .all = global.plain ? 0 : width};
	for (uint32_t i = first; i < view->wire->nevents;
		i = next_line(view, i)) {
		row_of(view, i, &row);
		measure(&row, most);
	}
	row_of_failure(view, &row);
	measure(&row, most);
	most->column = column_width(most, view->wire->nthreads);
}

void explore_print_timeline(struct explore_view *view, unsigned width)
{
	const struct wire *wire = view->wire;
	uint32_t first = first_shown(view), n;
	struct widths most;
	struct row row;

	print_before(view, first);
	measure_all(view, first, width, &most);
	if (most.column)
		print_heading(wire, &most);
	for (uint32_t i = first; i < wire->nevents; i += n ? n : 1) {
		n = left_out(view, i);
		row_of(view, i, &row);
		if (n)
			print_left_out(view, i, n);
		else
			print(view, &row, &most);
	}
	row_of_failure(view, &row);
	print(view, &row, &most);
}

/* More steps come: how wide the columns are depends on no step. */
bool explore_print_columns(
	struct explore_view *view, uint32_t first, unsigned width)
{
	unsigned nthreads = view->wire->nthreads;
	unsigned fixed = NUMBER_WIDTH + 1 + 2 + WORDS_SO_FAR;
	struct widths most = {.marks = 1};
	struct row row;
	unsigned at;

	if (global.plain || nthreads == 0 || nthreads > MOST_COLUMNS ||
		width < fixed + nthreads * (NARROWEST + 3))
		return false;
	most.column = (width - fixed) / nthreads - 3;
	if (most.column > WIDEST)
		most.column = WIDEST;
	at = fixed - WORDS_SO_FAR + nthreads * (most.column + 3);
	print_heading(view->wire, &most);
	for (uint32_t i = first; i < view->wire->nevents; i++) {
		row_of(view, i, &row);
		row.marks = explore_is_stuck(&view->wire->events[i]) ? "x" : "";
		print_cells(view, &row, &most);
		page_wrap_within(stdout, width, row.words, at, at);
	}
	return true;
}
