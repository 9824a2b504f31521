/* By which calls a thread came to where it is. */
#include "cmd/explore_way.h"

#include "cmd/text.h"
#include "lib/explore/ways.h"

#include <stdio.h>
#include <string.h>

enum {
	MOST_CALLS = 4, /* that are told, the function itself included */
	MOST_FUNCTIONS = 64,
};

static const char *line_words(
	struct explore_view *view, const struct place *place, char *words)
{
	if (place->file && (!place->line || !explore_is_only_file(view, place)))
		explore_place_words(view, place, words);
	else
		snprintf(words, EXPLORE_WORDS_SIZE, "line %d", place->line);
	return words;
}

const char *explore_line_name(
	struct explore_view *view, uint64_t pc, char *words)
{
	struct place place;

	return symbols_place(view->symbols, pc, &place)
		       ? line_words(view, &place, words)
		       : explore_place_name(view, pc, words);
}

/* And is from now on. */
static bool is_told(struct explore_told *told, uint32_t way)
{
	if (!told)
		return false;
	for (unsigned i = 0; i < told->n; i++) {
		if (told->ways[i] == way)
			return true;
	}
	if (told->n < sizeof(told->ways) / sizeof(told->ways[0]))
		told->ways[told->n++] = way;
	return false;
}

void explore_add_way(struct explore_view *view, uint64_t pc, uint32_t way,
	char *words, size_t size)
{
	struct place functions[MOST_CALLS + 1];
	char line[EXPLORE_WORDS_SIZE];
	size_t n = ways_to(
		view->wire, view->symbols, pc, way, functions, MOST_CALLS + 1);

	if (n < 2 || is_told(view->told, way))
		return;
	text_append(words, size, " (in %.60s, called",
		explore_function_name(functions[0].function));
	for (size_t i = 1; i < n && i < MOST_CALLS; i++)
		text_append(words, size, "%s by %.60s at %s", i > 1 ? "," : "",
			explore_function_name(functions[i].function),
			line_words(view, &functions[i], line));
	text_append(words, size, n > MOST_CALLS ? ", ...)" : ")");
}

void explore_put_way(
	struct explore_view *view, uint64_t pc, uint32_t way, struct json *json)
{
	struct place functions[MOST_FUNCTIONS];
	char line[EXPLORE_WORDS_SIZE], words[2 * EXPLORE_WORDS_SIZE];
	size_t n = ways_to(
		view->wire, view->symbols, pc, way, functions, MOST_FUNCTIONS);

	json_array(json, "calls");
	for (size_t i = 0; i < n; i++) {
		snprintf(words, sizeof(words), "%s",
			explore_function_name(functions[i].function));
		if (i)
			text_append(words, sizeof(words), " at %s",
				line_words(view, &functions[i], line));
		json_string(json, NULL, words);
	}
	json_end(json);
}
