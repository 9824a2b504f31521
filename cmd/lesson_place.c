/* Where the learner is. */
#include "cmd/lesson.h"

#include "cmd/savefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct lesson *current(const struct lesson_place *place)
{
	const char *slug = workshop_get(&place->workshop, "current", NULL);
	struct lesson *lesson = slug ? lesson_find(&place->shelf, slug) : NULL;

	return lesson ? lesson : lesson_first_open(place);
}

static int choose_lesson(struct lesson_place *place, const char *word)
{
	place->lesson = word ? lesson_find(&place->shelf, word)
			     : current(place);
	return place->lesson ? 0 : lesson_refuse(&place->shelf, word);
}

const char *lesson_named(const struct lesson_place *place)
{
	static char words[LESSON_SLUG_SIZE + 1];

	if (place->lesson == current(place))
		return "";
	snprintf(words, sizeof(words), " %s", place->lesson->slug);
	return words;
}

struct lesson *lesson_after(const struct lesson_place *place)
{
	size_t i = (size_t)(place->lesson - place->shelf.lessons);

	return i + 1 < place->shelf.n ? place->lesson + 1 : NULL;
}

int lesson_place_open(struct lesson_place *place, const char *word)
{
	int code = lesson_shelf_open(&place->shelf);

	if (code)
		return code;
	code = workshop_open(&place->workshop, lesson_shared.workshop);
	if (code) {
		lesson_shelf_close(&place->shelf);
		return code;
	}
	code = choose_lesson(place, word);
	if (code)
		lesson_place_close(place);
	return code;
}

void lesson_place_close(struct lesson_place *place)
{
	workshop_close(&place->workshop);
	lesson_shelf_close(&place->shelf);
}

void lesson_exercise(const struct lesson_place *place,
	const struct lesson *lesson, char path[PATH_MAX])
{
	if (!workshop_path(&place->workshop, lesson->slug, lesson->file, path))
		*path = '\0';
}

bool lesson_passed(
	const struct lesson_place *place, const struct lesson *lesson)
{
	return workshop_get(&place->workshop, "passed", lesson->slug);
}

bool lesson_is_asking(const struct lesson_place *place)
{
	const struct lesson *lesson = place->lesson;

	return lesson->question.ask &&
	       !workshop_get(&place->workshop, "explained", lesson->slug);
}

unsigned lesson_npassed(const struct lesson_place *place)
{
	unsigned n = 0;

	for (size_t i = 0; i < place->shelf.n; i++)
		n += lesson_passed(place, &place->shelf.lessons[i]);
	return n;
}

struct lesson *lesson_first_open(const struct lesson_place *place)
{
	for (size_t i = 0; i < place->shelf.n; i++)
		if (!lesson_passed(place, &place->shelf.lessons[i]))
			return &place->shelf.lessons[i];
	return &place->shelf.lessons[place->shelf.n - 1];
}

/* A small file of ours, whole or not at all. 0 or a negative errno. */
static int copy(const char *from, const char *to)
{
	struct savefile file;
	char buffer[4096];
	FILE *in = fopen(from, "re");
	size_t n;
	int error;

	if (!in)
		return -errno;
	error = savefile_open(&file, to);
	if (error) {
		fclose(in);
		return error;
	}
	while ((n = fread(buffer, 1, sizeof(buffer), in)) > 0)
		fwrite(buffer, 1, n, file.out);
	fclose(in);
	return savefile_close(&file);
}

static int give_file(const struct lesson_place *place,
	const struct lesson *lesson, const char *name, char path[PATH_MAX])
{
	char from[PATH_MAX];

	if (!lesson_path(lesson, name, from) ||
		!workshop_path(&place->workshop, lesson->slug, name, path))
		return -ENAMETOOLONG;
	return access(path, F_OK) == 0 ? 0 : copy(from, path);
}

/* What cannot be read has not been changed. */
static bool differ(const char *one, const char *other)
{
	FILE *a = fopen(one, "re"), *b = fopen(other, "re");
	int c = 0, d = 0;

	while (a && b && c == d && c != EOF) {
		c = getc(a);
		d = getc(b);
	}
	if (a)
		fclose(a);
	if (b)
		fclose(b);
	return a && b && c != d;
}

const char *lesson_changed(const struct lesson_place *place, unsigned *i)
{
	const struct lesson *lesson = place->lesson;
	char given[PATH_MAX], path[PATH_MAX];

	while (lesson->companions[*i]) {
		const char *name = lesson->companions[(*i)++];

		if (lesson_path(lesson, name, given) &&
			workshop_path(
				&place->workshop, lesson->slug, name, path) &&
			differ(given, path))
			return name;
	}
	return NULL;
}

int lesson_give(const struct lesson_place *place, const struct lesson *lesson,
	char path[PATH_MAX])
{
	int error;

	if (!workshop_path(&place->workshop, lesson->slug, "", path))
		return -ENAMETOOLONG;
	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		return -errno;
	error = give_file(place, lesson, lesson->file, path);
	for (unsigned i = 0; !error && lesson->companions[i]; i++)
		error = give_file(place, lesson, lesson->companions[i], path);
	return error;
}
