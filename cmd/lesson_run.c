/*
 * The verb run: the exercise as an ordinary program, many times, each time in
 * a box. That it goes well proves little, which is the point.
 */
#include "cmd/lesson.h"

#include "cmd/interrupt.h"
#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/page.h"
#include "cmd/text.h"
#include "lib/box.h"
#include "lib/clock.h"

#include <stdio.h>
#include <string.h>

enum {
	SAID_SIZE = 200,
	MOST_ENDS = 8,
	MOST_TIMES = 100000,
};

/* One run that does not end, and all of them together. */
static const uint64_t run_ns = 2 * CLOCK_NS_PER_S;
static const uint64_t all_ns = 4 * CLOCK_NS_PER_S;

struct run_options {
	unsigned times;
};

/* How some of the runs ended, and what the first of them wrote. */
struct end {
	char words[BOX_WORDS_SIZE];
	char said[SAID_SIZE];
	unsigned times;
};

struct runs {
	unsigned wanted, made, well;
	unsigned nleft; /* scenarios that share what is wanted */
	unsigned nends, nothers; /* that ended in yet another way */
	struct end ends[MOST_ENDS];
	uint64_t until_ns;
	struct box_options box;
	char said[SAID_SIZE]; /* the first line of what is running */
	size_t nsaid;
};

/* A box_output_fn. */
static void hear(void *context, const char *text, size_t length)
{
	struct runs *runs = context;

	for (size_t i = 0; i < length && runs->nsaid < SAID_SIZE - 1; i++) {
		if (text[i] == '\n')
			runs->nsaid = SAID_SIZE;
		else
			runs->said[runs->nsaid++] = text[i];
	}
}

static int tick(void *context)
{
	(void)context;
	return interrupt_requested();
}

static void count_end(struct runs *runs, const char *words)
{
	struct end *end = runs->ends;

	while (end < runs->ends + runs->nends &&
		(strcmp(end->words, words) || strcmp(end->said, runs->said)))
		end++;
	if (end == runs->ends + MOST_ENDS) {
		runs->nothers++;
		return;
	}
	if (end == runs->ends + runs->nends) {
		snprintf(end->words, sizeof(end->words), "%s", words);
		memcpy(end->said, runs->said, SAID_SIZE);
		runs->nends++;
	}
	end->times++;
}

/* Returns 0, or -errno when the system refuses to run it. */
static int run_once(struct runs *runs)
{
	char words[BOX_WORDS_SIZE];
	struct box_result result;
	int error;

	memset(runs->said, 0, sizeof(runs->said));
	runs->nsaid = 0;
	error = box_run(&runs->box, &result);
	if (error || result.end == BOX_STOPPED)
		return error;
	runs->made++;
	box_describe(&result, &runs->box.limits, words);
	if (result.end == BOX_EXITED && !result.code && !result.nleft)
		runs->well++;
	else
		count_end(runs, words);
	return 0;
}

static void put_in_box(struct runs *runs, const struct portfolio_options *todo)
{
	static const char *const environment[] = {"PATH=/usr/bin:/bin", NULL};

	runs->box = (struct box_options){
		.program = todo->build->program,
		.arguments = todo->arguments,
		.environment = environment,
		.places = {{todo->build->folder, BOX_READ}},
		.limits = {.wall_ns = run_ns,
			.cpu_s = 2,
			.memory_size = UINT64_C(800) << 20,
			.file_size = 16 << 20,
			.output_size = 1 << 20,
			.tmp_size = 16 << 20,
			.nfiles = 1000,
			.nprocesses = 64,
			.ndescriptors = 64},
		.output = hear,
		.tick = tick,
		.context = runs,
	};
}

/* A lesson_then_fn. */
static int run_many(const struct portfolio_options *todo, void *context)
{
	struct runs *runs = context;
	unsigned share = (runs->wanted + runs->nleft - 1) / runs->nleft;
	int error = 0;

	put_in_box(runs, todo);
	if (!runs->until_ns)
		runs->until_ns = clock_now() + all_ns;
	runs->nleft--;
	runs->wanted -= share;
	for (unsigned i = 0; !error && i < share; i++) {
		if (interrupt_requested() || clock_now() >= runs->until_ns)
			break;
		error = run_once(runs);
	}
	if (!error)
		return LESSON_GO_ON;
	msg_error("cannot run the exercise: %s", strerror(-error));
	msg_hint("try again");
	return EXIT_REFUSED;
}

