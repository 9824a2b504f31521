/* The steps of a failed execution as a table in HTML. */
#include "cmd/explore_trace.h"

#include "cmd/xml.h"

#include <stdio.h>
#include <string.h>

enum {
	MOST_LANES = 12, /* with more threads one column has their names */
};

/* An arrow of C is one sign, and not parted at the end of a line. */
static void put_text(FILE *out, const char *text)
{
	const char *arrow;
	char before[EXPLORE_WORDS_SIZE];

	while ((arrow = strstr(text, "->")) != NULL) {
		size_t n = (size_t)(arrow - text);

		if (n >= sizeof(before))
			break;
		memcpy(before, text, n);
		before[n] = '\0';
		xml_put(out, before);
		fputs("<i>-&gt;</i>", out);
		text = arrow + 2;
	}
	xml_put(out, text);
}

static void put_head_row(FILE *out, const struct wire *wire)
{
	char name[EXPLORE_WORDS_SIZE];

	fputs("<thead><tr><th scope=\"col\">step</th>"
	      "<th scope=\"col\"></th>",
		out);
	if (wire->nthreads > MOST_LANES)
		fputs("<th scope=\"col\">who</th>", out);
	for (unsigned i = 0; i < wire->nthreads && wire->nthreads <= MOST_LANES;
		i++)
		fprintf(out, "<th scope=\"col\">%s</th>",
			explore_thread_name(i, name));
	fputs("<th scope=\"col\">line</th>"
	      "<th scope=\"col\">what happens</th></tr></thead>\n",
		out);
}

/* "main holds a, b. T1 holds c." after so many steps. */
static void put_held(FILE *out, struct explore_view *view, uint32_t i)
{
	char name[EXPLORE_WORDS_SIZE];
	uint64_t locks[WIRE_MAX_HELD];

	for (unsigned t = 0; t < view->wire->nthreads; t++) {
		uint32_t n = explore_held(
			view->wire, i, t, locks, WIRE_MAX_HELD);

		if (n)
			fprintf(out, "%s holds ", explore_thread_name(t, name));
		for (uint32_t k = 0; k < n; k++) {
			fputs(k ? ", " : "", out);
			xml_put(out, explore_object_name(view, locks[k], name));
		}
		if (n)
			fputs(". ", out);
	}
}

/* Hues that are far apart, for one thread after the other. */
static void put_who(FILE *out, unsigned thread)
{
	char name[EXPLORE_WORDS_SIZE];

	fprintf(out, "<td class=\"on\" style=\"--hue:%u\">%s</td>",
		(210 + 137 * thread) % 360, explore_thread_name(thread, name));
}

/* Whose step it is, or WIRE_NOBODY. */
static void put_lanes(FILE *out, const struct wire *wire, unsigned thread)
{
	if (wire->nthreads > MOST_LANES) {
		if (thread < wire->nthreads)
			put_who(out, thread);
		else
			fputs("<td></td>", out);
		return;
	}
	for (unsigned t = 0; t < wire->nthreads; t++) {
		if (t == thread)
			put_who(out, t);
		else
			fputs("<td></td>", out);
	}
}

static void put_line(FILE *out, struct explore_view *view, uint64_t pc)
{
	struct place place;
	char name[EXPLORE_WORDS_SIZE];

	if (!symbols_place(view->symbols, pc, &place))
		return;
	xml_put(out, explore_line_number(view, &place, name));
	fputs(": <code>", out);
	put_text(out, explore_line(view, &place));
	fputs("</code>", out);
}

static void put_source(
	FILE *out, struct explore_view *view, const struct event *event)
{
	char name[EXPLORE_WORDS_SIZE];
	struct place place;

	fputs("<td class=\"source\">", out);
	if (event->op.kind == OP_FLUSH &&
		symbols_place(view->symbols, event->op.pc, &place)) {
		fputc('(', out);
		xml_put(out, explore_line_number(view, &place, name));
		fputc(')', out);
	} else {
		put_line(out, view, event->op.pc);
	}
	fputs("</td>", out);
}

static void put_row(FILE *out, struct explore_view *view, uint32_t i)
{
	const struct event *event = &view->wire->events[i];
	char words[EXPLORE_WORDS_SIZE];

	fputs("<tr data-held=\"", out);
	put_held(out, view, i + 1);
	fprintf(out, "\"><td class=\"nr\">%u</td><td class=\"mark\">", i + 1);
	xml_put(out, explore_marks(view, i));
	fputs("</td>", out);
	put_lanes(out, view->wire, event->thread);
	put_source(out, view, event);
	fputs("<td class=\"what\">", out);
	put_text(out, explore_event_words(view, event, words));
	fputs("</td></tr>\n", out);
}

/* The last: where the steps have led to. */
static void put_failure(FILE *out, struct explore_view *view)
{
	const struct finding *failure = &view->result->failure;
	unsigned who = failure->kind == FOUND_DEADLOCK ? WIRE_NOBODY
						       : failure->first.thread;

	fputs("<tr class=\"fail\" data-held=\"", out);
	put_held(out, view, view->wire->nevents);
	fprintf(out, "\"><td class=\"mark\" colspan=\"2\">fail%s</td>",
		explore_fails_by_switch(view->wire) ? "&gt;" : "");
	put_lanes(out, view->wire, who);
	fputs("<td class=\"source\">", out);
	if (who != WIRE_NOBODY)
		put_line(out, view, failure->first.pc);
	fputs("</td><td class=\"what\">", out);
	xml_put(out, explore_finding_name(failure->kind));
	fputs("</td></tr>\n", out);
}

void explore_put_steps(FILE *out, struct explore_view *view)
{
	fputs("<table id=\"steps\">\n", out);
	put_head_row(out, view->wire);
	fputs("<tbody>\n", out);
	for (uint32_t i = 0; i < view->wire->nevents; i++)
		put_row(out, view, i);
	put_failure(out, view);
	fputs("</tbody></table>\n", out);
}
