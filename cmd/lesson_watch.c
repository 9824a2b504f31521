/* The verb watch: check again whenever the exercise is saved. */
#include "cmd/lesson.h"

#include "cmd/filewatch.h"
#include "cmd/interrupt.h"
#include "cmd/keys.h"
#include "cmd/msg.h"
#include "cmd/term.h"

#include <ctype.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct watch_options {
	bool poll, manual_run;
};

#define FIELD(field) offsetof(struct watch_options, field)

static const struct opt rows[] = {
	{.name = "poll",
		.kind = OPT_FLAG,
		.offset = FIELD(poll),
		.help = "look at the file twice a second: for network drives"},
	{.name = "manual-run",
		.kind = OPT_FLAG,
		.offset = FIELD(manual_run),
		.help = "check only when r is pressed"},
	OPT_END,
};

struct session {
	const struct watch_options *options;
	struct lesson_place place;
	struct filewatch file;
	bool has_screen; /* may be cleared */
	bool has_keys; /* stdin is not at its end */
	char path[PATH_MAX];
};

static atomic_int stop_asked;

/* ^Z: the terminal is put back first. */
static void note_stop(int signal_number)
{
	(void)signal_number;
	atomic_store(&stop_asked, 1);
}

static void catch_stop(void)
{
	struct sigaction catch = {.sa_handler = note_stop};

	sigemptyset(&catch.sa_mask);
	sigaction(SIGTSTP, &catch, NULL);
}

static void print_keys(void)
{
	printf("n next   r run   h hint   l list   c check all   x reset   "
	       "q quit\n");
}

static void print_bar(const struct session *session)
{
	if (global.json)
		return;
	printf("\n%s, %s: ", session->place.lesson->slug,
		session->place.lesson->file);
	printf(session->options->manual_run
			? "press r to check it\n"
			: "checked again at each save (r if that is not "
			  "seen)\n");
	print_keys();
	fflush(stdout);
}

static void clear_screen(const struct session *session)
{
	if (session->has_screen)
		fputs("\033[H\033[2J", stdout);
	fflush(stdout);
}

static void check(struct session *session)
{
	clear_screen(session);
	lesson_try(&session->place);
}

static void warn_poll(int error)
{
	msg_warning("the system does not tell of saves (%s): the file is "
		    "looked at twice a second",
		strerror(-error));
}

/* The file of the lesson where the learner is now. */
static void watch_lesson(struct session *session)
{
	int error;

	filewatch_close(&session->file);
	lesson_exercise(&session->place, session->place.lesson, session->path);
	error = filewatch_open(
		&session->file, session->path, session->options->poll);
	if (error)
		warn_poll(error);
}

/* All that was passed once, and the first that fails now. */
static void check_all(struct session *session)
{
	struct lesson_place *place = &session->place;
	struct lesson *here = place->lesson;

	clear_screen(session);
	for (size_t i = 0; i < place->shelf.n && !interrupt_requested(); i++) {
		place->lesson = &place->shelf.lessons[i];
		if (!lesson_passed(place, place->lesson))
			continue;
		printf("%s: ", place->lesson->slug);
		fflush(stdout);
		if (lesson_try(place) != EXIT_GOOD)
			return watch_lesson(session);
	}
	place->lesson = here;
}

static bool is_sure(const struct session *session)
{
	printf("Begin %s anew? What you have is kept. [y/N] ",
		session->place.lesson->file);
	fflush(stdout);
	return keys_read() == 'y';
}

/* Whether to go on. */
static bool press(struct session *session, char key)
{
	struct lesson_place *place = &session->place;

	switch (key) {
	case 'n':
		clear_screen(session);
		if (lesson_go_to_next(place) == EXIT_GOOD)
			watch_lesson(session);
		break;
	case 'r':
		check(session);
		break;
	case 'h':
		lesson_print_hint(place, 0);
		break;
	case 'l':
		lesson_print_progress(place);
		break;
	case 'c':
		check_all(session);
		break;
	case 'x':
		if (is_sure(session))
			lesson_do_reset(place);
		break;
	case 'q':
		return false;
	default:
		if (!isspace((unsigned char)key))
			print_keys();
		return true;
	}
	print_bar(session);
	return true;
}

static bool take_key(struct session *session)
{
	char key = keys_read();

	if (key)
		return press(session, key);
	session->has_keys = interrupt_requested();
	return true;
}

static void stop_here(void)
{
	keys_end();
	raise(SIGSTOP);
	atomic_store(&stop_asked, 0);
}

static void watch(struct session *session)
{
	bool goes_on = true;

	check(session);
	print_bar(session);
	while (goes_on && !interrupt_requested()) {
		enum filewatch_event event;

		keys_begin();
		event = filewatch_wait(&session->file, session->has_keys);
		if (event == FILEWATCH_INPUT)
			goes_on = take_key(session);
		keys_end();
		if (atomic_load(&stop_asked))
			stop_here();
		if (event == FILEWATCH_SAVED && !session->options->manual_run) {
			check(session);
			print_bar(session);
		}
	}
}

static int refuse_terminal(void)
{
	msg_error("watch needs a terminal");
	msg_hint("try 'conc lesson check', or 'conc lesson watch --plain'");
	return EXIT_REFUSED;
}

static int run(const void *given, int noperands, char **operands)
{
	struct session session = {.options = given, .has_keys = true};
	bool has_terminal = term_is_tty(STDIN_FILENO) &&
			    term_is_tty(STDOUT_FILENO);
	int code;

	if (!has_terminal && !global.plain && !global.json)
		return refuse_terminal();
	code = lesson_place_open(
		&session.place, noperands ? operands[0] : NULL);
	if (code)
		return code;
	session.has_screen = has_terminal && !global.plain && !term_is_dumb();
	session.file.fd = -1;
	interrupt_catch();
	catch_stop();
	watch_lesson(&session);
	watch(&session);
	filewatch_close(&session.file);
	lesson_place_close(&session.place);
	return EXIT_GOOD;
}

const struct command lesson_watch = {
	.name = "watch",
	.summary = "check again at each save",
	.about = "Waits until the exercise is saved, and checks it. Keys: n "
		 "next lesson, r run the check, h hint, l list, c check all "
		 "that was passed, x reset, q quit. With --plain the screen is "
		 "not cleared, and each result follows the last.",
	.operands = "[LESSON]",
	.operands_max = 1,
	.options = rows,
	.options_size = sizeof(struct watch_options),
	.examples =
		(const struct command_example[]){
			{"conc lesson watch", "beside your editor"},
			{"conc lesson watch --poll", "where saves are not "
						     "seen"},
			{0},
		},
	.run = run,
};
