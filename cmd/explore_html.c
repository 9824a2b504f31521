/*
 * The failed execution as one HTML file that needs nothing else: a table with
 * a column for each thread, and a script that goes through it step by step.
 * Without the script the table is all there.
 */
#include "cmd/explore.h"

#include "cmd/savefile.h"
#include "cmd/text.h"
#include "cmd/xml.h"

#include <stdio.h>
#include <string.h>

static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width\">\n";

static const char style[] =
	"<style>\n"
	":root{color-scheme:light dark;--line:#8886;--now:#ffd54f66;"
	"--must:#b3261e}\n"
	"@media(prefers-color-scheme:dark){:root{--now:#8a6d0066;"
	"--must:#ff8a80}}\n"
	"body{font:16px/1.4 system-ui,sans-serif;margin:1.5rem;"
	"max-width:90rem}\n"
	"table{border-collapse:collapse;width:100%}\n"
	"th,td{border:1px solid var(--line);padding:.2rem .5rem;"
	"text-align:left;vertical-align:top}\n"
	"td code{white-space:pre-wrap}\n"
	"tr.now{background:var(--now);outline:2px solid}\n"
	"tr.later td{opacity:.45}\n"
	"td.mark,tr.fail td,dt{color:var(--must);font-weight:700}\n"
	"dl{display:grid;grid-template-columns:max-content 1fr;"
	"gap:.1rem .8rem}\ndd{margin:0}\n"
	"h1{font-size:1.4rem}\n"
	"@media screen and (max-width:50rem){"
	"thead{position:absolute;left:-99rem}"
	"tbody,tr{display:block}tr{border-top:1px solid var(--line);"
	"padding:.3rem}td{border:0;padding:0 .4rem 0 0;display:inline}"
	"td:empty{display:none}td:last-child{display:block}"
	"td[data-who]:before{content:attr(data-who) ' '}}\n"
	"#bar{position:sticky;top:0;background:Canvas;padding:.5rem 0}\n"
	"button{font:inherit;padding:.2rem .8rem}\n"
	"@media print{#bar{display:none}tr.later td{opacity:1}}\n"
	"</style>\n";

/* Left, Right, Home, End; the hash of the address keeps the step. */
static const char script[] =
	"<script>\n"
	"(function(){\n"
	"var rows=[].slice.call(document.querySelectorAll('tbody tr'));\n"
	"var at=rows.length-1,say=document.getElementById('say');\n"
	"var calm=matchMedia('(prefers-reduced-motion: reduce)').matches;\n"
	"function go(i,quiet){\n"
	" at=Math.max(0,Math.min(rows.length-1,i));\n"
	" rows.forEach(function(r,k){r.classList.toggle('now',k===at);"
	"r.classList.toggle('later',k>at);});\n"
	" say.textContent=(at<rows.length-1?'Step '+(at+1)+' of '+"
	"(rows.length-1):'The failure')+'. '+"
	"rows[at].getAttribute('data-held');\n"
	" if(!quiet){rows[at].scrollIntoView({block:'center',"
	"behavior:calm?'auto':'smooth'});\n"
	"  history.replaceState(null,'','#'+(at+1));}\n"
	"}\n"
	"document.getElementById('bar').hidden=false;\n"
	"document.getElementById('back').onclick=function(){go(at-1);};\n"
	"document.getElementById('on').onclick=function(){go(at+1);};\n"
	"document.addEventListener('keydown',function(e){\n"
	" var to={ArrowLeft:at-1,ArrowRight:at+1,Home:0,"
	"End:rows.length-1}[e.key];\n"
	" if(to!==undefined){go(to);e.preventDefault();}\n"
	"});\n"
	"rows.forEach(function(r,k){r.onclick=function(){go(k);};});\n"
	"go(location.hash?+location.hash.slice(1)-1:rows.length-1,"
	"!location.hash);\n"
	"})();\n"
	"</script>\n";

static void put_title(FILE *out, struct explore_view *view)
{
	const struct finding *failure = &view->result->failure;
	const char *file = view->sources->files[0];

	fputs("<title>", out);
	xml_put(out, explore_finding_name(failure->kind));
	fputs(" in ", out);
	xml_put(out, file);
	fputs("</title>\n", out);
}

static void put_line(void *context, enum explore_part part, const char *words)
{
	static const char *const open[] = {
		[EXPLORE_HEAD] = "<h1>",
		[EXPLORE_DETAIL] = "<p>",
		[EXPLORE_NOTE] = "<p>Also seen: ",
		[EXPLORE_THINK] = "<p><strong>Think:</strong> ",
		[EXPLORE_LESSON] = "<p>Lesson: ",
	};
	FILE *out = context;

	fputs(open[part], out);
	xml_put(out, words);
	fputs(part == EXPLORE_HEAD ? "</h1>\n" : "</p>\n", out);
}

static void put_why(FILE *out, struct explore_view *view)
{
	const struct finding *failure = &view->result->failure;

	explore_tell_what(view, failure, put_line, out);
	explore_tell_why(view, failure, put_line, out);
}

static void put_bar(FILE *out)
{
	fputs("<div id=\"bar\" hidden><button id=\"back\">Back</button> "
	      "<button id=\"on\">Next</button> "
	      "<span id=\"say\" role=\"status\" aria-live=\"polite\"></span> "
	      "<small>arrow keys, Home and End do the same</small></div>\n",
		out);
}

