/*
 * explore - what `explore` and `replay` share: a program, an answer, its words
 *
 * Threads:  the main one.
 * Blocking: explore_line reads source files; the printing functions write.
 * Memory:   a view keeps the source lines that were asked for until
 *           explore_view_fini.
 */
#ifndef CMD_EXPLORE_H
#define CMD_EXPLORE_H

#include "cmd/json.h"
#include "cmd/opt.h"
#include "lib/explore/portfolio.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
	EXPLORE_WORDS_SIZE = 200,
	EXPLORE_MAX_ARGUMENTS = 256,
	EXPLORE_MAX_STEPS = 20000, /* where nothing else is said */
};

/* Options of both commands. */
struct explore_options {
	const char *compiler;
	unsigned optimise;
	struct opt_texts includes, defines, libraries;
	const char *invariant;
	bool at_rest;
	const char *input; /* a file for the program's standard input */
	bool takes_stdin; /* or ours, where the program reads it */
	bool check_exit;
	bool strict;
	unsigned memory; /* enum memory_model */

	/* of explore */
	uint64_t time_ns;
	uint64_t seed;
	unsigned strategy;
	unsigned bound;
	uint64_t max_steps;
	unsigned spurious;
	bool isolate;
	bool processes;
	unsigned kills;
	bool wait_all;
	bool outcomes;
	bool locks;
	const char *html;

	/* of play */
	const char *lessons;
};

/* What is shown, and where its words come from. */
enum {
	MOST_NAMED = 16
};

struct explore_view {
	struct wire *wire;
	struct symbols *symbols;
	const struct build_options *sources;
	const struct portfolio_result *result;
	const struct portfolio_options *todo; /* NULL in play */
	const struct calls *calls; /* that the program makes */
	bool outcomes; /* are what was asked for */
	const char *lesson; /* the reader is in that one already; or NULL */
	const struct guards *guards; /* NULL: they were not asked for */
	struct explore_file *files;
	struct explore_blocks *blocks;
	struct explore_told *told; /* in one answer; NULL: say all again */
	uint32_t named[MOST_NAMED]; /* steps that the words speak of */
	unsigned nnamed;
	char schedule[SCHEDULE_TEXT_SIZE];
};

extern const char *const explore_memory_names[], *const explore_strategies[];

#define EXPLORE_MEMORY_ROW                                                   \
	{                                                                    \
		.name = "memory", .kind = OPT_CHOICE, .argument = "MODEL",   \
		.offset = offsetof(struct explore_options, memory),          \
		.choices = explore_memory_names,                             \
		.help = "what loads may see: the last store (sc), one that " \
			"store buffers do not hide (tso), what C11 lets "    \
			"atomics see (c11)"                                  \
	}

/* How to compile: the same for every command that does. */
#define EXPLORE_BUILD_ROWS                                                     \
	{.name = "include",                                                    \
		.letter = 'I',                                                 \
		.kind = OPT_TEXTS,                                             \
		.argument = "DIR",                                             \
		.offset = offsetof(struct explore_options, includes),          \
		.help = "look for headers there, as the compiler's -I"},       \
		{.name = "define",                                             \
			.letter = 'D',                                         \
			.kind = OPT_TEXTS,                                     \
			.argument = "NAME[=VALUE]",                            \
			.offset = offsetof(struct explore_options, defines),   \
			.help = "define a macro, as the compiler's -D"},       \
		{.name = "library",                                            \
			.letter = 'l',                                         \
			.kind = OPT_TEXTS,                                     \
			.argument = "NAME",                                    \
			.offset = offsetof(struct explore_options, libraries), \
			.help = "link with a library, as the compiler's -l"},  \
		{.name = "optimise",                                           \
			.letter = 'O',                                         \
			.kind = OPT_COUNT,                                     \
			.argument = "LEVEL",                                   \
			.offset = offsetof(struct explore_options, optimise),  \
			.max = 9,                                              \
			.help = "optimise, as the compiler's -O; 0 shows "     \
				"most"},                                       \
		{.name = "invariant",                                          \
			.kind = OPT_TEXT,                                      \
			.argument = "CONDITION",                               \
			.offset = offsetof(struct explore_options, invariant), \
			.help = "what must hold after each step: an "          \
				"expression, as in the first file, or the "    \
				"name of a function in it; with --processes, " \
				"a command that succeeds in the end"},         \
		{.name = "at-rest",                                            \
			.kind = OPT_FLAG,                                      \
			.offset = offsetof(struct explore_options, at_rest),   \
			.help = "the invariant may be broken while anybody "   \
				"holds a lock"},                               \
		{.name = "stdin",                                              \
			.kind = OPT_TEXT,                                      \
			.argument = "FILE",                                    \
			.offset = offsetof(struct explore_options, input),     \
			.help = "what the program reads, the same each time"}, \
	{                                                                      \
		.name = "cc", .kind = OPT_TEXT, .argument = "COMPILER",        \
		.offset = offsetof(struct explore_options, compiler),          \
		.env = "CC", .help = "compile with gcc, clang or the like"     \
	}

