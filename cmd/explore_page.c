/* --html: where the page goes, and what must not be lost for it. */
#include "cmd/explore.h"

#include "cmd/exit.h"
#include "cmd/msg.h"
#include "cmd/savefile.h"
#include "cmd/text.h"

#include <string.h>
#include <sys/stat.h>

/* Where --html says; set before anything is explored. */
static const char *html;

static int refuse_html(int error)
{
	msg_error(
		"cannot write %s: %s", text_quote(html).text, strerror(-error));
	msg_hint("name a file in a directory that can be written");
	return EXIT_REFUSED;
}

/* A page instead of what is explored: the FILE of --html was left out. */
static bool is_to_be_kept(int noperands, char **operands)
{
	const char *dot = strrchr(html, '.');
	struct stat page, file;

	if (dot && (!strcmp(dot, ".c") || !strcmp(dot, ".h")))
		return true;
	if (stat(html, &page) != 0 || !S_ISREG(page.st_mode))
		return false;
	for (int i = 0; i < noperands; i++) {
		if (stat(operands[i], &file) == 0 &&
			file.st_dev == page.st_dev &&
			file.st_ino == page.st_ino)
			return true;
	}
	return false;
}

int explore_try_page(const char *path, int noperands, char **operands)
{
	int error;

	html = path;
	if (!html)
		return 0;
	if (is_to_be_kept(noperands, operands)) {
		msg_error("--html %s is no name for a page: what is there "
			  "would be lost",
			text_quote(html).text);
		msg_hint("name the page first, and then the program: "
			 "--html page.html prog.c");
		return EXIT_USAGE;
	}
	error = savefile_try(html);
	return error ? refuse_html(error) : 0;
}

int explore_save_page(struct explore_view *view)
{
	int error;

	if (!html)
		return 0;
	if (view->outcomes || view->result->answer != ANSWER_FOUND) {
		msg_note("no page: there is no failure to show");
		return 0;
	}
	error = explore_save_html(view, html);
	if (error)
		return refuse_html(error);
	msg_note("wrote %s", text_quote(html).text);
	return 0;
}
