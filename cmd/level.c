/* Where the levels are, and what they say of themselves. */
#include "cmd/level.h"

#include "cmd/exit.h"
#include "cmd/keyfile.h"
#include "cmd/lesson.h"
#include "cmd/msg.h"
#include "cmd/text.h"
#include "cmd/workshop.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define SCORES "levels"

enum {
	MOST_PREEMPTIONS = 10000,
};

bool level_path(const struct level_shelf *shelf, const struct level *level,
	char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s/%s.c", shelf->folder, level->slug) <
	       PATH_MAX;
}

/* "02-visitors.c": the name becomes a key, and is printed. */
static int select_level(const struct dirent *entry)
{
	const char *name = entry->d_name;
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_");

	return n > 3 && n < LEVEL_SLUG_SIZE && isdigit((unsigned char)*name) &&
	       isdigit((unsigned char)name[1]) && name[2] == '-' &&
	       !strcmp(name + n, ".c");
}

/* "key: value" in a comment of its own; NULL when it is another line. */
static char *read_comment(char *line, const char *key)
{
	size_t n = strlen(key);
	char *end = strstr(line, " */");

	if (strncmp(line, "/* ", 3) != 0 || strncmp(line + 3, key, n) != 0 ||
		!end || end < line + 3 + n)
		return NULL;
	*end = '\0';
	return line + 3 + n;
}

static void read_count(unsigned *count, const char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (isdigit((unsigned char)*value) && !*end && n <= LEVEL_MOST)
		*count = (unsigned)n;
}

static void read_line(struct level *level, char *line)
{
	char *par = read_comment(line, "par: ");
	char *spurious = read_comment(line, "spurious: ");
	char *title = read_comment(line, "title: ");
	char *why = read_comment(line, "why: ");
	char *lesson = read_comment(line, "lesson: ");

	if (par)
		read_count(&level->par, par);
	if (spurious)
		read_count(&level->spurious, spurious);
	if (title)
		text_escape(level->title, sizeof(level->title), title,
			strlen(title));
	if (why)
		text_append(level->why, sizeof(level->why), "%s%s",
			level->why[0] ? " " : "", why);
	if (lesson)
		text_escape(level->lesson, sizeof(level->lesson), lesson,
			strlen(lesson));
}

void level_read(struct level *level, FILE *in)
{
	char line[256];

	while (fgets(line, sizeof(line), in))
		read_line(level, line);
}

static int refuse_shelf(const char *folder, int error)
{
	msg_error("cannot read the levels in %s: %s", text_quote(folder).text,
		strerror(-error));
	msg_hint("name the folder that has them with --lessons DIR");
	return EXIT_REFUSED;
}

static int read_level(struct level_shelf *shelf, const char *name)
{
	struct level *level = &shelf->levels[shelf->n++];
	char path[PATH_MAX];
	FILE *in;

	*level = (struct level){.best = -1};
	snprintf(level->slug, sizeof(level->slug), "%.*s",
		(int)strlen(name) - 2, name);
	in = level_path(shelf, level, path) ? fopen(path, "re") : NULL;
	if (!in)
		return refuse_shelf(shelf->folder, -errno);
	level_read(level, in);
	fclose(in);
	return 0;
}

static int read_levels(struct level_shelf *shelf)
{
	struct dirent **entries;
	int n = scandir(shelf->folder, &entries, select_level, alphasort);
	int code = 0;

	if (n < 0)
		return refuse_shelf(shelf->folder, -errno);
	for (int i = 0; i < n && !code && shelf->n < LEVEL_MOST; i++)
		code = read_level(shelf, entries[i]->d_name);
	if (n == 0)
		code = refuse_shelf(shelf->folder, -ENOENT);
	while (n > 0)
		free(entries[--n]);
	free(entries);
	return code;
}

