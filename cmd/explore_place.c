/* Where a place is, in as few words as tell it from others. */
#include "cmd/explore.h"
#include "cmd/explore_trace.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* However each was named; what cannot be looked at is known by its name. */
static bool is_same_file(const char *one, const char *other)
{
	struct stat a, b;

	if (!strcmp(one, other))
		return true;
	if (stat(one, &a) || stat(other, &b))
		return !strcmp(
			symbols_base_name(one), symbols_base_name(other));
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool explore_is_first_file(
	const struct explore_view *view, const struct place *place)
{
	const struct build_options *sources = view->sources;

	return sources->binary || is_same_file(place->file, sources->files[0]);
}

bool explore_is_only_file(
	const struct explore_view *view, const struct place *place)
{
	return view->sources->nfiles == 1 && explore_is_first_file(view, place);
}

/* Without its folder, unless another one is called so, too. */
static const char *file_name(
	const struct build_options *sources, const char *file)
{
	const char *name = symbols_base_name(file);
	const char *given = NULL;
	unsigned nsuch = 0;

	for (unsigned i = 0; i < sources->nfiles; i++) {
		if (strcmp(name, symbols_base_name(sources->files[i])) != 0)
			continue;
		nsuch++;
		if (is_same_file(file, sources->files[i]))
			given = sources->files[i];
	}
	return given && nsuch > 1 ? given : name;
}

/* The compiler has code for no line of its own: it is of several, say. */
static const char *function_words(const struct place *place)
{
	return place->function ? explore_function_name(place->function)
			       : "some function";
}

const char *explore_place_words(
	const struct explore_view *view, const struct place *place, char *words)
{
	const char *name = file_name(view->sources, place->file);

	if (place->line)
		snprintf(words, EXPLORE_WORDS_SIZE, "%s:%d", name, place->line);
	else
		snprintf(words, EXPLORE_WORDS_SIZE, "%s:%.60s()", name,
			function_words(place));
	return words;
}

const char *explore_line_number(
	const struct explore_view *view, const struct place *place, char *words)
{
	if (!explore_is_first_file(view, place))
		return explore_place_words(view, place, words);
	if (place->line)
		snprintf(words, EXPLORE_WORDS_SIZE, "%d", place->line);
	else
		snprintf(words, EXPLORE_WORDS_SIZE, "%.60s()",
			function_words(place));
	return words;
}

bool explore_is_same_line(struct explore_view *view, uint64_t a, uint64_t b)
{
	char one[EXPLORE_WORDS_SIZE], other[EXPLORE_WORDS_SIZE];

	return a == b || !strcmp(explore_place_name(view, a, one),
				 explore_place_name(view, b, other));
}
