/*
 * The verb check: the learner's file and the lesson's check.c as one program,
 * under every schedule that the lesson asks for.
 */
#include "cmd/lesson.h"
#include "cmd/lesson_verdict.h"

#include "cmd/explore.h"
#include "cmd/interrupt.h"
#include "cmd/msg.h"
#include "cmd/opt.h"
#include "cmd/progress.h"
#include "cmd/text.h"
#include "lib/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	FLAG_SIZE = PATH_MAX + 8,
	MAX_STEPS = 20000,
};

struct check_options {
	uint64_t time_ns;
};

/* For one scenario. Our solutions take far less; a loop that tries again and
   again can take for ever. */
static uint64_t limit_ns = 60 * CLOCK_NS_PER_S;

/* The program that is made of a learner's file. */
struct checked {
	const struct lesson *lesson;
	char given[PATH_MAX]; /* the exercise as it came */
	char check[PATH_MAX];
	char include[3][FLAG_SIZE]; /* the lesson's folder, its shelf, ours */
	struct build_options sources;
	char places[4][PATH_MAX * 2], here[PATH_MAX];
	unsigned missing; /* of the box */
	struct box_options box;
	const char *arguments[3];
};

static int refuse_path(const struct lesson *lesson, const char *path, int error)
{
	msg_error(
		"cannot read %s: %s", text_quote(path).text, strerror(-error));
	msg_hint("try 'conc lesson reset %s', which brings it back",
		lesson->slug);
	return EXIT_REFUSED;
}

static int tick(void *context)
{
	(void)context;
	return interrupt_requested();
}

static struct progress progress;

/* The search takes as long as it may, or less. */
static int search_tick(void *context)
{
	uint64_t elapsed = clock_now() - progress.start_ns;

	progress_update(
		&progress, elapsed < limit_ns ? elapsed : limit_ns, limit_ns);
	return tick(context);
}

/* A box_output_fn: the compiler quotes what it was given. */
static void print_tool(void *context, const char *text, size_t length)
{
	(void)context;
	while (length) {
		const char *end = memchr(text, '\n', length);
		size_t n = end ? (size_t)(end - text) : length;

		text_print(stderr, text, n);
		if (end)
			putc('\n', stderr);
		text += n + (end != NULL);
		length -= n + (end != NULL);
	}
}

/* Once; `verify` checks many files. */
static void note_missing(unsigned missing)
{
	static bool noted;
	char words[BOX_WORDS_SIZE];

	if (missing && !noted)
		msg_note("your program runs with less protection than it "
			 "could: %s",
			box_missing(missing, words));
	noted = noted || missing;
}

static void add_place(struct checked *checked, unsigned i, const char *folder)
{
	if (folder[0] == '/')
		snprintf(checked->places[i], sizeof(checked->places[i]), "%s",
			folder);
	else
		snprintf(checked->places[i], sizeof(checked->places[i]),
			"%s/%.*s", checked->here, PATH_MAX - 1, folder);
	checked->box.places[i] = (struct box_place){
		checked->places[i], BOX_COPY};
}

/* The folders of the exercise, of the lesson, and of what both include. */
static void put_in_box(struct checked *checked, const char *path)
{
	char folder[PATH_MAX];
	char *slash;

	checked->box = (struct box_options){
		.limits = {.wall_ns = 20 * CLOCK_NS_PER_S,
			.cpu_s = 10,
			.memory_size = UINT64_C(800) << 20,
			.file_size = 16 << 20,
			.output_size = 1 << 20,
			.tmp_size = 16 << 20,
			.nfiles = 1000,
			.nprocesses = 300,
			.ndescriptors = 256},
		.output = print_tool,
		.tick = tick,
		.folder = checked->here,
		.missing = &checked->missing,
	};
	if (!getcwd(checked->here, sizeof(checked->here)))
		snprintf(checked->here, sizeof(checked->here), "/");
	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash)
		slash[0] = '\0';
	add_place(checked, 0, slash ? folder : ".");
	for (unsigned i = 0; i < 3 && *checked->include[i]; i++)
		add_place(checked, i + 1, checked->include[i] + 2);
	checked->sources.box = &checked->box;
}

static int put_together(
	struct checked *checked, const struct lesson *lesson, const char *path)
{
	const char *compiler = getenv("CC");
	char usual[PATH_MAX];

