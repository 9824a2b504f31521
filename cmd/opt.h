/*
 * opt - an option is a row
 *
 * A command's options are a table of rows ended by OPT_END. From that one
 * table come parsing, --help, the man page, the completions, the environment
 * variables, conc.conf and --print-config. Each row points at a field of the
 * command's own options struct:
 *
 *	kind         field                    the user writes
 *	OPT_FLAG     bool                     --json
 *	OPT_COUNT    unsigned                 --threads 4 (plain digits)
 *	OPT_NUMBER   uint64_t                 --nth 1e6 (cmd/number.h)
 *	OPT_BOUND    uint64_t                 1e18+1e8
 *	OPT_DURATION uint64_t, nanoseconds    --work 250ms, or 0.25
 *	OPT_FRACTION uint64_t, billionths     --p 0.1
 *	OPT_CHOICE   unsigned, the index      --schedule static
 *	OPT_TEXT     const char *             --svg FILE
 *	OPT_COUNTS   struct opt_list          --threads 1,2,4 or 1-8
 *	OPT_DURATIONS struct opt_durations    --delays 3,1,250ms
 *	OPT_CHOICES  struct opt_list          --models seq,threads
 *	OPT_TEXTS    struct opt_texts         --host A --host B, only there
 *	OPT_ACTION   bool                     --help: command line only
 *	OPT_CONFIG   none                     --print-config
 *
 * Values come from the command line, else the environment, else
 * ./conc.conf, else the user's conc.conf, else the system's, else computed,
 * else the command's defaults.
 *
 * Threads:  the main thread, before a command starts others.
 * Blocking: never.
 * Memory:   OPT_TEXT points into the arguments, the environment or the
 *           settings, which all live as long as the program.
 */
#ifndef CMD_OPT_H
#define CMD_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum opt_kind {
	OPT_FLAG,
	OPT_COUNT,
	OPT_NUMBER,
	OPT_BOUND,
	OPT_DURATION,
	OPT_FRACTION,
	OPT_CHOICE,
	OPT_TEXT,
	OPT_COUNTS,
	OPT_DURATIONS,
	OPT_CHOICES,
	OPT_TEXTS,
	OPT_ACTION,
	OPT_CONFIG,
};

enum {
	OPT_LIST_MOST = 64,
	OPT_ORIGIN_SIZE = 128,
};

/* An OPT_CHOICE field that nobody has set. */
#define OPT_UNSET UINT32_MAX

/* Counts, or indices of choices, in the order given. */
struct opt_list {
	unsigned n;
	unsigned values[OPT_LIST_MOST];
};

/* Nanoseconds, in the order given. */
struct opt_durations {
	unsigned n;
	uint64_t values[OPT_LIST_MOST];
};

/* Texts in the order given. */
struct opt_texts {
	unsigned n;
	const char *values[OPT_LIST_MOST];
};

/* The name of the i-th choice; NULL past the last. */
typedef const char *(*opt_choice_fn)(size_t i);

/*
 * Work out a default: fill the field and say in origin where the value comes
 * from, such as "2 usable CPUs (affinity 2, cgroup quota none)".
 */
typedef void (*opt_default_fn)(void *field, char *origin, size_t origin_size);

struct opt {
	const char *name; /* long, without dashes */
	char letter; /* short, or 0 */
	enum opt_kind kind;
	const char *argument; /* its name in help, such as "N" */
	size_t offset; /* of the field */
	size_t given; /* of a bool: set on the command line; 0: not noted */
	uint64_t min, max; /* inclusive; a max of 0 is no limit */
	const char *const *choices; /* names ended by NULL, or … */
	opt_choice_fn choice; /* … a registry that names them */
	const char *help; /* lower case, no full stop */
	const char *env; /* variable names, separated by spaces, or NULL */
	opt_default_fn computed;
	const char *default_text; /* what help says the default is */
};

#define OPT_END              \
	{                    \
		.name = NULL \
	}

/*
 * A command refuses options that make no sense together, but only when they
 * were given together: what conc.conf or the environment says was meant for
 * other runs. `given` in a row tells which it is.
 */

/* A row that makes a command take --print-config. */
#define OPT_PRINT_CONFIG                                                      \
	{                                                                     \
		.name = "print-config", .kind = OPT_CONFIG,                   \
		.help = "print each option's value and where it comes from, " \
			"and do nothing else",                                \
	}

/*
 * Turn text into the row's field in the struct at base. what names the
 * culprit in the message: "--threads", "CONC_NUM_THREADS" or
 * "./conc.conf:3: threads". Returns 0, or EXIT_USAGE after saying why.
 */
int opt_set(
	const struct opt *row, void *base, const char *what, const char *text);

/* The same for an operand: opt_operand("HI", OPT_BOUND, 0, 0, text, &hi). */
int opt_operand(const char *what, enum opt_kind kind, uint64_t min,
	uint64_t max, const char *text, uint64_t *value);

/* The largest number that the row allows. */
uint64_t opt_max(const struct opt *row);

/* Whether conc.conf and the environment may set it. */
bool opt_is_setting(const struct opt *row);

/* Whether each time that it is given adds a value: OPT_TEXTS. */
bool opt_adds(const struct opt *row);

/* The i-th choice of an OPT_CHOICE or OPT_CHOICES row; NULL past the last. */
const char *opt_choice(const struct opt *row, size_t i);

/* Write the field's value as a user would write it; always ends with NUL. */
void opt_format(
	const struct opt *row, const void *base, char *out, size_t out_size);

/*
 * Whether the field holds a value that the row allows: one that is neither
 * given nor computed may be zero, and then stands for row->default_text.
 */
bool opt_has_value(const struct opt *row, const void *base);

bool opt_takes_argument(const struct opt *row);

/*
 * Say what values the row allows: "1 to 4096", "static, dynamic or queue".
 * Empty when anything goes.
 */
void opt_format_range(const struct opt *row, char *out, size_t out_size);

#endif