extern const struct opt explore_build_rows[];

/* The program's files and arguments, from the operands. EXIT_USAGE, or 0. */
int explore_sources(const struct explore_options *options, int noperands,
	char **operands, struct build_options *sources, const char **arguments);

/* Compile; an exit code after saying why not, or 0. */
int explore_build(const struct build_options *sources, struct build *build);

/* Say why build_make returned that; EXIT_REFUSED. */
int explore_refuse_build(const struct build_options *sources, int status);

/*
 * Read what the program is to read: the file that was named, or standard
 * input if the program calls anything that reads it. An exit code or 0.
 */
int explore_input(const struct explore_options *chosen, struct build *build,
	struct portfolio_options *todo);

/* What the options say is to be done with the program. */
struct portfolio_options explore_plan(const struct explore_options *chosen,
	const struct build_options *sources, const struct build *build,
	const char *const *arguments);

/*
 * Build the program that the operands name, call `then`, and remove what was
 * built. Returns what `then` returned, or an exit code after saying why not.
 */
int explore_with(const struct explore_options *chosen, int noperands,
	char **operands, int (*then)(const struct portfolio_options *todo));

/* A search of so long at most begins, and has ended: its progress is shown. */
void explore_begin_search(uint64_t limit);
void explore_end_search(void);

/* Say that the system refused, with -errno; EXIT_REFUSED. */
int explore_refuse(int error);

/*
 * The page of the failure is to go there; NULL: there is to be none. An exit
 * code after saying why it cannot, or 0. And write it, with the same result.
 */
int explore_try_page(const char *path, int noperands, char **operands);
int explore_save_page(struct explore_view *view);

/* Print the answer; EXIT_NO when it is a failure. */
int explore_show(struct portfolio *portfolio,
	const struct portfolio_options *todo,
	const struct portfolio_result *result);

/* The same for who is in a lesson, which is not named then. */
int explore_show_in(const char *lesson, struct portfolio *portfolio,
	const struct portfolio_options *todo,
	const struct portfolio_result *result);

/*
 * Print which locks were held where, when that was asked for. Returns 0, or an
 * exit code after saying why not.
 */
int explore_show_locks(struct portfolio *portfolio,
	const struct portfolio_options *todo,
	const struct portfolio_result *result);

/* Source text of a line without its indentation; "" when there is none. */
const char *explore_line(struct explore_view *view, const struct place *place);
const char *explore_line_at(struct explore_view *view, uint64_t pc);
void explore_view_fini(struct explore_view *view);

/* Words, each into a buffer of EXPLORE_WORDS_SIZE; returned for convenience. */
const char *explore_object_name(
	struct explore_view *view, uint64_t object, char *words);
const char *explore_object_in_step(
	struct explore_view *view, uint64_t object, char *words); /* shorter */
const char *explore_thread_name(unsigned thread, char *words);

/* "uses seen[3], past the end of seen, ..."; false of all but variables. */
bool explore_missed_words(struct explore_view *view,
	const struct finding *failure, char *words, size_t size);
bool explore_missing_words(
	struct explore_view *view, uint64_t object, char *words, size_t size);

/* Of a lock that a party holds; "table (to read)" of one for readers. */
const char *explore_held_name(
	struct explore_view *view, const struct held_lock *held, char *words);

/* What two threads race on: all of what one of them frees. */
const char *explore_raced_name(
	struct explore_view *view, const struct finding *race, char *words);

/* Of all of the memory from malloc that begins there; NULL: it has none. */
const char *explore_block_name(
	struct explore_view *view, uint64_t block, char *words);

/*
 * The name of what lies at that place in memory from malloc, or of all of it;
 * false where it has none.
 */
bool explore_name_in_block(struct explore_view *view,
	const struct memory_place *place, uint64_t object, bool whole,
	char *words);

/* What has a type there; a spot in memory from malloc has no name. */
bool explore_spot(
	struct explore_view *view, uint64_t object, struct symbols_spot *spot);
