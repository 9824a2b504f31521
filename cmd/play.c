/* conc play: the person is the scheduler. */
#include "cmd/play.h"

#include "cmd/command.h"
#include "cmd/interrupt.h"
#include "cmd/json.h"
#include "cmd/level.h"
#include "cmd/msg.h"
#include "cmd/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	REST_LEFT_OUT = 2, /* of the line; beside 1, to quit */
};

static const char keys[] = "brhsqc?";

static const struct opt options[] = {
	EXPLORE_MEMORY_ROW,
	EXPLORE_BUILD_ROWS,
	{.name = "lessons",
		.kind = OPT_TEXT,
		.argument = "DIR",
		.offset = offsetof(struct explore_options, lessons),
		.env = "CONC_LESSONS",
		.default_text = "those that came with conc",
		.help = "a course whose folder levels has others"},
	OPT_END,
};

static const struct explore_options defaults = {
	.compiler = "cc",
	.time_ns = UINT64_C(2) * 1000 * 1000 * 1000,
	.seed = 1,
	.max_steps = 20000,
	.spurious = 1,
};

/* What is played is this level; NULL: a program of the player's own. */
static struct level *playing;
static struct level_shelf shelf;

/* To the player; a document is not mixed with it. */
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	va_list args;

	if (global.json)
		return;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
}

static void make_schedule(struct play *play)
{
	struct schedule schedule = play->known->schedule;

	schedule.choices = play->choices;
	schedule.nchoices = play->n;
	schedule_format(
		&schedule, play->view->schedule, sizeof(play->view->schedule));
}

/* Returns as key. What comes after a move that failed stays away, too. */
static int move(struct play *play, unsigned pick)
{
	if (play->state == PLAY_FAILED)
		return REST_LEFT_OUT;
	if (!play_can(play, pick)) {
		if (!global.json)
			play_print_why_not(play, pick);
		return REST_LEFT_OUT;
	}
	return play_move(play, pick);
}

static int begin_again(struct play *play)
{
	play->hinted = false;
	play->n = 0;
	return play_look(play);
}

/* Returns 0, 1 to quit, or -errno. */
static int key(struct play *play, char c)
{
	switch (c) {
	case 'b':
		return play_back(play);
	case 'r':
		return begin_again(play);
	case 'h':
		return global.json ? 0 : play_tell_hint(play);
	case 's':
		make_schedule(play);
		say("%s\n", play->view->schedule);
		return 0;
	case 'q':
		return 1;
	case '?':
		if (!global.json)
			play_print_keys(play);
		return 0;
	case 'c':
		if (playing && !global.json)
			level_print_code(&shelf, playing);
		play->moved = true;
		return 0;
	default:
		return 0;
	}
}

/* The number at *line, and past it. */
static unsigned read_pick(const char **line)
{
	char *end;
	unsigned long pick = strtoul(*line, &end, 10);

	*line = end;
	return pick < WIRE_MAX_THREADS ? (unsigned)pick : WIRE_MAX_THREADS;
}

static bool is_flush(const struct play *play, const char *line)
{
	return play->known->memory == MEMORY_TSO && line[0] == 'm' &&
	       isdigit((unsigned char)line[1]);
}

/* "T1" is thread 1. */
static bool is_name(const char *line)
{
	return line[0] == 'T' && isdigit((unsigned char)line[1]);
}

/* A line with a slip in it may mean anything: none of it is done. */
static bool is_understood(const struct play *play, const char *line)
{
	for (; *line; line++) {
		if (isspace((unsigned char)*line) ||
			isdigit((unsigned char)*line) || is_name(line) ||
			is_flush(play, line) || strchr(keys, *line))
			continue;
		say("'%c' is no key, so the line is left out: ? shows the "
		    "keys.\n",
			isprint((unsigned char)*line) ? *line : '?');
		return false;
	}
	return true;
}

