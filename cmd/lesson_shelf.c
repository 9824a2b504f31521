/* Where lessons are found, and what their lesson.conf says. */
#include "cmd/lesson.h"

#include "cmd/config.h"
#include "cmd/msg.h"
#include "cmd/text.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	MOST_LESSONS = 200,
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
	return *name && *name != '.' && !strchr(name, '/');
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
		return *value;
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

static int read_lesson(
	struct lesson *lesson, const char *shelf, const char *slug)
{
	char path[PATH_MAX];
	int code;

	*lesson = (struct lesson){.bound = -1, .spurious = 1};
	snprintf(lesson->slug, sizeof(lesson->slug), "%s", slug);
	if (snprintf(lesson->folder, sizeof(lesson->folder), "%s/%s", shelf,
		    slug) >= PATH_MAX ||
		!lesson_path(lesson, "lesson.conf", path))
		return lesson_refuse_shelf(shelf, -ENAMETOOLONG);
	code = config_read_file(path, &lesson->text, set_line, lesson);
	return code ? code : find_missing(lesson, path);
}

/* "06-mutex" */
static bool is_slug(const char *name)
{
	return isdigit((unsigned char)name[0]) &&
	       isdigit((unsigned char)name[1]) && name[2] == '-' && name[3] &&
	       strlen(name) < LESSON_SLUG_SIZE;
}

static int select_slug(const struct dirent *entry)
{
	return is_slug(entry->d_name);
}

int lesson_refuse_shelf(const char *folder, int error)
{
	msg_error("cannot read the lessons in %s: %s", text_quote(folder).text,
		strerror(-error));
	msg_hint("name their folder with --lessons DIR");
	return EXIT_REFUSED;
}

static int refuse_empty(const char *folder)
{
	msg_error("there is no lesson in %s", text_quote(folder).text);
	msg_hint("a lesson is a folder such as %s/06-mutex with a lesson.conf",
		text_quote(folder).text);
	return EXIT_REFUSED;
}

/* A folder without lesson.conf is a place that is kept for a lesson. */
static bool is_lesson(const char *shelf, const char *slug)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/%s/lesson.conf", shelf, slug) <
		       PATH_MAX &&
	       access(path, R_OK) == 0;
}

static int read_shelf(
	struct lesson_shelf *shelf, struct dirent **entries, int n)
{
	int code = 0;

	shelf->lessons = calloc(MOST_LESSONS, sizeof(*shelf->lessons));
	if (!shelf->lessons)
		return lesson_refuse_shelf(shelf->folder, -ENOMEM);
	for (int i = 0; i < n && !code && shelf->n < MOST_LESSONS; i++) {
		if (is_lesson(shelf->folder, entries[i]->d_name))
			code = read_lesson(&shelf->lessons[shelf->n++],
				shelf->folder, entries[i]->d_name);
	}
	return code || shelf->n ? code : refuse_empty(shelf->folder);
}

/* Beside the program: where it is installed, or where it was built. */
bool lesson_shelf_usual(char folder[PATH_MAX])
{
	static const char *const places[] = {
		"/../share/conc/lessons", "/../lessons", "/../../lessons"};
	const char *elsewhere = getenv("CONC_LESSONS");
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0)
		return false;
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char path[PATH_MAX + 32];

		snprintf(path, sizeof(path), "%s%s", self, places[i]);
		if (realpath(path, folder))
			return true;
	}
	return elsewhere && *elsewhere && realpath(elsewhere, folder);
}

int lesson_shelf_open(struct lesson_shelf *shelf)
{
	struct dirent **entries;
	int n, code;

	*shelf = (struct lesson_shelf){.n = 0};
	if (!lesson_shared.lessons && !lesson_shelf_usual(shelf->folder))
		return lesson_refuse_shelf("share/conc/lessons", -ENOENT);
	if (lesson_shared.lessons &&
		!realpath(lesson_shared.lessons, shelf->folder))
		return lesson_refuse_shelf(lesson_shared.lessons, -errno);
	n = scandir(shelf->folder, &entries, select_slug, alphasort);
	if (n < 0)
		return lesson_refuse_shelf(shelf->folder, -errno);
	code = read_shelf(shelf, entries, n);
	while (n > 0)
		free(entries[--n]);
	free(entries);
	if (code)
		lesson_shelf_close(shelf);
	return code;
}

void lesson_shelf_close(struct lesson_shelf *shelf)
{
	for (size_t i = 0; i < shelf->n; i++)
		free(shelf->lessons[i].text);
	free(shelf->lessons);
	*shelf = (struct lesson_shelf){.n = 0};
}

static bool matches(const struct lesson *lesson, const char *word)
{
	char *end;
	unsigned long number = strtoul(word, &end, 10);

	if (isdigit((unsigned char)*word) && !*end)
		return number == strtoul(lesson->slug, NULL, 10);
	return !strcmp(lesson->slug, word) || !strcmp(lesson->slug + 3, word);
}

struct lesson *lesson_find(const struct lesson_shelf *shelf, const char *word)
{
	for (size_t i = 0; i < shelf->n; i++)
		if (matches(&shelf->lessons[i], word))
			return &shelf->lessons[i];
	return NULL;
}

int lesson_refuse(const struct lesson_shelf *shelf, const char *word)
{
	msg_error("there is no lesson %s in %s", text_quote(word).text,
		text_quote(shelf->folder).text);
	msg_hint("try 'conc lesson list'");
	return EXIT_USAGE;
}

bool lesson_path(
	const struct lesson *lesson, const char *name, char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s/%s", lesson->folder, name) <
	       PATH_MAX;
}

bool lesson_has(const struct lesson *lesson, const char *name)
{
	char path[PATH_MAX];

	return lesson_path(lesson, name, path) && access(path, R_OK) == 0;
}

/* "de" of LANGUAGE, LC_ALL, LC_MESSAGES or LANG; "" when there is none. */
static void find_language(char language[4])
{
	static const char *const variables[] = {
		"LC_ALL", "LC_MESSAGES", "LANG"};
	size_t n;

	*language = '\0';
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		const char *value = getenv(variables[i]);

		if (!value || !*value)
			continue;
		n = strcspn(value, "_.@");
		if (n == 2 || n == 3)
			snprintf(language, 4, "%.*s", (int)n, value);
		return;
	}
}

bool lesson_text_path(
	const struct lesson *lesson, const char *name, char path[PATH_MAX])
{
	char language[4];

	find_language(language);
	if (*language &&
		snprintf(path, PATH_MAX, "%s/%s/%s", lesson->folder, language,
			name) < PATH_MAX &&
		access(path, R_OK) == 0)
		return true;
	return lesson_path(lesson, name, path);
}
