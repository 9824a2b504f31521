/* Where lessons are found. */
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
};

static int read_lesson(
	struct lesson *lesson, const char *shelf, const char *slug)
{
	char path[PATH_MAX];

	*lesson = (struct lesson){.bound = -1, .spurious = 1};
	snprintf(lesson->slug, sizeof(lesson->slug), "%s", slug);
	if (snprintf(lesson->folder, sizeof(lesson->folder), "%s/%s", shelf,
		    slug) >= PATH_MAX ||
		!lesson_path(lesson, "lesson.conf", path))
		return lesson_refuse_shelf(shelf, -ENAMETOOLONG);
	return lesson_read_conf(lesson, path);
}

/* "06-mutex": it becomes part of keys, of paths and of what is printed. */
static bool is_slug(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

	return isdigit((unsigned char)name[0]) &&
	       isdigit((unsigned char)name[1]) && name[2] == '-' && name[3] &&
	       !name[n] && n < LESSON_SLUG_SIZE;
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

bool lesson_is_there(const char *slug)
{
	const char *given = lesson_shared.lessons;
	char folder[PATH_MAX];

	if (given ? !realpath(given, folder) : !lesson_shelf_usual(folder))
		return false;
	return is_lesson(folder, slug);
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