static int obey(struct play *play, const char *line)
{
	int status = 0;

	if (!is_understood(play, line))
		return 0;
	while (status == 0 && *line) {
		if (isspace((unsigned char)*line)) {
			line++;
		} else if (isdigit((unsigned char)*line) || is_name(line)) {
			line += is_name(line);
			status = move(play, read_pick(&line));
		} else if (is_flush(play, line)) {
			line++;
			status = move(play, WIRE_FLUSHERS + read_pick(&line));
		} else {
			status = key(play, *line++);
		}
	}
	return status == REST_LEFT_OUT ? 0 : status;
}

static int show(struct play *play)
{
	if (play->state == PLAY_ON || play->state == PLAY_ASKS) {
		play_print(play);
		return play_tell_prospect(play);
	}
	make_schedule(play);
	play_print_end(play);
	return 0;
}

static int finish(struct play *play)
{
	int status = 0;

	while (status == 0 &&
		(play->state == PLAY_ON || play->state == PLAY_ASKS)) {
		unsigned pick = play_usual_pick(play);

		if (pick == WIRE_MAX_THREADS || interrupt_requested())
			break;
		status = play_move(play, pick);
	}
	return status;
}

/* The moves of play_line; NULL: a person is asked. */
static const char *given_line;

static int play_given(struct play *play)
{
	int status = play_look(play);

	if (status == 0)
		status = obey(play, given_line);
	if (status == 0)
		status = finish(play);
	if (status == 0 && !global.json)
		status = show(play);
	return status < 0 ? status : 0;
}

/* Until it fails, the input ends, or somebody has had enough. */
static int rounds(struct play *play)
{
	char line[1024];
	int status = play_look(play);

	while (status == 0) {
		if (!global.json && play->moved)
			status = show(play);
		play->moved = false;
		if (status || play->state == PLAY_FAILED)
			break;
		if (!global.json)
			printf("> ");
		fflush(stdout);
		if (interrupt_requested() || !fgets(line, sizeof(line), stdin))
			break;
		if (line[strspn(line, " \n")])
			status = obey(play, line);
		else
			play->moved = true; /* to see it once more */
	}
	return status < 0 ? status : 0;
}

static void print_json(struct play *play)
{
	struct json json;

	make_schedule(play);
	json_begin(&json, stdout, "conc.play");
	json_bool(&json, "failed", play->state == PLAY_FAILED);
	json_uint(&json, "steps", play->n);
	json_uint(&json, "preemptions", play->npreemptions[play->n]);
	if (play->known->preemptions >= 0)
		json_int(&json, "fewest_known", play->known->preemptions);
	else
		json_null(&json, "fewest_known");
	json_bool(&json, "always", play->known->always);
	json_string(&json, "schedule", play->view->schedule);
	if (playing) {
		json_string(&json, "level", playing->slug);
		json_uint(&json, "par", playing->par);
	}
	json_finish(&json);
}

static void print_start(const struct play *play)
{
	if (playing) {
		level_print_code(&shelf, playing);
		putchar('\n');
	}
	play_print_goal(play);
	play_print_keys(play);
}

static void note_won(const struct play *play)
{
	unsigned used = play->npreemptions[play->n];

	level_won(playing, used);
	if (!global.json && !global.quiet)
		level_print_won(&shelf, playing, used);
}

static int play_with(struct portfolio *portfolio,
	const struct portfolio_result *known,
	const struct portfolio_options *todo)
{
	struct play *play = calloc(1, sizeof(*play));
	struct explore_view *view = calloc(1, sizeof(*view));
	int status = play && view ? portfolio_rehearse(portfolio) : -ENOMEM;
	int code;

	if (!status) {
		view->wire = portfolio_wire(portfolio);
		view->symbols = portfolio_symbols(portfolio);
		view->sources = todo->sources;
		view->calls = &todo->build->calls;
		view->result = known;
		*play = (struct play){.portfolio = portfolio,
			.view = view,
			.known = known,
			.level = playing};
		if (!global.json && !given_line)
			print_start(play);
		status = given_line ? play_given(play) : rounds(play);
	}
	if (!status && global.json)
		print_json(play);
	if (!status && playing && play->state == PLAY_FAILED)
		note_won(play);
	code = status                       ? explore_refuse(status)
	       : play->state == PLAY_FAILED ? EXIT_GOOD
					    : EXIT_NO;
	if (view)
		explore_view_fini(view);
	free(view);
	free(play);
	return code;
}

