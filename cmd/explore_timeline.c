/*
 * The failed execution, a column for each thread; as a list where columns
 * would be too narrow.
 */
#include "cmd/explore.h"

#include "cmd/global.h"
#include "cmd/term.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

enum {
	NUMBER_WIDTH = 7, /* "   12> " */
	NAME_WIDTH = 4,
	NARROWEST = 14, /* column of a thread */
	WIDEST = 36,
	MOST_COLUMNS = 8,
	MOST_SHOWN = 400, /* steps */
	WIDEST_WORDS = 30, /* before the source, in a list */
	LONG_STRETCH = 20, /* of steps of one thread: most are left out */
	STRETCH_ENDS = 6, /* and so many shown, at either end */
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

static void cell_of(struct explore_view *view, const struct event *event,
	char *cell, size_t size)
{
	char name[EXPLORE_WORDS_SIZE];
	struct place place;

	if (!symbols_place(view->symbols, event->op.pc, &place))
		snprintf(cell, size, "%s",
			event->op.pc
				? explore_place_name(view, event->op.pc, name)
				: "");
	else if (event->op.kind == OP_FLUSH)
		snprintf(cell, size, "(%d)", place.line);
	else
		snprintf(cell, size, "%d: %s", place.line,
			explore_line(view, &place));
}

/* The first event of the step after which every way fails. */
bool explore_is_lost(const struct explore_view *view, uint32_t i)
{
	uint32_t lost = view->result->lost_at;
	const struct event *event = &view->wire->events[i];

	return lost && event->choice >= lost &&
	       (i == 0 || event[-1].choice < lost);
}

static const char *mark_of(const struct explore_view *view, uint32_t i)
{
	if (explore_is_lost(view, i))
		return "!";
	return explore_is_switch(view->wire, i) ? ">" : " ";
}

static void print_row(struct explore_view *view, uint32_t i, unsigned column)
{
	const struct wire *wire = view->wire;
	const struct event *event = &wire->events[i];
	char cell[EXPLORE_WORDS_SIZE], words[EXPLORE_WORDS_SIZE];

	cell_of(view, event, cell, sizeof(cell));
	printf("%5u%s ", i + 1, mark_of(view, i));
	for (unsigned thread = 0; thread < wire->nthreads; thread++) {
		printf("| ");
		print_cell(thread == event->thread ? cell : "", column);
		putchar(' ');
	}
	printf("| ");
	explore_event_words(view, event, words);
	text_print(stdout, words, strlen(words));
	putchar('\n');
}

static void print_heading(const struct wire *wire, unsigned column)
{
	char name[EXPLORE_WORDS_SIZE];

	printf(" step  ");
	for (unsigned thread = 0; thread < wire->nthreads; thread++) {
		printf("| ");
		print_cell(explore_thread_name(thread, name), column);
		putchar(' ');
	}
	printf("|\n");
}

struct widths {
	unsigned cell, words; /* of the longest */
};

static void measure(struct explore_view *view, uint32_t i, struct widths *most)
{
	char cell[EXPLORE_WORDS_SIZE], words[EXPLORE_WORDS_SIZE];
	unsigned n;

	cell_of(view, &view->wire->events[i], cell, sizeof(cell));
	n = (unsigned)text_width(cell, strlen(cell));
	if (most->cell < n)
		most->cell = n;
	explore_event_words(view, &view->wire->events[i], words);
	n = (unsigned)text_width(words, strlen(words));
	if (most->words < n)
		most->words = n;
}

/* In columns: who, what, and the source as far as there is room. */
static void print_item(struct explore_view *view, uint32_t i,
	const struct widths *most, unsigned width)
{
	const struct event *event = &view->wire->events[i];
	unsigned nwords = most->words < WIDEST_WORDS ? most->words
						     : WIDEST_WORDS;
	char name[EXPLORE_WORDS_SIZE], words[EXPLORE_WORDS_SIZE];
	char cell[EXPLORE_WORDS_SIZE];
	unsigned used = NUMBER_WIDTH + NAME_WIDTH + 3;

	cell_of(view, event, cell, sizeof(cell));
	explore_event_words(view, event, words);
	printf("%5u%s %-*s ", i + 1, mark_of(view, i), NAME_WIDTH,
		explore_thread_name(event->thread, name));
	if (text_width(words, strlen(words)) > nwords)
		nwords = (unsigned)text_width(words, strlen(words));
	used += nwords;
	if (!cell[0] || (width && used + NARROWEST > width)) {
		text_print(stdout, words, strlen(words));
	} else {
		print_cell(words, nwords);
		printf("  ");
		print_start(cell, width ? width - used : sizeof(cell));
	}
	putchar('\n');
}

/* As wide as the longest line of source, or as the terminal lets it be. */
static unsigned column_width(
	const struct widths *most, unsigned width, unsigned nthreads)
{
	unsigned fixed = NUMBER_WIDTH + 2 + most->words, each;

	if (global.plain || nthreads > MOST_COLUMNS)
		return 0;
	each = most->cell < WIDEST ? most->cell : WIDEST;
	if (width == 0 || width >= fixed + nthreads * (each + 3))
		return each;
	each = width > fixed ? (width - fixed) / nthreads : 0;
	return each < NARROWEST + 3 ? 0 : each - 3;
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

/*
 * How many events from this one on are left out: a thread that runs on and on
 * is shown where it begins and where it ends, and what is marked always is.
 */
static uint32_t left_out(const struct explore_view *view, uint32_t i)
{
	const struct wire *wire = view->wire;
	uint32_t begin = stretch_begin(wire, i), end = stretch_end(wire, i);
	uint32_t n = 0;

	if (end - begin <= LONG_STRETCH || i - begin < STRETCH_ENDS)
		return 0;
	while (i + n + STRETCH_ENDS < end && !explore_is_lost(view, i + n))
		n++;
	return n > 1 ? n : 0;
}

static void print_left_out(
	const struct explore_view *view, uint32_t i, uint32_t n)
{
	char name[EXPLORE_WORDS_SIZE];

	printf("       ... %u more steps of %s\n", n,
		explore_thread_name(view->wire->events[i].thread, name));
}

void explore_print_timeline(struct explore_view *view, unsigned width)
{
	const struct wire *wire = view->wire;
	struct widths most = {0, 0};
	uint32_t first = 0, n;
	unsigned column;

	if (wire->nevents > MOST_SHOWN) {
		first = wire->nevents - MOST_SHOWN;
		printf("(%u steps before these are left out)\n", first);
	}
	for (uint32_t i = first; i < wire->nevents; i++)
		measure(view, i, &most);
	column = column_width(&most, width, wire->nthreads);
	if (column)
		print_heading(wire, column);
	for (uint32_t i = first; i < wire->nevents; i += n ? n : 1) {
		n = left_out(view, i);
		if (n)
			print_left_out(view, i, n);
		else if (column)
			print_row(view, i, column);
		else
			print_item(view, i, &most, global.plain ? 0 : width);
	}
}
