/*
 * Print a lesson's text: Markdown, with the code that it quotes. A line
 *
 *	---?code=lessons/05-data-race/count.c&tags=add
 *
 * stands for the region `add` of that file, which lies beside the lessons'
 * folder; without tags for the whole file.
 */
#include "cmd/lesson.h"

#include "cmd/markdown.h"
#include "cmd/msg.h"
#include "cmd/term.h"
#include "cmd/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	PAGE_WIDTH = 80,
	TAGS_SIZE = 200,
};

static const char quote_mark[] = "---?code=";

/* The word after NAME= in "FILE&lang=c&tags=a,b"; "" when there is none. */
static void take_value(const char *line, size_t length, const char *name,
	char value[TAGS_SIZE])
{
	const char *at = line, *end = line + length;
	size_t name_length = strlen(name);

	*value = '\0';
	while (at && at < end) {
		at = memchr(at, '&', (size_t)(end - at));
		if (!at || (size_t)(end - ++at) <= name_length)
			return;
		if (strncmp(at, name, name_length) != 0 ||
			at[name_length] != '=')
			continue;
		at += name_length + 1;
		snprintf(value, TAGS_SIZE, "%.*s",
			(int)strcspn(at, "&\r\n ") < (int)(end - at)
				? (int)strcspn(at, "&\r\n ")
				: (int)(end - at),
			at);
		return;
	}
}

/* Whether tags, "a,b", has the one that a line of code opens or closes. */
static bool names_tag(const char *line, const char *mark, const char *tags)
{
	const char *at = strstr(line, mark);
	size_t length = at ? strcspn(at + strlen(mark), "[") : 0;

	while (at && *tags) {
		size_t n = strcspn(tags, ",");

		if (n == length && !strncmp(tags, at + strlen(mark), n))
			return true;
		tags += n + (tags[n] == ',');
	}
	return false;
}

static bool is_mark(const char *line)
{
	return strstr(line, "tag::") || strstr(line, "end::");
}

static void quote_lines(FILE *out, FILE *in, const char *tags)
{
	bool inside = !*tags;
	char *line = NULL;
	size_t size = 0;

	fputs("```c\n", out);
	while (getline(&line, &size, in) > 0) {
		if (names_tag(line, "tag::", tags))
			inside = true;
		else if (names_tag(line, "end::", tags))
			inside = false;
		else if (inside && !is_mark(line))
			fputs(line, out);
	}
	fputs("```\n", out);
	free(line);
}

/* Beside the shelf, and no further up. */
static bool quoted_path(const struct lesson *lesson, const char *line,
	size_t length, char path[PATH_MAX])
{
	size_t n = 0;

	while (n < length && !strchr("&\r\n ", line[n]))
		n++;
	return snprintf(path, PATH_MAX, "%s/../../%.*s", lesson->folder, (int)n,
		       line) < PATH_MAX &&
	       !strstr(path + strlen(lesson->folder) + 7, "..");
}

static void quote(
	FILE *out, const struct lesson *lesson, const char *line, size_t length)
{
	char path[PATH_MAX], tags[TAGS_SIZE];
	FILE *in = quoted_path(lesson, line, length, path) ? fopen(path, "re")
							   : NULL;

	if (!in) {
		fprintf(out, "(the code %.*s is not here)\n", (int)length,
			line);
		return;
	}
	take_value(line, length, "tags", tags);
	quote_lines(out, in, tags);
	fclose(in);
}

static void expand(FILE *out, const char *text, const struct lesson *lesson)
{
	size_t mark = sizeof(quote_mark) - 1;

	while (*text) {
		size_t length = strcspn(text, "\n");

		if (!strncmp(text, quote_mark, mark))
			quote(out, lesson, text + mark, length - mark);
		else
			fwrite(text, 1, length, out);
		putc('\n', out);
		text += length + (text[length] == '\n');
	}
}

int lesson_render(const char *text, const struct lesson *lesson)
{
	unsigned width = term_width(STDOUT_FILENO);
	struct markdown_style style = {
		.width = width && width < PAGE_WIDTH ? width : PAGE_WIDTH,
		.colour = term_has_color(STDOUT_FILENO),
	};
	char *whole = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&whole, &size);
	int error = -ENOMEM;

	if (out) {
		expand(out, text, lesson);
		error = fclose(out) ? -ENOMEM : 0;
	}
	if (!error)
		error = markdown_print(stdout, whole, size, &style);
	free(whole);
	if (!error)
		return EXIT_GOOD;
	msg_error("cannot show the lesson: %s", strerror(-error));
	msg_hint("try again");
	return EXIT_REFUSED;
}
