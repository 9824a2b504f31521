/*
 * The failed execution as one HTML file that needs nothing else: a table of
 * its steps, and a script that goes through it step by step. Without the
 * script the table is all there.
 */
#include "cmd/explore.h"

#include "cmd/explore_trace.h"
#include "cmd/savefile.h"
#include "cmd/text.h"
#include "cmd/xml.h"

#include <stdio.h>
#include <string.h>

static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" "
	"content=\"width=device-width,initial-scale=1\">\n";

/*
 * A thread has a narrow lane, with its name where it takes the step: so the
 * source and what happens have room, however many threads there are.
 */
static const char style[] =
	"<style>\n"
	":root{color-scheme:light dark;--line:#8886;--now:#ffd54f66;"
	"--must:#b3261e;--lane:50%}\n"
	"@media(prefers-color-scheme:dark){:root{--now:#8a6d0066;"
	"--must:#ff8a80}}\n"
	"body{font:clamp(15px,1.4vw,24px)/1.4 system-ui,sans-serif;"
	"margin:1rem 1.5rem}\n"
	"h1{font-size:1.4em;margin:.5rem 0}p{margin:.5rem 0}\n"
	"body,code{overflow-wrap:anywhere}\n"
	"table{border-collapse:collapse;width:100%}\n"
	"th,td{border:1px solid var(--line);padding:.15rem .4rem;"
	"text-align:left;vertical-align:top}\n"
	"th,.nr,.mark,.on{white-space:nowrap;overflow-wrap:normal}\n"
	".nr{text-align:right}.source{width:52%}.what{width:36%}\n"
	".on{background:hsl(var(--hue) 80% var(--lane)/.3);"
	"text-align:center}\n"
	"td code{white-space:pre-wrap}td i{white-space:nowrap;"
	"font-style:normal}\n"
	"tr.now{background:var(--now);outline:2px solid}\n"
	".stepping tr.later td{opacity:.45}\n"
	"td.mark,tr.fail td,dt{color:var(--must);font-weight:700}\n"
	"dl{display:grid;grid-template-columns:max-content 1fr;"
	"gap:0 .8rem;margin:.5rem 0}\ndd{margin:0}\n"
	"#bar{position:sticky;top:0;background:Canvas;padding:.4rem 0;"
	"border-bottom:1px solid var(--line)}\n"
	"#say{font-size:1.15em;min-height:2.8em;margin:.3rem 0 0}\n"
	"button{font:inherit;padding:.2rem .8rem}\n"
	"@media screen and (max-width:50rem){body{margin:.6rem}"
	"thead{position:absolute;left:-99rem}"
	"tbody,tr{display:block}tr{border-top:1px solid var(--line);"
	"padding:.3rem 0}td{border:0;padding:0 .4rem 0 0;display:inline}"
	"td.on{padding:0 .4rem;margin-right:.4rem}"
	"td:empty,#bar small{display:none}td.what{display:block}}\n"
	"@media print{body{font-size:10pt;margin:0}#bar{display:none}"
	"tr{break-inside:avoid}tr.now{outline:0;background:none}"
	".stepping tr.later td{opacity:1}"
	".on{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n"
	"</style>\n";

/*
 * The page opens at its top, before the first step, with nothing faded: whoever
 * shows it to others goes on from there by one key, and whoever reads it
 * alone has all of it. The hash of the address keeps the step.
 */
static const char script[] =
	"<script>\n"
	"(function(){\n"
	"function id(name){return document.getElementById(name);}\n"
	"var rows=[].slice.call(document.querySelectorAll('tbody tr'));\n"
	"var at=0,last=rows.length-1,table=id('steps');\n"
	"var calm=matchMedia('(prefers-reduced-motion: reduce)').matches;\n"
	"function mark(i){return rows[i].querySelector('.mark').textContent;}\n"
	"function next(c){\n"
	" for(var k=1;k<=rows.length;k++){var i=(at+k)%rows.length;"
	"if(mark(i).indexOf(c)>=0)return i;}\n"
	" return at;\n"
	"}\n"
	"function show(i){\n"
	" var on=rows[i].querySelector('.on'),who=on?on.textContent:'',"
	"what=rows[i].lastElementChild.textContent;\n"
	" rows.forEach(function(r,k){r.classList.toggle('now',k===i);"
	"r.classList.toggle('later',k>i);});\n"
	" id('say').textContent=(i<last?"
	"'Step '+(i+1)+' of '+last+': '+(who?who+' ':'')+what:"
	"'The failure: '+what+(who?' in '+who:''))+'. '+"
	"rows[i].getAttribute('data-held');\n"
	"}\n"
	"function go(i,opens){\n"
	" at=Math.max(0,Math.min(last,i));\n"
	" show(at);table.classList.add('stepping');\n"
	" rows[at].scrollIntoView({block:'center',"
	"behavior:calm||opens?'auto':'smooth'});\n"
	" history.replaceState(null,'','#'+(at+1));\n"
	"}\n"
	"id('bar').hidden=false;\n"
	"id('back').onclick=function(){go(at-1);};\n"
	"id('on').onclick=function(){go(at+1);};\n"
	"if(id('lost'))id('lost').onclick=function(){go(next('!'));};\n"
	"document.addEventListener('keydown',function(e){\n"
	" if(e.ctrlKey||e.altKey||e.metaKey)return;\n"
	" var to={ArrowLeft:at-1,ArrowRight:at+1,Home:0,End:last}[e.key];\n"
	" if(e.key==='!'||e.key==='>')to=next(e.key);\n"
	" if(to!==undefined){go(to);e.preventDefault();}\n"
	"});\n"
	"rows.forEach(function(r,k){r.onclick=function(){go(k);};});\n"
	"if(+location.hash.slice(1)>0)go(+location.hash.slice(1)-1,true);"
	"else show(0);\n"
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

static void put_bar(FILE *out, const struct explore_view *view)
{
	bool lost = explore_has_lost(view);

	fprintf(out,
		"<div id=\"bar\" hidden><button id=\"back\">Back</button> "
		"<button id=\"on\">Next</button> %s"
		"<small>keys: &larr; &rarr; Home End, &gt; for the next "
		"switch%s</small>\n"
		"<p id=\"say\" role=\"status\" aria-live=\"polite\"></p>"
		"</div>\n",
		lost ? "<button id=\"lost\">To the point of no return"
		       "</button> "
		     : "",
		lost ? ", ! for the point of no return" : "");
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
	if (explore_has_lost(view))
		fputs("<dt>!</dt><dd>the point of no return: from this step "
		      "on, every way leads to a failure</dd>\n",
			out);
	if (explore_has_stuck(view->wire))
		fputs("<dt>x</dt><dd>who waits here waits for ever</dd>\n",
			out);
	if (explore_only_early(view))
		fputs("<dt></dt><dd>only a wake-up without a signal could "
		      "help</dd>\n",
			out);
	fputs("<dt>fail</dt><dd>where the steps end, with the failure</dd>\n"
	      "</dl>\n",
		out);
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
	put_bar(out, view);
	put_legend(out, view);
	explore_put_steps(out, view);
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
