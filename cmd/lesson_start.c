/* The verbs start, next and reset: what lies in the workshop. */
#include "cmd/lesson.h"

#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/term.h"
#include "cmd/text.h"
#include "lib/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char usual_folder[] = "conc-workshop";

static int refuse_file(const char *path, int error)
{
	msg_error(
		"cannot write %s: %s", text_quote(path).text, strerror(-error));
	msg_hint("make room or permit it, then try the same again");
	return EXIT_REFUSED;
}

static int give_all(struct lesson_place *place)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < place->shelf.n; i++) {
		int error = lesson_give(place, &place->shelf.lessons[i], path);

		if (error)
			return refuse_file(path, error);
	}
	return 0;
}

static void print_begun(const struct lesson_place *place)
{
	char path[PATH_MAX];
	struct json json;

	lesson_exercise(place, place->lesson, path);
	if (global.json) {
		json_begin(&json, stdout, "conc.lesson.start");
		json_string(&json, "workshop", place->workshop.folder);
		json_string(&json, "lesson", place->lesson->slug);
		json_string(&json, "file", path);
		json_finish(&json);
		return;
	}
	printf("Your workshop, with an exercise for each of the %zu lessons:\n"
	       "  ",
		place->shelf.n);
	text_print(
		stdout, place->workshop.folder, strlen(place->workshop.folder));
	printf("\n\nLesson %s: %s\n  %s\n\n  Read   conc lesson show\n"
	       "  Edit   ",
		place->lesson->slug, place->lesson->title, place->lesson->task);
	text_print(stdout, path, strlen(path));
	printf("\n  Check  conc lesson check\n");
}

static int start(struct lesson_place *place, const char *folder)
{
	int code = workshop_create(&place->workshop, folder);

	if (code)
		return code;
	place->lesson = lesson_first_open(place);
	code = give_all(place);
	if (!code)
		print_begun(place);
	workshop_close(&place->workshop);
	return code;
}

static int run_start(const void *options, int noperands, char **operands)
{
	const char *folder = noperands                ? operands[0]
			     : lesson_shared.workshop ? lesson_shared.workshop
						      : usual_folder;
	struct lesson_place place;
	int code = lesson_shelf_open(&place.shelf);

	(void)options;
	if (code)
		return code;
	code = start(&place, folder);
	lesson_shelf_close(&place.shelf);
	return code;
}

const struct command lesson_start = {
	.name = "start",
	.summary = "make a workshop: a directory with the exercises",
	.about = "Makes the directory (conc-workshop, if none is named) and "
		 "puts the exercises into it. Where it is one already, what is "
		 "there stays as it is, and what is missing is added.",
	.operands = "[DIR]",
	.operands_max = 1,
	.examples =
		(const struct command_example[]){
			{"conc lesson start", "in ./conc-workshop"},
			{"conc lesson start ~/threads", "somewhere else"},
			{0},
		},
	.run = run_start,
};

static int refuse_last(void)
{
	msg_error("this is the last lesson");
	msg_hint("try 'conc lesson progress'");
	return EXIT_NO;
}

static int go_to(struct lesson_place *place, struct lesson *lesson)
{
	if (!lesson)
		return refuse_last();
	place->lesson = lesson;
	workshop_set(&place->workshop, "current", NULL, lesson->slug);
	if (!global.json && !global.quiet)
		printf("Lesson %s: %s\n  %s\n", lesson->slug, lesson->title,
			lesson->task);
	return lesson_print_text(lesson, "README.md");
}

int lesson_go_to_next(struct lesson_place *place)
{
	return go_to(place, lesson_after(place));
}

static int run_next(const void *options, int noperands, char **operands)
{
	struct lesson_place place;
	int code = lesson_place_open(&place, noperands ? operands[0] : NULL);

	(void)options;
	if (code)
		return code;
	code = go_to(&place, noperands ? place.lesson : lesson_after(&place));
	lesson_place_close(&place);
	return code;
}

const struct command lesson_next = {
	.name = "next",
	.summary = "go on to the next lesson, or to another",
	.operands = "[LESSON]",
	.operands_max = 1,
	.examples =
		(const struct command_example[]){
			{"conc lesson next", "the one after this"},
			{"conc lesson next deadlock", "go there"},
			{0},
		},
	.run = run_next,
};

struct reset_options {
	bool yes;
};

static const struct opt reset_rows[] = {
	{.name = "yes",
		.letter = 'y',
		.kind = OPT_ACTION,
		.offset = offsetof(struct reset_options, yes),
		.help = "do not ask"},
	OPT_END,
};