static void put_head_row(FILE *out, const struct wire *wire)
{
	char name[EXPLORE_WORDS_SIZE];

	fputs("<thead><tr><th scope=\"col\">step</th>"
	      "<th scope=\"col\">mark</th>",
		out);
	for (unsigned i = 0; i < wire->nthreads; i++)
		fprintf(out, "<th scope=\"col\">%s</th>",
			explore_thread_name(i, name));
	fputs("<th scope=\"col\">what happens</th></tr></thead>\n", out);
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

static void put_source(FILE *out, struct explore_view *view, uint64_t pc)
{
	struct place place;

	if (!symbols_place(view->symbols, pc, &place)) {
		fputs("&#8211;", out);
		return;
	}
	fprintf(out, "%d: <code>", place.line);
	xml_put(out, explore_line(view, &place));
	fputs("</code>", out);
}

static void put_cell(
	FILE *out, struct explore_view *view, const struct event *event)
{
	struct place place;

	if (event->op.kind == OP_FLUSH &&
		symbols_place(view->symbols, event->op.pc, &place))
		fprintf(out, "(%d)", place.line);
	else
		put_source(out, view, event->op.pc);
}

/* On a narrow page a row is a line, and has nothing above that names it. */
static void put_thread(FILE *out, unsigned thread)
{
	char name[EXPLORE_WORDS_SIZE];

	fprintf(out, "<td data-who=\"%s\">", explore_thread_name(thread, name));
}

static void put_row(FILE *out, struct explore_view *view, uint32_t i)
{
	const struct event *event = &view->wire->events[i];
	char words[EXPLORE_WORDS_SIZE];

	fputs("<tr data-held=\"", out);
	put_held(out, view, i + 1);
	fprintf(out, "\"><td>%u</td><td class=\"mark\">", i + 1);
	xml_put(out, explore_marks(view, i));
	fputs("</td>", out);
	for (unsigned t = 0; t < view->wire->nthreads; t++) {
		put_thread(out, t);
		if (t == event->thread)
			put_cell(out, view, event);
		fputs("</td>", out);
	}
	fputs("<td>", out);
	xml_put(out, explore_event_words(view, event, words));
	fputs("</td></tr>\n", out);
}

/* In the words of the text; a mark that no row has is not explained. */
static void put_legend(FILE *out, struct explore_view *view)
{
	const char *who = view->result->schedule.processes ? "process"
							   : "thread";

	fprintf(out,
		"<dl>\n<dt>&gt;</dt><dd>a switch that the failure needs: the "
		"%s before could go on, and is made to wait</dd>\n",
		who);
	if (view->result->lost_at)
		fputs("<dt>!</dt><dd>the point of no return: from this step "
		      "on, every way leads to a failure</dd>\n",
			out);
	if (explore_has_stuck(view->wire))
		fputs("<dt>x</dt><dd>who waits here waits for ever</dd>\n",
			out);
	fputs("<dt>fail</dt><dd>where the steps end, with the failure</dd>\n"
	      "</dl>\n",
		out);
}

/* The last: where the steps have led to. */
static void put_failure(FILE *out, struct explore_view *view)
{
	const struct finding *failure = &view->result->failure;
	bool deadlock = failure->kind == FOUND_DEADLOCK;

	fputs("<tr class=\"fail\" data-held=\"", out);
	put_held(out, view, view->wire->nevents);
	fputs("\"><td colspan=\"2\">fail </td>", out);
	for (unsigned t = 0; t < view->wire->nthreads; t++) {
		put_thread(out, t);
		if (!deadlock && t == failure->first.thread)
			put_source(out, view, failure->first.pc);
		fputs("</td>", out);
	}
	fputs("<td>", out);
	xml_put(out, explore_finding_name(failure->kind));
	fputs("</td></tr>\n", out);
}

/* Where it is from, how little it takes, and what shows it again. */
static void put_replay(FILE *out, struct explore_view *view)
{
	int n = view->result->preemptions;

	fputs("<p>File: <code>", out);
	xml_put(out, view->sources->files[0]);
	fputs("</code></p>\n", out);
	if (view->result->always)
		fputs("<p>It fails in every order.</p>\n", out);
	else if (n >= 0)
		fprintf(out, "<p>It takes %s%d preemption%s.</p>\n",
			view->result->fewest || n == 0 ? "" : "at most ", n,
			text_plural((unsigned)n));
	fputs("<p>Again: <code>conc replay ", out);
	xml_put(out, view->schedule);
	fputs(" ", out);
	xml_put(out, view->sources->files[0]);
	fputs("</code></p>\n", out);
}

static void put_page(FILE *out, struct explore_view *view)
{
	fputs(head, out);
	put_title(out, view);
	fputs(style, out);
	fputs("</head>\n<body>\n<main>\n", out);
	put_why(out, view);
	put_bar(out);
	put_legend(out, view);
	fputs("<table>\n", out);
	put_head_row(out, view->wire);
	fputs("<tbody>\n", out);
	for (uint32_t i = 0; i < view->wire->nevents; i++)
		put_row(out, view, i);
	put_failure(out, view);
	fputs("</tbody></table>\n", out);
	put_replay(out, view);
	fputs("</main>\n", out);
	fputs(script, out);
	fputs("</body>\n</html>\n", out);
}

int explore_save_html(struct explore_view *view, const char *path)
{
	struct savefile file;
	int status = savefile_open(&file, path);

	if (status)
		return status;
	put_page(file.out, view);
	return savefile_close(&file);
}
