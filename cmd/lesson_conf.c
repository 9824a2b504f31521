/* What a lesson.conf says. */
#include "cmd/lesson.h"

#include "cmd/config.h"
#include "cmd/msg.h"
#include "cmd/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_BOUND = 20,
	MOST_BUDGET = 100,
};

static const char *const explorers[] = {"threads", "processes", NULL};
static const char *const memories[] = {"sc", "tso", "c11", NULL};

/* A row of lesson.conf. A choice is one of words, a count one up to most. */
struct row {
	const char *key;
	enum {
		ROW_TEXT,
		ROW_FILES,
		ROW_CHOICE,
		ROW_COUNT,
		ROW_FLAG
	} kind;
	bool needed;
	size_t offset;
	const char *const *words;
	unsigned most;
};

#define FIELD(field) offsetof(struct lesson, field)

static const struct row rows[] = {
	{"title", ROW_TEXT, true, FIELD(title), NULL, 0},
	{"task", ROW_TEXT, true, FIELD(task), NULL, 0},
	{"file", ROW_TEXT, true, FIELD(file), NULL, 0},
	{"companions", ROW_FILES, false, FIELD(companions), NULL, 0},
	{"scenarios", ROW_FILES, false, FIELD(scenarios), NULL, 0},
	{"see", ROW_TEXT, false, FIELD(see), NULL, 0},
	{"ask", ROW_TEXT, false, FIELD(question.ask), NULL, 0},
	{"a", ROW_TEXT, false, FIELD(question.answers[0]), NULL, 0},
	{"b", ROW_TEXT, false, FIELD(question.answers[1]), NULL, 0},
	{"c", ROW_TEXT, false, FIELD(question.answers[2]), NULL, 0},
	{"right", ROW_TEXT, false, FIELD(question.right), NULL, 0},
	{"because", ROW_TEXT, false, FIELD(question.because), NULL, 0},
	{"explorer", ROW_CHOICE, false, FIELD(explorer), explorers, 0},
	{"bound", ROW_COUNT, false, FIELD(bound), NULL, MOST_BOUND},
	{"spurious", ROW_COUNT, false, FIELD(spurious), NULL, MOST_BUDGET},
	{"kills", ROW_COUNT, false, FIELD(kills), NULL, MOST_BUDGET},
	{"memory", ROW_CHOICE, false, FIELD(memory), memories, 0},
	{"wait-all", ROW_FLAG, false, FIELD(wait_all), NULL, 0},
	{"locks", ROW_FLAG, false, FIELD(locks), NULL, 0},
};

enum {
	NROWS = sizeof(rows) / sizeof(rows[0])
};

static int refuse_value(const char *where, const char *key, const char *value)
{
	msg_error("%s: %s cannot be %s", where, key, text_quote(value).text);
	msg_hint("see 'conc lesson new --help' for what a lesson.conf says");
	return EXIT_USAGE;
}

static bool set_choice(
	unsigned *field, const struct row *row, const char *value)
{
	for (unsigned i = 0; row->words[i]; i++) {
		if (!strcmp(row->words[i], value)) {
			*field = i;
			return true;
		}
	}
	return false;
}

static bool set_count(unsigned *field, const struct row *row, const char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (!isdigit((unsigned char)*value) || *end || n > row->most)
		return false;
	*field = (unsigned)n;
	return true;
}

/* A name in the lesson's folder, and nothing that leads out of it. */
static bool is_file_name(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/') &&
	       text_is_plain(name);
}

/* "a.h b.h", cut up in place. */
static bool set_files(const char **field, char *value)
{
	char *save, *name = strtok_r(value, " ", &save);
	unsigned n = 0;

	for (; name; name = strtok_r(NULL, " ", &save)) {
		if (n == LESSON_MOST_COMPANIONS || !is_file_name(name))
			return false;
		field[n++] = name;
	}
	field[n] = NULL;
	return true;
}

static bool set_flag(bool *field, const char *value)
{
	*field = !strcmp(value, "yes");
	return *field || !strcmp(value, "no");
}

static bool set_row(struct lesson *lesson, const struct row *row, char *value)
{
	void *field = (char *)lesson + row->offset;

	switch (row->kind) {
	case ROW_TEXT:
		*(const char **)field = value;
		return *value && text_is_plain(value);
	case ROW_FILES:
		return set_files(field, value);
	case ROW_CHOICE:
		return set_choice(field, row, value);
	case ROW_COUNT:
		return set_count(field, row, value);
	case ROW_FLAG:
		return set_flag(field, value);
	}
	return false;
}

/* A config_fn. The text is ours: it may be cut up. */
static int set_line(
	void *context, const char *where, const char *key, const char *value)
{
	struct lesson *lesson = context;

	for (size_t i = 0; i < NROWS; i++) {
		if (strcmp(rows[i].key, key) != 0)
			continue;
		return set_row(lesson, &rows[i], (char *)value)
			       ? 0
			       : refuse_value(where, key, value);
	}
	msg_error("%s: a lesson.conf has no %s", where, text_quote(key).text);
	msg_hint("see 'conc lesson new --help' for what a lesson.conf says");
	return EXIT_USAGE;
}

static int refuse_missing(const char *path, const char *key)
{
	msg_error("%s does not say %s", text_quote(path).text, key);
	msg_hint("add a line such as '%s = ...'", key);
	return EXIT_USAGE;
}

/* Who asks has three answers, one of which is right, and says why. */
static int find_missing_answer(
	const struct lesson_question *question, const char *path)
{
	static const char *const letters[] = {"a", "b", "c"};

	if (!question->ask)
		return 0;
	for (unsigned i = 0; i < LESSON_ANSWERS; i++)
		if (!question->answers[i])
			return refuse_missing(path, letters[i]);
	if (!question->because)
		return refuse_missing(path, "because");
	if (!question->right)
		return refuse_missing(path, "right");
	return strlen(question->right) == 1 && strchr("abc", *question->right)
		       ? 0
		       : refuse_value(path, "right", question->right);
}

static int find_missing(const struct lesson *lesson, const char *path)
{
	for (size_t i = 0; i < NROWS; i++) {
		const char *const *field =
			(const void *)((const char *)lesson + rows[i].offset);

		if (rows[i].needed && !*field)
			return refuse_missing(path, rows[i].key);
	}
	if (!is_file_name(lesson->file))
		return refuse_value(path, "file", lesson->file);
	return find_missing_answer(&lesson->question, path);
}

int lesson_parse_conf(
	struct lesson *lesson, const char *path, char *text, size_t length)
{
	int code = config_read_text(path, text, length, set_line, lesson);

	return code ? code : find_missing(lesson, path);
}

int lesson_read_conf(struct lesson *lesson, const char *path)
{
	size_t length;
	int code = config_load(path, &lesson->text, &length);

	if (code)
		return code;
	return lesson->text
		       ? lesson_parse_conf(lesson, path, lesson->text, length)
		       : find_missing(lesson, path);
}