	*checked = (struct checked){.lesson = lesson};
	if (!lesson_path(lesson, "check.c", checked->check) ||
		!lesson_path(lesson, lesson->file, checked->given))
		return refuse_path(lesson, lesson->folder, -ENAMETOOLONG);
	if (!path)
		path = checked->given;
	if (access(path, R_OK) < 0)
		return refuse_path(lesson, path, -errno);
	snprintf(checked->include[0], FLAG_SIZE, "-I%s", lesson->folder);
	snprintf(checked->include[1], FLAG_SIZE, "-I%s/..", lesson->folder);
	if (lesson_shelf_usual(usual))
		snprintf(checked->include[2], FLAG_SIZE, "-I%s", usual);
	checked->sources = (struct build_options){
		.processes = lesson->explorer == LESSON_PROCESSES,
		.compiler = compiler && *compiler ? compiler : "cc",
		.nfiles = 2,
		.files = {path, checked->check},
		.nflags = *checked->include[2] ? 3 : 2,
		.flags = {checked->include[0], checked->include[1],
			checked->include[2]},
	};
	checked->arguments[0] = lesson->file;
	put_in_box(checked, path);
	return 0;
}

/* For the simplest failure; of processes, for the proof as well. */
static unsigned most_bound(const struct lesson *lesson)
{
	return lesson->explorer == LESSON_PROCESSES && lesson->bound >= 0
		       ? (unsigned)lesson->bound
		       : 4;
}

static struct portfolio_options plan(
	const struct checked *checked, const struct build *build)
{
	const struct lesson *lesson = checked->lesson;

	return (struct portfolio_options){
		.sources = &checked->sources,
		.build = build,
		.arguments = checked->arguments,
		.limit_ns = limit_ns,
		.seed = 1,
		.max_steps = MAX_STEPS,
		.spurious = lesson->spurious,
		.max_bound = most_bound(lesson),
		.memory = (enum memory_model)lesson->memory,
		.wait_all = lesson->wait_all,
		.locks = lesson->locks,
		.processes = lesson->explorer == LESSON_PROCESSES,
		.kills = lesson->kills,
		.spare_first = true,
		.check_exit = true,
		.only = lesson->bound < 0 ? -1 : SEARCH_BOUNDED,
		.bound = lesson->bound < 0 ? 0 : (unsigned)lesson->bound,
		.tick = search_tick,
	};
}

/*
 * It does not compile, or does not link: the compiler has said why, which is
 * the learner's to mend and not the environment's.
 */
static int refuse_build(const struct checked *checked, int status)
{
	const char *file = checked->lesson->file;

	switch (status) {
	case BUILD_DOES_NOT_COMPILE:
		msg_error("%s does not compile yet", file);
		msg_hint("mend what the compiler says above, then 'conc lesson "
			 "check'");
		return EXIT_NO;
	case BUILD_DOES_NOT_LINK:
	case BUILD_TWO_MAINS:
		msg_error("%s does not fit the check: a function that it calls "
			  "is gone, or there is a second main",
			file);
		msg_hint("keep the functions that were there, without a main; "
			 "or begin anew: conc lesson reset");
		return EXIT_NO;
	default:
		return explore_refuse_build(&checked->sources, status);
	}
}

/* A lesson_then_fn. */
static int explore(const struct portfolio_options *todo, void *verdict)
{
	struct portfolio_result result;
	struct portfolio *portfolio;
	int error = portfolio_open(todo, &portfolio);
	int code;

	if (error)
		return explore_refuse(error);
	progress_start(&progress, "check");
	error = portfolio_explore(portfolio, &result);
	progress_stop(&progress);
	code = error ? explore_refuse(error)
		     : verdict_show(verdict, portfolio, todo, &result);
	portfolio_close(portfolio);
	return code;
}

static int each_scenario(struct checked *checked, const struct build *build,
	lesson_then_fn then, void *context)
{
	int code = LESSON_GO_ON;
	unsigned i = 0;

	do {
		struct portfolio_options todo = plan(checked, build);

		checked->arguments[1] = checked->lesson->scenarios[i];
		if (interrupt_requested())
			return EXIT_GOOD;
		code = then(&todo, context);
	} while (code == LESSON_GO_ON && checked->lesson->scenarios[i] &&
		 checked->lesson->scenarios[++i]);
	return code;
}