bool explore_spot_in_block(struct explore_view *view,
	const struct memory_place *place, uint64_t object,
	struct symbols_spot *spot);

/* As symbols_name, in a buffer of EXPLORE_WORDS_SIZE. */
uint64_t explore_spot_name(struct explore_view *view,
	const struct symbols_spot *spot, uint64_t up_to, uint64_t most,
	char *words);

/* A string literal that is there, in quotes; false: there is none. */
bool explore_text_name(
	struct explore_view *view, uint64_t address, char *words);

/* It is called by a pointer to it. */
bool explore_has_pointer(
	struct explore_view *view, const struct memory_place *place);

/* "the block from line 14" */
const char *explore_block_from(struct explore_view *view,
	const struct memory_place *place, char *words);

struct explore_pointer {
	const char *name; /* of the pointer itself */
	uint64_t target; /* the type that it points to; 0: any */
};

/*
 * What a pointer with that value leads to: "&slots[3]", "node#2", a function.
 * NULL: that has no name.
 */
const char *explore_pointer_name(struct explore_view *view, uint64_t address,
	const struct explore_pointer *pointer, char *words);

/* The shorter one of what lies in that memory; NULL: in none without a name. */
const char *explore_object_name_in(struct explore_view *view,
	const struct memory_place *place, uint64_t object, char *words);

/* The function whose local variable it is; NULL: it is none. */
const char *explore_owner_of_local(
	struct explore_view *view, uint64_t object, char *words);

/* As the program has it: its main was renamed. */
const char *explore_function_name(const char *function);

/* What explore_thread_name names are processes. */
void explore_name_processes(bool yes);

/* A call of a process, as it was written down. */
void explore_call_words(
	const struct wire *wire, const struct op *op, char *words, size_t size);

/* Of the files on the command line, the first, or the only one there is. */
bool explore_is_first_file(
	const struct explore_view *view, const struct place *place);
bool explore_is_only_file(
	const struct explore_view *view, const struct place *place);

/* "x.c:12"; "a/x.c:12" where there is a b/x.c, too */
const char *explore_place_name(
	struct explore_view *view, uint64_t pc, char *words);
const char *explore_place_words(const struct explore_view *view,
	const struct place *place, char *words);

/* The same, but in the first file only "12". */
const char *explore_line_number(const struct explore_view *view,
	const struct place *place, char *words);
const char *explore_event_words(
	struct explore_view *view, const struct event *event, char *words);

/* Two places in one function: it comes to the lower one first. */
bool explore_goes_back(const struct place *first, const struct place *last);

/* "from x.c:12 to x.c:14"; of one line, "at line 12" or "at x.c:12". */
void explore_add_span(struct explore_view *view, uint64_t first, uint64_t last,
	char *words, size_t size);

/* Of an access to what has that name: what it reads or writes there. */
void explore_access_words(struct explore_view *view, const struct event *event,
	const char *name, char *words);

/* Who waits for what, one line for each thread that does. */
bool explore_wait_words(
	struct explore_view *view, unsigned thread, char *words, size_t size);

enum explore_miss {
	EXPLORE_NOT_MISSED,
	EXPLORE_MISSED, /* it came before the thread waited */
	EXPLORE_UNHEARD, /* and before anybody did */
	EXPLORE_WOKE_OTHER,
	EXPLORE_WOKE_IT, /* but it waits again */
};

/*
 * The signal, or broadcast, that could have woken a thread that sleeps on a
 * condition; and the last wait of the thread.
 */
enum explore_miss explore_missed_signal(struct explore_view *view,
	unsigned thread, uint32_t *signal, uint32_t *wait);

/*
 * That somebody goes on after a wait without testing again, though it would
 * have had to wait again; of the thread that failed, that it does so at all.
 */
bool explore_untested_advice(
	struct explore_view *view, unsigned failing, char *words, size_t size);

/* Of semaphores: who gives back a permit that it has not, */
bool explore_permit_advice(struct explore_view *view, char *words, size_t size);

/* that one which both sides of a race have taken is for more than one, */
void explore_add_room(struct explore_view *view, const struct finding *race,
	char *words, size_t size);

/* and that one began with so much that it let in too many, */
bool explore_crowd_advice(struct explore_view *view,
	const struct finding *failure, char *words, size_t size);

/* and who does after the post what was to be done before it. */
bool explore_handover_advice(struct explore_view *view,
	const struct finding *race, char *words, size_t size);