/* Whether the person says yes; without a terminal nobody is asked. */
static bool ask(const char *path)
{
	char answer[16] = "";

	if (!term_is_tty(STDIN_FILENO) || !term_is_tty(STDERR_FILENO))
		return false;
	fprintf(stderr, "Put ");
	text_print(stderr, path, strlen(path));
	fprintf(stderr, " back to how it was at the start, and keep a copy of "
			"what it is now? [y/N] ");
	return fgets(answer, sizeof(answer), stdin) && (*answer | 32) == 'y';
}

static int refuse_unasked(void)
{
	msg_error("nothing was reset");
	msg_hint("to reset without being asked: conc lesson reset --yes");
	return EXIT_USAGE;
}

/* "bank.c.20261126-101502", a name that is not taken. */
static bool name_backup(const char *path, char backup[PATH_MAX])
{
	time_t now = (time_t)clock_wall();
	struct tm parts;
	char stamp[24];

	localtime_r(&now, &parts);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &parts);
	for (unsigned n = 0; n < 100; n++) {
		int size = n ? snprintf(backup, PATH_MAX, "%s.%s.%u", path,
				       stamp, n)
			     : snprintf(backup, PATH_MAX, "%s.%s", path, stamp);

		if (size >= PATH_MAX)
			return false;
		if (access(backup, F_OK) < 0)
			return true;
	}
	return false;
}

static void print_reset(const char *path, const char *backup)
{
	struct json json;

	if (global.json) {
		json_begin(&json, stdout, "conc.lesson.reset");
		json_string(&json, "file", path);
		if (*backup)
			json_string(&json, "backup", backup);
		else
			json_null(&json, "backup");
		json_finish(&json);
		return;
	}
	text_print(stdout, path, strlen(path));
	printf(" is as it was at the start");
	if (*backup) {
		printf("; what it was is in\n");
		text_print(stdout, backup, strlen(backup));
	}
	putchar('\n');
}

/* Under another name; *backup is empty when there is nothing. */
static int put_aside(const char *path, char backup[PATH_MAX])
{
	*backup = '\0';
	if (access(path, F_OK) < 0)
		return 0;
	if (!name_backup(path, backup))
		return refuse_file(path, -ENAMETOOLONG);
	return rename(path, backup) < 0 ? refuse_file(path, -errno) : 0;
}

/* The companions that were changed. */
static int put_others_aside(const struct lesson_place *place)
{
	char path[PATH_MAX], backup[PATH_MAX];
	const char *name;
	unsigned i = 0;
	int code = 0;

	while (!code && (name = lesson_changed(place, &i))) {
		if (!workshop_path(
			    &place->workshop, place->lesson->slug, name, path))
			continue;
		code = put_aside(path, backup);
		if (!code && !global.json)
			print_reset(path, backup);
	}
	return code;
}

/* The exercise as it was given, and *backup what it had become. */
static int reset(const struct lesson_place *place, const char *path,
	char backup[PATH_MAX])
{
	char refused[PATH_MAX];
	int error = put_others_aside(place);

	if (!error)
		error = put_aside(path, backup);
	if (error)
		return error;
	error = lesson_give(place, place->lesson, refused);
	if (!error)
		return 0;
	if (*backup)
		rename(backup, path);
	return refuse_file(refused, error);
}

int lesson_do_reset(struct lesson_place *place)
{
	char path[PATH_MAX], backup[PATH_MAX];
	int code;

	lesson_exercise(place, place->lesson, path);
	code = reset(place, path, backup);
	if (!code)
		print_reset(path, backup);
	return code;
}

static int run_reset(const void *given, int noperands, char **operands)
{
	const struct reset_options *options = given;
	struct lesson_place place;
	char path[PATH_MAX];
	int code = lesson_place_open(&place, noperands ? operands[0] : NULL);

	if (code)
		return code;
	lesson_exercise(&place, place.lesson, path);
	code = options->yes || access(path, F_OK) < 0 || ask(path)
		       ? lesson_do_reset(&place)
		       : refuse_unasked();
	lesson_place_close(&place);
	return code;
}

const struct command lesson_reset = {
	.name = "reset",
	.summary = "begin the exercise anew; what you have is kept",
	.about = "Puts the exercise back to how it was at the start. What it "
		 "was is kept beside it, under a name with the time.",
	.operands = "[LESSON]",
	.operands_max = 1,
	.options = reset_rows,
	.options_size = sizeof(struct reset_options),
	.examples =
		(const struct command_example[]){
			{"conc lesson reset", "asks first"},
			{"conc lesson reset --yes", "does not"},
			{0},
		},
	.run = run_reset,
};
