/* Where the levels are, and what they say of themselves. */
#include "cmd/level.h"

#include "cmd/config.h"
#include "cmd/exit.h"
#include "cmd/lesson.h"
#include "cmd/msg.h"
#include "cmd/savefile.h"
#include "cmd/text.h"
#include "cmd/workshop.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool level_path(const struct level_shelf *shelf, const struct level *level,
	char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s/%s.c", shelf->folder, level->slug) <
	       PATH_MAX;
}

/* "02-visitors.c" */
static int select_level(const struct dirent *entry)
{
	const char *name = entry->d_name;
	size_t n = strlen(name);

	return n > 5 && n < LEVEL_SLUG_SIZE && isdigit((unsigned char)*name) &&
	       isdigit((unsigned char)name[1]) && name[2] == '-' &&
	       !strcmp(name + n - 2, ".c");
}

static void read_line(struct level *level, const char *line)
{
	unsigned n;

	if (sscanf(line, "/* par: %u */", &n) == 1)
		level->par = n;
	else if (sscanf(line, "/* spurious: %u */", &n) == 1)
		level->spurious = n;
	else if (!strncmp(line, "/* title: ", 10))
		snprintf(level->title, sizeof(level->title), "%.*s",
			(int)strcspn(line + 10, "*\n") - 1, line + 10);
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
	char path[PATH_MAX], line[256];
	FILE *in;

	*level = (struct level){.best = -1};
	snprintf(level->slug, sizeof(level->slug), "%.*s",
		(int)strlen(name) - 2, name);
	in = level_path(shelf, level, path) ? fopen(path, "re") : NULL;
	if (!in)
		return refuse_shelf(shelf->folder, -errno);
	while (fgets(line, sizeof(line), in))
		read_line(level, line);
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

/* A config_fn. What is not known is of another conc, or another course. */
static int take_best(
	void *context, const char *where, const char *key, const char *value)
{
	struct level *level = level_find(context, key);

	(void)where;
	if (level && isdigit((unsigned char)*value))
		level->best = (int)strtoul(value, NULL, 10) % 10000;
	return 0;
}

static void recall(struct level_shelf *shelf)
{
	char path[PATH_MAX], *text = NULL;

	if (workshop_memory(path, "levels", false))
		config_read_file(path, &text, take_best, shelf);
	free(text);
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

static int save(const struct level_shelf *shelf)
{
	char path[PATH_MAX];
	struct savefile file;
	int error;

	if (!workshop_memory(path, "levels", true))
		return -ENOENT;
	error = savefile_open(&file, path);
	if (error)
		return error;
	fprintf(file.out, "# Levels won, with how many preemptions. "
			  "See 'conc play'.\n");
	for (size_t i = 0; i < shelf->n; i++) {
		const struct level *level = &shelf->levels[i];

		if (level->best >= 0)
			fprintf(file.out, "%s = %d\n", level->slug,
				level->best);
	}
	return savefile_close(&file);
}

void level_won(struct level_shelf *shelf, struct level *level, unsigned used)
{
	int error;

	recall(shelf);
	if (level->best >= 0 && (unsigned)level->best <= used)
		return;
	level->best = (int)used;
	error = save(shelf);
	if (error)
		msg_warning("cannot note that %s is won: %s", level->slug,
			strerror(-error));
}