/* Of a plain variable that a loop waits for; false: none does. */
bool explore_flag_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size);
bool explore_is_flag(const struct wire *wire, uint64_t object);

/* Of a value that a thread failed with: it came too soon, */
bool explore_null_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);

/* or too late, and another is in its place. */
bool explore_overwritten_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);

/* Of who locks what it has locked in the same line. */
bool explore_again_advice(struct explore_view *view,
	const struct finding *misuse, char *words, size_t size);

/* " (3 of 4 are there)": of a barrier that somebody waits at. */
void explore_arrived_words(
	const struct wire *wire, uint64_t barrier, char *words, size_t size);

/* Of threads that do not get on. */
bool explore_stuck_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);
const char *explore_stuck_lesson(
	struct explore_view *view, const struct finding *finding);

/* Of a deadlock that needs no race to come about. */
bool explore_explains_itself(
	struct explore_view *view, const struct finding *failure);

/* Options that are about something else: which, and about what, is said. */
bool explore_refuse_options(const struct explore_options *chosen);
bool explore_processes_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);
bool explore_files_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);
bool explore_wakes_early(const struct wire *wire); /* one that sleeps */
bool explore_changes_files(const struct wire *wire);
const char *explore_processes_lesson(
	const struct wire *wire, const struct finding *finding);

const char *explore_finding_name(enum finding_kind kind);

/*
 * A habit that shows in the execution and leads to all kinds of failures: its
 * lesson, and the thought to it. NULL when there is none, or it has nothing to
 * do with that finding.
 */
const char *explore_habit(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);

/* The lesson that it belongs to, if that is on the shelf; or NULL. */
const char *explore_finding_lesson(
	struct explore_view *view, const struct finding *finding);

/* The smallest change of thought; false when there is nothing to say. */
bool explore_advice(struct explore_view *view, const struct finding *finding,
	char *words, size_t size);

/* "T1 writes it at x.c:5, holding no lock; T2 reads it at x.c:9, ..." */
void explore_race_words(struct explore_view *view, const struct finding *race,
	char *words, size_t size);

/* What a line says. */
enum explore_part {
	EXPLORE_HEAD, /* what is wrong, and where */
	EXPLORE_DETAIL, /* who waits for what, holds what, races with whom */
	EXPLORE_NOTE, /* what else was seen */
	EXPLORE_THINK, /* the smallest change of thought */
	EXPLORE_LESSON, /* its slug */
};

typedef void (*explore_put_fn)(
	void *context, enum explore_part part, const char *words);

/* What the numbers of those blocks mean that have one name. */
void explore_tell_blocks(
	struct explore_view *view, explore_put_fn put, void *context);

/* The data race that the failure comes from, as far as is known; or NULL. */
const struct finding *explore_main_race(
	struct explore_view *view, const struct finding *failure);
const struct finding *explore_race_on(const struct wire *wire, uint64_t object);

/* " - join it (05-data-race)", of what is no reason for the failure. */
void explore_add_thought(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);

/* That one in full, and how many others there are. */
void explore_tell_races(struct explore_view *view,
	const struct finding *failure, explore_put_fn put, void *context);

/* Give what was found to `put`, a line at a time; what mends it, likewise. */
void explore_tell_what(struct explore_view *view, const struct finding *failure,
	explore_put_fn put, void *context);
void explore_tell_why(struct explore_view *view, const struct finding *failure,
	explore_put_fn put, void *context);

/* The number of the step whose store an event has read; 0: not known. */
uint32_t explore_read_from(const struct wire *wire, const struct event *event);

/*
 * Whether it is the order of memory accesses that is too weak. What fails under
 * MEMORY_SC is shown there.
 */
bool explore_is_weak(
	const struct explore_view *view, const struct finding *finding);
void explore_weak_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);

/* Write the failure as a page of its own. Returns 0 or a negative errno. */
int explore_save_html(struct explore_view *view, const char *path);

/* Its table of steps. */
void explore_put_steps(FILE *out, struct explore_view *view);

/* Which locks were held where data is shared; nothing where view has none. */
void explore_print_locks(struct explore_view *view);
void explore_put_locks(struct explore_view *view, struct json *json);

/* With --outcomes: how often each came about. */
void explore_print_outcomes(const struct explore_view *view);
void explore_put_outcomes(const struct explore_view *view, struct json *json);

void explore_print_timeline(struct explore_view *view, unsigned width);
void explore_print_text(struct explore_view *view, unsigned width);
void explore_print_json(struct explore_view *view);

#endif
