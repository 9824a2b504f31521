/*
 * conc lesson [VERB] ...: the course. Without a verb it says where the learner
 * is and what comes next. The verbs are in cmd/lesson_*.c.
 */
#include "cmd/lesson.h"

#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/text.h"
#include "cmd/workshop.h"

#include <stdio.h>
#include <string.h>

struct lesson_shared lesson_shared;

static const struct opt rows[] = {
	{.name = "lessons",
		.kind = OPT_TEXT,
		.argument = "DIR",
		.offset = offsetof(struct lesson_shared, lessons),
		.env = "CONC_LESSONS",
		.default_text = "those that came with conc",
		.help = "a course of your own"},
	{.name = "workshop",
		.kind = OPT_TEXT,
		.argument = "DIR",
		.offset = offsetof(struct lesson_shared, workshop),
		.env = "CONC_WORKSHOP",
		.default_text = "the one that you are in, or used last",
		.help = "the directory with your exercises"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static void print_question(const struct lesson_place *place)
{
	if (lesson_is_asking(place))
		printf("  and why?    conc lesson explain\n");
}

static void print_go_on(const struct lesson_place *place)
{
	printf("Lesson %s: %s\n\n"
	       "  passed      conc lesson solution\n",
		place->lesson->slug, place->lesson->title);
	print_question(place);
	printf("  go on       conc lesson next\n");
}

static void print_next(const struct lesson_place *place, const char *path)
{
	const struct lesson *lesson = place->lesson;

	printf("Lesson %s: %s\n\n  %s\n\n", lesson->slug, lesson->title,
		lesson->task);
	printf("  1. read     conc lesson show   (in a small window: "
	       "conc lesson show | less)\n"
	       "  2. edit     ");
	text_print(stdout, path, strlen(path));
	printf("\n  3. check    conc lesson check\n"
	       "  stuck?      conc lesson hint\n");
	print_question(place);
}

static void print_json(const struct lesson_place *place, const char *path)
{
	struct json json;

	json_begin(&json, stdout, "conc.lesson");
	json_string(&json, "workshop", place->workshop.folder);
	json_string(&json, "lesson", place->lesson->slug);
	json_string(&json, "title", place->lesson->title);
	json_string(&json, "task", place->lesson->task);
	json_string(&json, "file", path);
	json_uint(&json, "passed", lesson_npassed(place));
	json_uint(&json, "lessons", place->shelf.n);
	json_finish(&json);
}

static int print_all_passed(const struct lesson_place *place)
{
	if (lesson_npassed(place) < place->shelf.n)
		return false;
	printf("All %zu lessons passed. Go on with your own programs: "
	       "conc explore FILE.c\n",
		place->shelf.n);
	return true;
}

static int run(const void *options, int noperands, char **operands)
{
	struct lesson_place place;
	char path[PATH_MAX];
	int code;

	(void)options;
	(void)noperands;
	(void)operands;
	code = lesson_place_open(&place, NULL);
	if (code)
		return code;
	lesson_exercise(&place, place.lesson, path);
	if (global.json)
		print_json(&place, path);
	else if (!print_all_passed(&place)) {
		printf("%u of %zu lessons passed.\n\n", lesson_npassed(&place),
			place.shelf.n);
		if (lesson_passed(&place, place.lesson))
			print_go_on(&place);
		else
			print_next(&place, path);
	}
	lesson_place_close(&place);
	return EXIT_GOOD;
}

static const struct command *const verbs[] = {
	&lesson_start,
	&lesson_list,
	&lesson_show,
	&lesson_run,
	&lesson_check_verb,
	&lesson_watch,
	&lesson_play,
	&lesson_break,
	&lesson_explain,
	&lesson_hint,
	&lesson_solution,
	&lesson_reset,
	&lesson_next,
	&lesson_progress,
	&lesson_verify,
	&lesson_new,
	NULL,
};

static const char *verb_name(size_t i)
{
	return verbs[i] ? verbs[i]->name : NULL;
}

const struct command command_lesson = {
	.name = "lesson",
	.summary = "learn concurrency: exercises that are graded without luck",
	.about = "A course in small steps. Each lesson is a text, a C file to "
		 "edit and a check that runs it under every schedule that "
		 "matters: who passes knows what was proved. Without a verb "
		 "it says where you are and what to do next.",
	.operands = "[VERB] [ARGUMENT]...",
	.operands_min = 0,
	.operands_max = -1,
	.operand_choice = verb_name,
	.options = rows,
	.examples =
		(const struct command_example[]){
			{"conc lesson start", "make a workshop in "
					      "./conc-workshop, and begin"},
			{"conc lesson", "where am I, and what is next?"},
			{"conc lesson check", "is my solution right?"},
			{"conc lesson watch", "check at each save"},
			{"conc lesson hint", "a hint; again: a second one"},
			{"conc lesson list", "all lessons"},
			{0},
		},
	.json =
		(const struct command_member[]){
			{"workshop, lesson, title, task, file",
				"where you are: the directory, the lesson, "
				"what it asks for, the file to edit"},
			{"lessons, passed",
				"of these: how many there are, and were "
				"passed; of list and progress: each of them"},
			{"slug, tries, hints, explained, current",
				"of list and progress, for each lesson"},
			{"text, hint, level", "of show, hint and solution"},
			{"question, answers, right, because",
				"of explain: what is asked; whether what was "
				"answered is right, and why"},
			{"verdict", "of check: passed, failed, or does not "
				    "compile; with the members of explore"},
			{"runs, well, ends, times",
				"of run: how many there were, how many ended "
				"well, and how the others ended"},
			{"solutions, kind, accepted, elapsed_s, expected, good",
				"of verify: each file that was tried, whether "
				"it passed, how long that took, what it should "
				"be told, and whether that is as it should "
				"be"},
			{0},
		},
	.notes = "Progress is kept in the workshop, in the file .conc-lessons, "
		 "which is text. Which workshop was used last is remembered in "
		 "$XDG_STATE_HOME/conc (or ~/.local/state/conc).",
	.verbs = verbs,
	.shared = &lesson_shared,
	.run = run,
};