static int with(const struct lesson *lesson, const char *path, bool native,
	lesson_then_fn then, void *context)
{
	struct checked checked;
	struct build build;
	int code = put_together(&checked, lesson, path);
	int status;

	if (code)
		return code;
	checked.sources.native = native;
	interrupt_catch();
	status = build_make(&checked.sources, &build);
	note_missing(checked.missing);
	if (status)
		return refuse_build(&checked, status);
	code = each_scenario(&checked, &build, then, context);
	build_remove(&build);
	return code;
}

int lesson_with(const struct lesson *lesson, const char *path,
	lesson_then_fn then, void *context)
{
	return with(lesson, path, false, then, context);
}

int lesson_natively(const struct lesson *lesson, const char *path,
	lesson_then_fn then, void *context)
{
	return with(lesson, path, true, then, context);
}

/* *explored: there was a program, and it was seen to hold or to fail. */
static int check(const struct lesson *lesson, const char *path, bool *explored)
{
	struct verdict verdict = {.lesson = lesson, .bound = lesson->bound};
	int code = lesson_with(lesson, path, explore, &verdict);

	*explored = verdict.ntried > 0;
	return code;
}

int lesson_check(const struct lesson *lesson, const char *path)
{
	bool explored;

	return check(lesson, path, &explored);
}

/* "conc lesson next", from where the learner is; a name, from elsewhere. */
static void print_go_on(const struct lesson_place *place)
{
	const struct lesson *after = lesson_after(place);
	bool is_elsewhere = *lesson_named(place);

	printf("Go on:        conc lesson %s%s%s\n",
		after ? "next" : "progress", after && is_elsewhere ? " " : "",
		after && is_elsewhere ? after->slug : "");
}

static void note_passed(struct lesson_place *place)
{
	time_t now = (time_t)clock_wall();
	struct tm parts;
	char day[12];

	localtime_r(&now, &parts);
	strftime(day, sizeof(day), "%Y-%m-%d", &parts);
	if (!lesson_passed(place, place->lesson))
		workshop_set(
			&place->workshop, "passed", place->lesson->slug, day);
	if (global.json || global.quiet)
		return;
	printf("\nOur solution: conc lesson solution%s\n", lesson_named(place));
	if (lesson_is_asking(place))
		printf("One question: conc lesson explain%s\n",
			lesson_named(place));
	print_go_on(place);
}

static void print_help(const struct lesson_place *place, bool explored)
{
	if (global.json || global.quiet)
		return;
	printf("Stuck? conc lesson hint%s\n", lesson_named(place));
	if (explored && lesson_is_asking(place))
		printf("Why does it fail? conc lesson explain%s\n",
			lesson_named(place));
}

static void note_changed(const struct lesson_place *place)
{
	unsigned i = 0;
	const char *name = lesson_changed(place, &i);

	if (name)
		msg_note("%s is not as it was given, which the check is made "
			 "for: 'conc lesson reset%s' brings it back",
			name, lesson_named(place));
}

int lesson_try(struct lesson_place *place)
{
	char path[PATH_MAX];
	bool explored;
	int code;

	note_changed(place);
	lesson_exercise(place, place->lesson, path);
	code = check(place->lesson, path, &explored);
	if (interrupt_requested() || code == EXIT_REFUSED)
		return code;
	workshop_add(&place->workshop, "tries", place->lesson->slug);
	if (code == EXIT_GOOD)
		note_passed(place);
	else
		print_help(place, explored);
	return code;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct check_options *options = given;
	struct lesson_place place;
	int code = lesson_place_open(&place, noperands ? operands[0] : NULL);

	limit_ns = options->time_ns;
	if (code)
		return code;
	code = lesson_try(&place);
	lesson_place_close(&place);
	return code;
}

static const struct opt rows[] = {
	{.name = "time",
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = offsetof(struct check_options, time_ns),
		.min = CLOCK_NS_PER_S / 1000,
		.max = UINT64_C(86400) * CLOCK_NS_PER_S,
		.help = "how long to search, at most"},
	OPT_END,
};

const struct command lesson_check_verb = {
	.name = "check",
	.summary = "is my solution right?",
	.about = "Compiles your file, runs it under every schedule that the "
		 "lesson asks for, and shows the one that breaks it, in your "
		 "own lines; or says what was proved.",
	.operands = "[LESSON]",
	.operands_max = 1,
	.options = rows,
	.defaults = &(const struct check_options){60 * CLOCK_NS_PER_S},
	.options_size = sizeof(struct check_options),
	.examples =
		(const struct command_example[]){
			{"conc lesson check", "the exercise where you are"},
			{"conc lesson check mutex", "another one"},
			{0},
		},
	.run = run,
};
