/* The list of levels, the code of one, and that it is won. */
#include "cmd/level.h"

#include "cmd/exit.h"
#include "cmd/global.h"
#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/table.h"
#include "cmd/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct table_column columns[] = {
	{"level", "level", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
	{"title", "title", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
	{"par", "par", NULL, TABLE_RIGHT, TABLE_EVERYWHERE},
	{"spurious", "spurious", NULL, TABLE_RIGHT, TABLE_PROGRAMS},
	{"best", "yours", NULL, TABLE_RIGHT, TABLE_PROGRAMS},
	{"won", "yours", NULL, TABLE_RIGHT, TABLE_PEOPLE},
};

static void add_row(struct table *table, const struct level *level)
{
	table_row(table);
	table_text(table, level->slug);
	table_text(table, level->title);
	table_uint(table, level->par);
	table_uint(table, level->spurious);
	if (level->best >= 0)
		table_uint(table, (unsigned)level->best);
	else
		table_missing(table);
	if (level->best >= 0)
		table_uint(table, (unsigned)level->best);
	else
		table_text(table, "-");
}

/* The first that is not won, from that one on, then from the beginning. */
static const struct level *next_level(
	const struct level_shelf *shelf, size_t from)
{
	for (size_t i = 0; i < shelf->n; i++) {
		const struct level *level =
			&shelf->levels[(from + i) % shelf->n];

		if (level->best < 0)
			return level;
	}
	return NULL;
}

static void print_next(const struct level_shelf *shelf, size_t from)
{
	const struct level *next = next_level(shelf, from);

	if (next)
		printf("Next: conc play %s\n", next->slug);
	else
		printf("All levels are won. Go on with your own: "
		       "conc play prog.c\n");
}

static void print_json(const struct table *table)
{
	struct json json;

	json_begin(&json, stdout, "conc.play");
	table_json(table, &json, "levels");
	json_finish(&json);
}

static void print_text(
	const struct level_shelf *shelf, const struct table *table)
{
	table_print(table, stdout, TABLE_TEXT);
	if (global.quiet)
		return;
	printf("\nMake each program fail: you say which thread takes the next "
	       "step.\npar is how few preemptions it takes, that is, how often "
	       "another\nthread goes on although the last one could have.\n");
	print_next(shelf, 0);
}

int level_print_list(const struct level_shelf *shelf)
{
	struct table *table = table_create(
		columns, sizeof(columns) / sizeof(*columns));
	int error = table ? 0 : -ENOMEM;

	for (size_t i = 0; table && i < shelf->n; i++)
		add_row(table, &shelf->levels[i]);
	if (table)
		error = table_error(table);
	if (error)
		msg_error("cannot list the levels: %s", strerror(-error));
	else if (global.json)
		print_json(table);
	else
		print_text(shelf, table);
	table_destroy(table);
	return error ? EXIT_REFUSED : EXIT_GOOD;
}

static bool begins(const char *line, const char *start)
{
	return !strncmp(line, start, strlen(start));
}

/* What comes after the code. */
static bool is_ours(const char *line)
{
	return begins(line, "/* win: ") || begins(line, "/* why: ") ||
	       begins(line, "/* lesson: ");
}

/* Lines between #ifdef FIXED and #else are the twin's. */
struct listing {
	unsigned number;
	bool in_code; /* after the goal and our comments */
	bool is_twins; /* the branch that we are in */
	bool is_split; /* somewhere between #ifdef FIXED and #endif */
};

/* Whether the line is to be shown. */
static bool take_code(struct listing *at, const char *line)
{
	if (begins(line, "#ifdef FIXED") || begins(line, "#ifndef FIXED")) {
		at->is_split = true;
		at->is_twins = line[3] == 'd';
		return false;
	}
	if (at->is_split && begins(line, "#else")) {
		at->is_twins = !at->is_twins;
		return false;
	}
	if (at->is_split && begins(line, "#endif")) {
		at->is_split = at->is_twins = false;
		return false;
	}
	at->in_code = at->in_code || *line == '#';
	return at->in_code && !at->is_twins && !is_ours(line);
}

static void print_code_line(unsigned number, const char *line)
{
	printf(*line == '\n' ? "%4u" : "%4u  ", number);
	for (; *line == '\t'; line++)
		printf("    ");
	text_print(stdout, line, strcspn(line, "\n"));
	putchar('\n');
}

static void print_goal_line(const char *line)
{
	text_print(stdout, line, strcspn(line, "\n"));
	putchar('\n');
}

void level_print_code(
	const struct level_shelf *shelf, const struct level *level)
{
	struct listing at = {.number = 0};
	char path[PATH_MAX], line[256];
	FILE *in = level_path(shelf, level, path) ? fopen(path, "re") : NULL;

	printf("Level %s: %s\n\n", level->slug, level->title);
	while (in && fgets(line, sizeof(line), in)) {
		at.number++;
		if (!at.in_code && begins(line, " * "))
			print_goal_line(line + 3);
		else if (take_code(&at, line))
			print_code_line(at.number, line);
		else if (!at.in_code && begins(line, " */"))
			putchar('\n');
	}
	if (in)
		fclose(in);
}

void level_print_won(const struct level_shelf *shelf, const struct level *level,
	unsigned used)
{
	if (used <= level->par)
		printf("\nLevel %s won, with the fewest preemptions: %u.\n",
			level->slug, used);
	else
		printf("\nLevel %s won, with %u preemption%s. It can be done "
		       "with %u.\n",
			level->slug, used, text_plural(used), level->par);
	print_next(shelf, (size_t)(level - shelf->levels));
}