static int refuse_to_play(const char *file, const struct finding *failure)
{
	msg_error("%s cannot be played: %s", text_quote(file).text,
		failure->text);
	msg_hint("try 'conc explore %s'", file);
	return EXIT_REFUSED;
}

int play_program(const struct portfolio_options *todo)
{
	struct portfolio *portfolio;
	struct portfolio_result known;
	int error = portfolio_open(todo, &portfolio);
	int code;

	if (error)
		return explore_refuse(error);
	error = portfolio_explore(portfolio, &known);
	if (error)
		code = explore_refuse(error);
	else if (known.answer == ANSWER_FOUND &&
		 known.failure.kind == FOUND_REFUSED)
		code = refuse_to_play(todo->sources->files[0], &known.failure);
	else
		code = play_with(portfolio, &known, todo);
	portfolio_close(portfolio);
	return code;
}

int play_line(const struct portfolio_options *todo, const char *line)
{
	int code;

	given_line = line;
	code = play_program(todo);
	given_line = NULL;
	return code;
}

static int play_level(const struct explore_options *given, char *word)
{
	struct explore_options chosen = *given;
	char path[PATH_MAX], *operands[] = {path, NULL};
	int code;

	playing = level_find(&shelf, word);
	if (!playing)
		return level_refuse(&shelf, word);
	chosen.spurious = playing->spurious;
	if (!level_path(&shelf, playing, path))
		return explore_refuse(-ENAMETOOLONG);
	code = explore_with(&chosen, 1, operands, play_program);
	playing = NULL;
	return code;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct explore_options *chosen = given;
	int code;

	if (noperands == 0 || (noperands == 1 && level_is_word(operands[0]))) {
		code = level_shelf_open(&shelf, chosen->lessons);
		if (code)
			return code;
		return noperands ? play_level(chosen, operands[0])
				 : level_print_list(&shelf);
	}
	return explore_with(given, noperands, operands, play_program);
}

const struct command command_play = {
	.name = "play",
	.summary = "be the scheduler of a threaded C program, and break it",
	.about = "Shows what each thread of a program is about to do, asks "
		 "who may, and goes on from there, until the program fails. "
		 "Until it has, every step can be taken back. It ends with 0 "
		 "when you made it fail, else with 1. Without a program it "
		 "lists those that "
		 "came with conc as levels, with the fewest preemptions that "
		 "each takes and those that you took.",
	.operands = "[LEVEL | FILE.c... [ARGUMENT]...]",
	.operands_min = 0,
	.operands_max = EXPLORE_MAX_ARGUMENTS,
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct explore_options),
	.lesson = "05-data-race",
	.examples =
		(const struct command_example[]){
			{"conc play", "the levels, and which are won"},
			{"conc play 2", "level 02-visitors"},
			{"conc play prog.c", "find the order that breaks it"},
			{"echo '1 2 1' | conc play prog.c",
				"take these steps, and stop"},
			{0},
		},
	.json =
		(const struct command_member[]){
			{"failed", "whether you made it fail"},
			{"steps, preemptions", "that you took"},
			{"fewest_known",
				"preemptions that it can be done with"},
			{"always", "it fails in every order"},
			{"schedule", "the word for conc replay"},
			{"level, par", "of a level: its name, and the fewest "
				       "preemptions that it takes"},
			{"levels, title, spurious, best",
				"without a program: each level, the wake-ups "
				"without a signal that it needs, and the "
				"fewest preemptions that you won it with"},
			{0},
		},
	.notes = "What you have won is kept in $XDG_STATE_HOME/conc/levels, "
		 "or under ~/.local/state.",
	.run = run,
};