static void print_end(const struct end *end)
{
	printf("%6u  ", end->times);
	page_wrap(stdout, end->words, 8, 8);
	if (!*end->said)
		return;
	printf("        it said: ");
	page_wrap(stdout, end->said, 17, 17);
}

static void print_runs(const struct runs *runs, const struct lesson *lesson)
{
	printf("%u run%s: %u ended well, %u did not.\n", runs->made,
		runs->made == 1 ? "" : "s", runs->well,
		runs->made - runs->well);
	for (unsigned i = 0; i < runs->nends; i++)
		print_end(&runs->ends[i]);
	if (runs->nothers)
		printf("%6u  in other ways\n", runs->nothers);
	if (clock_now() >= runs->until_ns)
		printf("Then the time was over.\n");
	if (global.quiet)
		return;
	if (runs->well)
		printf("\nWhich order the %s ran in was luck: that runs go "
		       "well proves little.\nEvery order that matters: "
		       "conc lesson check\n",
			lesson->explorer == LESSON_PROCESSES ? "processes"
							     : "threads");
	else
		printf("\nNone went well. How it comes to that, step by step: "
		       "conc lesson check\n");
}

static void print_json(const struct lesson *lesson, const struct runs *runs)
{
	struct json json;

	json_begin(&json, stdout, "conc.lesson.run");
	json_string(&json, "lesson", lesson->slug);
	json_uint(&json, "runs", runs->made);
	json_uint(&json, "well", runs->well);
	json_array(&json, "ends");
	for (unsigned i = 0; i < runs->nends; i++) {
		json_object(&json, NULL);
		json_uint(&json, "times", runs->ends[i].times);
		json_string(&json, "text", runs->ends[i].words);
		json_string(&json, "said", runs->ends[i].said);
		json_end(&json);
	}
	json_end(&json);
	json_finish(&json);
}

static int run(const void *given, int noperands, char **operands)
{
	const struct run_options *options = given;
	struct runs runs = {.wanted = options->times};
	struct lesson_place place;
	char path[PATH_MAX];
	int code = lesson_place_open(&place, noperands ? operands[0] : NULL);

	if (code)
		return code;
	lesson_exercise(&place, place.lesson, path);
	do {
		runs.nleft++;
	} while (place.lesson->scenarios[runs.nleft]);
	code = lesson_natively(place.lesson, path, run_many, &runs);
	if (code == LESSON_GO_ON) {
		code = runs.well < runs.made ? EXIT_NO : EXIT_GOOD;
		if (global.json)
			print_json(place.lesson, &runs);
		else
			print_runs(&runs, place.lesson);
	}
	lesson_place_close(&place);
	return code;
}

static const struct opt rows[] = {
	{.name = "times",
		.letter = 'n',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = offsetof(struct run_options, times),
		.min = 1,
		.max = MOST_TIMES,
		.help = "run it so often, unless that takes some seconds"},
	OPT_END,
};

const struct command lesson_run = {
	.name = "run",
	.summary = "run the exercise many times, and count how it ends",
	.about = "Compiles your file with the lesson's check as an ordinary "
		 "program and runs it many times, on the system's own "
		 "threads, in a box that keeps it from doing harm. It says "
		 "how the runs ended: which limit, which signal, and what "
		 "that usually means. A fault that needs bad luck may not "
		 "show; for that there is check.",
	.operands = "[LESSON]",
	.operands_max = 1,
	.options = rows,
	.defaults = &(const struct run_options){.times = 100},
	.options_size = sizeof(struct run_options),
	.examples =
		(const struct command_example[]){
			{"conc lesson run", "does the fault ever show?"},
			{"conc lesson run --times 1000", "with more patience"},
			{0},
		},
	.run = run,
};
