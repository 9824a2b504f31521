/* The verbs list, progress, show, hint and solution: what there is to read. */
#include "cmd/lesson.h"

#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/table.h"
#include "cmd/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct table_column list_columns[] = {
	{"slug", "lesson", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
	{"title", "what it is about", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
};

/* Without the title: all of a course fits into 80 columns and 24 lines. */
static const struct table_column progress_columns[] = {
	{"slug", "lesson", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
	{"title", "what it is about", NULL, TABLE_LEFT, TABLE_PROGRAMS},
	{"passed", "passed", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
	{"tries", "tries", NULL, TABLE_RIGHT, TABLE_EVERYWHERE},
	{"hints", "hints", NULL, TABLE_RIGHT, TABLE_EVERYWHERE},
	{"explained", "explained", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
	{"current", "current", NULL, TABLE_LEFT, TABLE_PROGRAMS},
};

enum {
	LIST_COLUMNS = sizeof(list_columns) / sizeof(list_columns[0]),
	PROGRESS_COLUMNS = sizeof(progress_columns) /
			   sizeof(progress_columns[0]),
};

/* Rows with what the learner has done, or, without a place, only the titles. */
static struct table *make_table(
	const struct lesson_shelf *shelf, const struct lesson_place *place)
{
	struct table *table =
		place ? table_create(progress_columns, PROGRESS_COLUMNS)
		      : table_create(list_columns, LIST_COLUMNS);

	for (size_t i = 0; table && i < shelf->n; i++) {
		const struct lesson *lesson = &shelf->lessons[i];
		const struct workshop *workshop = place ? &place->workshop
							: NULL;

		table_row(table);
		table_text(table, lesson->slug);
		table_text(table, lesson->title);
		if (!place)
			continue;
		table_text(table,
			lesson_passed(place, lesson)
				? workshop_get(workshop, "passed", lesson->slug)
				: "");
		table_uint(
			table, workshop_count(workshop, "tries", lesson->slug));
		table_uint(
			table, workshop_count(workshop, "hints", lesson->slug));
		table_bool(table, workshop_get(workshop, "explained",
					  lesson->slug) != NULL);
		table_bool(table, lesson == place->lesson);
	}
	return table;
}

static int print_table(struct table *table, const char *schema)
{
	struct json json;

	if (!table || table_error(table)) {
		table_destroy(table);
		msg_error("cannot list the lessons: %s", strerror(ENOMEM));
		msg_hint("try again");
		return EXIT_REFUSED;
	}
	if (global.json) {
		json_begin(&json, stdout, schema);
		table_json(table, &json, "lessons");
		json_finish(&json);
	} else {
		table_print(table, stdout, TABLE_TEXT);
	}
	table_destroy(table);
	return EXIT_GOOD;
}

static int run_list(const void *options, int noperands, char **operands)
{
	struct lesson_shelf shelf;
	int code = lesson_shelf_open(&shelf);

	(void)options;
	(void)noperands;
	(void)operands;
	if (code)
		return code;
	code = print_table(make_table(&shelf, NULL), "conc.lesson.list");
	lesson_shelf_close(&shelf);
	return code;
}

const struct command lesson_list = {
	.name = "list",
	.summary = "all lessons, the name first",
	.examples =
		(const struct command_example[]){
			{"conc lesson list", "what the course is about"},
			{0},
		},
	.run = run_list,
};

int lesson_print_progress(struct lesson_place *place)
{
	int code = print_table(
		make_table(&place->shelf, place), "conc.lesson.progress");

	if (!code && !global.json && !global.quiet)
		printf("\n%u of %zu passed.\n", lesson_npassed(place),
			place->shelf.n);
	return code;
}

static int run_progress(const void *options, int noperands, char **operands)
{
	struct lesson_place place;
	int code = lesson_place_open(&place, NULL);

	(void)options;
	(void)noperands;
	(void)operands;
	if (code)
		return code;
	code = lesson_print_progress(&place);
	lesson_place_close(&place);
	return code;
}

const struct command lesson_progress = {
	.name = "progress",
	.summary = "what you have done",
	.about = "What you have passed and when, and how many tries and hints "
		 "it took.",
	.examples =
		(const struct command_example[]){
			{"conc lesson progress", "how far am I?"},
			{0},
		},
	.run = run_progress,
};

/* The whole file; NULL with errno when it cannot be read. */
static char *read_text(const char *path)
{
	FILE *in = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!in)
		return NULL;
	if (getdelim(&text, &size, '\0', in) < 0) {
		free(text);
		text = NULL;
	}
	fclose(in);
	return text;
}

static int refuse_text(const char *path)
{
	msg_error("cannot read %s: %s", text_quote(path).text,
		errno ? strerror(errno) : "it is empty");
	msg_hint("is the course whole? try 'conc lesson list'");
	return EXIT_REFUSED;
}

int lesson_print_text(const struct lesson *lesson, const char *name)
{
	char path[PATH_MAX];
	char *text;

	errno = 0;
	if (!lesson_text_path(lesson, name, path) || !(text = read_text(path)))
		return refuse_text(path);
	if (global.json) {
		struct json json;

		json_begin(&json, stdout, "conc.lesson.text");
		json_string(&json, "lesson", lesson->slug);
		json_string(&json, "title", lesson->title);
		json_string(&json, "text", text);
		json_finish(&json);
	} else {
		lesson_render(text, lesson);
	}
	free(text);
	return EXIT_GOOD;
}

static const char *first(int noperands, char **operands)
{
	return noperands ? operands[0] : NULL;
}

static int run_show(const void *options, int noperands, char **operands)
{
	struct lesson_place place;
	int code = lesson_place_open(&place, first(noperands, operands));

	(void)options;
	if (code)
		return code;
	code = lesson_print_text(place.lesson, "README.md");
	lesson_place_close(&place);
	return code;
}

const struct command lesson_show = {
	.name = "show",
	.summary = "read a lesson",
	.about = "The text of a lesson: of the one where you are, or of "
		 "another.",
	.operands = "[LESSON]",
	.operands_max = 1,
	.examples =
		(const struct command_example[]){
			{"conc lesson show", "the text of this lesson"},
			{"conc lesson show mutex", "of another, by its name"},
			{0},
		},
	.run = run_show,
};

struct hint_options {
	unsigned level;
};

static const struct opt hint_rows[] = {
	{.name = "level",
		.letter = 'n',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = offsetof(struct hint_options, level),
		.min = 1,
		.max = LESSON_HINTS,
		.default_text = "the next one",
		.help = "which hint: the first says less"},
	OPT_END,
};

int lesson_print_hint(struct lesson_place *place, unsigned level)
{
	unsigned had = workshop_count(
		&place->workshop, "hints", place->lesson->slug);
	char name[20], value[12];
	int code;

	if (level == 0)
		level = had < LESSON_HINTS ? had + 1 : LESSON_HINTS;
	snprintf(name, sizeof(name), "hint-%u.md", level);
	code = lesson_print_text(place->lesson, name);
	if (code)
		return code;
	if (level > had) {
		snprintf(value, sizeof(value), "%u", level);
		workshop_set(
			&place->workshop, "hints", place->lesson->slug, value);
	}
	if (!global.json && !global.quiet)
		printf("(hint %u of %d)\n", level, LESSON_HINTS);
	return EXIT_GOOD;
}

static int run_hint(const void *given, int noperands, char **operands)
{
	const struct hint_options *options = given;
	struct lesson_place place;
	int code = lesson_place_open(&place, first(noperands, operands));

	if (code)
		return code;
	code = lesson_print_hint(&place, options->level);
	lesson_place_close(&place);
	return code;
}

const struct command lesson_hint = {
	.name = "hint",
	.summary = "a hint; when asked again, a second one",
	.about = "There are two hints for each lesson. They are counted in "
		 "your progress, and are there after you have passed, too.",
	.operands = "[LESSON]",
	.operands_max = 1,
	.options = hint_rows,
	.options_size = sizeof(struct hint_options),
	.examples =
		(const struct command_example[]){
			{"conc lesson hint", "the next hint"},
			{"conc lesson hint -n 1", "the first one again"},
			{0},
		},
	.run = run_hint,
};

static int refuse_solution(void)
{
	msg_error("the solution is shown when you have passed");
	msg_hint("try 'conc lesson hint', or look at what 'conc lesson check' "
		 "says");
	return EXIT_NO;
}

static int run_solution(const void *options, int noperands, char **operands)
{
	struct lesson_place place;
	int code = lesson_place_open(&place, first(noperands, operands));

	(void)options;
	if (code)
		return code;
	code = lesson_passed(&place, place.lesson)
		       ? lesson_print_text(place.lesson, "solution.md")
		       : refuse_solution();
	lesson_place_close(&place);
	return code;
}

const struct command lesson_solution = {
	.name = "solution",
	.summary = "our solution and why, after you have passed",
	.operands = "[LESSON]",
	.operands_max = 1,
	.examples =
		(const struct command_example[]){
			{"conc lesson solution", "how we did it"},
			{"conc lesson solution mutex", "in another lesson"},
			{0},
		},
	.run = run_solution,
};