/* The fewest preemptions a level was won with; -1: it was not. */
static int best_of(const struct keyfile *scores, const char *slug)
{
	const char *value = keyfile_get(scores, slug);

	return value && isdigit((unsigned char)*value)
		       ? (int)(strtoul(value, NULL, 10) % MOST_PREEMPTIONS)
		       : -1;
}

static void recall(struct level_shelf *shelf)
{
	struct keyfile scores;
	char path[PATH_MAX];

	if (!workshop_memory(path, SCORES, false) ||
		keyfile_read(&scores, path))
		return;
	for (size_t i = 0; i < shelf->n; i++)
		shelf->levels[i].best = best_of(&scores, shelf->levels[i].slug);
	keyfile_free(&scores);
}

int level_shelf_open(struct level_shelf *shelf, const char *lessons)
{
	char folder[PATH_MAX];
	int code;

	shelf->n = 0;
	if (!lessons && !lesson_shelf_usual(folder))
		return refuse_shelf("share/conc/lessons", -ENOENT);
	if (snprintf(shelf->folder, PATH_MAX, "%s/levels",
		    lessons ? lessons : folder) >= PATH_MAX)
		return refuse_shelf(lessons, -ENAMETOOLONG);
	code = read_levels(shelf);
	if (!code)
		recall(shelf);
	return code;
}

bool level_is_word(const char *word)
{
	return isdigit((unsigned char)*word) && !strpbrk(word, "./");
}

struct level *level_find(struct level_shelf *shelf, const char *word)
{
	char *end;
	unsigned long number = strtoul(word, &end, 10);

	for (size_t i = 0; i < shelf->n; i++) {
		const char *slug = shelf->levels[i].slug;

		if (*end ? !strcmp(slug, word)
			 : strtoul(slug, NULL, 10) == number)
			return &shelf->levels[i];
	}
	return NULL;
}

int level_refuse(const struct level_shelf *shelf, const char *word)
{
	msg_error("there is no level %s: they go from %s to %s",
		text_quote(word).text, shelf->levels[0].slug,
		shelf->levels[shelf->n - 1].slug);
	msg_hint("try 'conc play', which lists them");
	return EXIT_USAGE;
}

/* Only one at a time may change the scores; -1 when they have no folder. */
static int lock_scores(const char *path)
{
	char folder[PATH_MAX];
	int fd;

	snprintf(folder, sizeof(folder), "%.*s",
		(int)(strrchr(path, '/') - path), path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		flock(fd, LOCK_EX);
	return fd;
}

static int begin_scores(struct keyfile *scores, const char *path)
{
	static const char first[] = "# Levels won, with how many preemptions. "
				    "See 'conc play'.\n";

	return scores->length
		       ? 0
		       : keyfile_parse(scores, path, first, strlen(first));
}

/* Lines of other courses stay. */
static int save_in(const char *path, struct level *level, unsigned used)
{
	struct keyfile scores;
	char value[20];
	int error = 0;

	if (keyfile_read(&scores, path) || begin_scores(&scores, path))
		return -EINVAL;
	level->best = best_of(&scores, level->slug);
	if (level->best < 0 || (unsigned)level->best > used) {
		level->best = (int)used;
		snprintf(value, sizeof(value), "%u", used);
		error = keyfile_set(&scores, level->slug, value);
		if (!error)
			error = keyfile_write(&scores, path);
	}
	keyfile_free(&scores);
	return error;
}

static int save(struct level *level, unsigned used)
{
	char path[PATH_MAX];
	int fd, error;

	if (!workshop_memory(path, SCORES, true))
		return -ENOENT;
	fd = lock_scores(path);
	error = save_in(path, level, used);
	if (fd >= 0)
		close(fd);
	return error;
}

void level_won(struct level *level, unsigned used)
{
	int error = save(level, used);

	if (level->best < 0 || (unsigned)level->best > used)
		level->best = (int)used;
	if (error)
		msg_warning("cannot note that %s is won: %s", level->slug,
			strerror(-error));
}
