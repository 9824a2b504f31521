#include "cmd/args.h"
#include "cmd/exit.h"
#include "cmd/opt.h"
#include "cmd/settings.h"
#include "lib/clock.h"
#include "tests/suite.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct options {
	bool help, version, fast;
	unsigned threads;
	uint64_t nth, hi;
	unsigned schedule;
	const char *file;
	struct opt_list widths, models;
	uint64_t pause;
	struct opt_durations delays;
	uint64_t part;
};

static const char *const schedules[] = {"static", "dynamic", "queue", NULL};

static const char *model_name(size_t i)
{
	static const char *const names[] = {"seq", "threads", "procs"};

	return i < 3 ? names[i] : NULL;
}

static void compute_nth(void *field, char *origin, size_t origin_size)
{
	*(uint64_t *)field = 77;
	snprintf(origin, origin_size, "a good guess");
}

#define FIELD(name) offsetof(struct options, name)

static const struct opt rows[] = {
	{.name = "help",
		.letter = 'h',
		.kind = OPT_ACTION,
		.offset = FIELD(help)},
	{.name = "version", .kind = OPT_ACTION, .offset = FIELD(version)},
	{.name = "fast",
		.letter = 'f',
		.kind = OPT_FLAG,
		.offset = FIELD(fast),
		.env = "TEST_FAST"},
	{.name = "threads",
		.letter = 't',
		.kind = OPT_COUNT,
		.min = 1,
		.max = 64,
		.offset = FIELD(threads),
		.env = "TEST_THREADS TEST_OTHER"},
	{.name = "nth",
		.kind = OPT_NUMBER,
		.min = 1,
		.offset = FIELD(nth),
		.computed = compute_nth},
	{.name = "hi", .kind = OPT_BOUND, .offset = FIELD(hi)},
	{.name = "schedule",
		.kind = OPT_CHOICE,
		.choices = schedules,
		.offset = FIELD(schedule)},
	{.name = "file", .kind = OPT_TEXT, .offset = FIELD(file)},
	{.name = "widths",
		.kind = OPT_COUNTS,
		.min = 1,
		.max = 64,
		.offset = FIELD(widths)},
	{.name = "models",
		.kind = OPT_CHOICES,
		.choice = model_name,
		.offset = FIELD(models)},
	{.name = "pause",
		.kind = OPT_DURATION,
		.min = 1,
		.max = 10 * CLOCK_NS_PER_S,
		.offset = FIELD(pause)},
	{.name = "part",
		.kind = OPT_FRACTION,
		.min = 1,
		.max = 2000000000,
		.offset = FIELD(part)},
	{.name = "delays",
		.kind = OPT_DURATIONS,
		.max = 10 * CLOCK_NS_PER_S,
		.offset = FIELD(delays)},
	OPT_END,
};

/* What is said on the way is tested elsewhere, and would only confuse here. */
static void be_silent(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	ck_assert_int_ge(null, 0);
	dup2(null, STDERR_FILENO);
	close(null);
}

static const struct opt *row_of(const char *name)
{
	for (const struct opt *row = rows; row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	ck_abort_msg("no row %s", name);
}

START_TEST(a_value_survives_being_written_and_read)
{
	static const struct {
		const char *name, *text;
	} values[] = {
		{"fast", "yes"},
		{"fast", "no"},
		{"threads", "64"},
		{"nth", "1000000"},
		{"hi", "18446744073709551615"},
		{"schedule", "queue"},
		{"file", "a b"},
		{"widths", "1,2,4"},
		{"models", "procs,seq"},
		{"part", "0.1"},
		{"part", "0.000000001"},
		{"part", "1.05"},
		{"part", "2"},
		{"pause", "250ms"},
		{"pause", "1500ms"},
		{"pause", "1ns"},
		{"pause", "10s"},
		{"delays", "3s,1s,0s,250us"},
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		struct options options = {0};
		const struct opt *row = row_of(values[i].name);
		char text[64];

		ck_assert_int_eq(
			opt_set(row, &options, "it", values[i].text), 0);
		opt_format(row, &options, text, sizeof(text));
		ck_assert_str_eq(text, values[i].text);
	}
}
END_TEST

START_TEST(a_wrong_value_changes_nothing)
{
	static const struct {
		const char *name, *text;
	} values[] = {
		{"fast", "perhaps"},
		{"threads", "0"},
		{"threads", "65"},
		{"threads", "1e1"},
		{"threads", ""},
		{"nth", "0"},
		{"nth", "1+1"},
		{"hi", "2**64"},
		{"hi", "1-2"},
		{"schedule", "stat"},
		{"schedule", ""},
		{"widths", ""},
		{"widths", "1,"},
		{"widths", "4-1"},
		{"widths", "1-65"},
		{"models", "seq,"},
		{"models", "seq,pool"},
		{"widths", "1-"},
		{"widths", "-4"},
		{"widths", "1,,2"},
		{"pause", "0"},
		{"pause", "11"},
		{"pause", "1e9"},
		{"pause", "ms"},
		{"delays", ""},
		{"delays", "1,"},
		{"delays", "1,11"},
	};

	be_silent();
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		struct options options, before;

		memset(&options, 0x5a, sizeof(options));
		before = options;
		ck_assert_msg(opt_set(row_of(values[i].name), &options, "it",
				      values[i].text) == EXIT_USAGE,
			"--%s '%s'", values[i].name, values[i].text);
		ck_assert_mem_eq(&options, &before, sizeof(options));
	}
}
END_TEST

START_TEST(lists_take_ranges_up_to_their_size)
{
	struct options options = {0};
	char many[400] = "1";

	ck_assert_int_eq(opt_set(row_of("widths"), &options, "it", "8,1-4"), 0);
	ck_assert_uint_eq(options.widths.n, 5);
	ck_assert_uint_eq(options.widths.values[0], 8);
	ck_assert_uint_eq(options.widths.values[4], 4);
	ck_assert_int_eq(opt_set(row_of("widths"), &options, "it", "1-64"), 0);
	ck_assert_uint_eq(options.widths.n, OPT_LIST_MOST);
	be_silent();
	for (int i = 0; i < OPT_LIST_MOST; i++)
		strcat(many, ",1");
	ck_assert_int_eq(
		opt_set(row_of("widths"), &options, "it", many), EXIT_USAGE);
	for (int i = 0; i <= OPT_LIST_MOST; i++)
		memcpy(many + 4 * i, "seq,", 5);
	many[4 * (OPT_LIST_MOST + 1) - 1] = '\0';
	ck_assert_int_eq(
		opt_set(row_of("models"), &options, "it", many), EXIT_USAGE);
}
END_TEST

START_TEST(times_are_in_ns_and_lists_of_them_keep_their_order)
{
	struct options options = {0};
	char many[400] = "1", range[64];

	ck_assert_int_eq(opt_set(row_of("pause"), &options, "it", "0.5"), 0);
	ck_assert_uint_eq(options.pause, CLOCK_NS_PER_S / 2);
	ck_assert_int_eq(
		opt_set(row_of("delays"), &options, "it", "3,1,2ms"), 0);
	ck_assert_uint_eq(options.delays.n, 3);
	ck_assert_uint_eq(options.delays.values[0], 3 * CLOCK_NS_PER_S);
	ck_assert_uint_eq(options.delays.values[2], 2 * CLOCK_NS_PER_MS);
	opt_format_range(row_of("pause"), range, sizeof(range));
	ck_assert_str_eq(range, "1ns to 10s");
	be_silent();
	for (int i = 0; i < OPT_LIST_MOST; i++)
		strcat(many, ",1");
	ck_assert_int_eq(
		opt_set(row_of("delays"), &options, "it", many), EXIT_USAGE);
}
END_TEST

/* Read a command line of words; what args_read returned. */
static int read_line(
	struct settings *settings, struct options *options, char *const *words)
{
	static char *argv[16];
	int argc = 1;

	memset(settings, 0, sizeof(*settings));
	argv[0] = "conc";
	for (; words[argc - 1]; argc++)
		argv[argc] = words[argc - 1];
	argv[argc] = NULL;
	settings_add(settings, rows, options);
	return args_read(settings, argc, argv, false);
}

#define READ(...) \
	read_line(&settings, &options, (char *const[]){__VA_ARGS__, NULL})

START_TEST(the_command_line_is_read_in_any_order)
{
	struct options options = {0};
	struct settings settings;

	/* Three words, of which one is an operand, which is put last. */
	ck_assert_int_eq(READ("10", "--threads", "4"), 3);
	ck_assert_int_eq(settings_resolve(&settings, false), 0);
	ck_assert_uint_eq(options.threads, 4);
	ck_assert_str_eq(
		settings_find(&settings, "threads")->origin, "--threads");
	ck_assert_int_eq(READ("-ft8", "--thr=2"), 3);
	ck_assert_int_eq(settings_resolve(&settings, false), 0);
	ck_assert_uint_eq(options.threads, 2);
	ck_assert(options.fast);
	ck_assert_int_eq(READ("--", "--threads"), 2);
}
END_TEST

START_TEST(wrong_options_are_refused_unless_help_is_wanted)
{
	struct options options = {0};
	struct settings settings;

	be_silent();
	ck_assert_int_eq(READ("--bogus"), -EXIT_USAGE);
	ck_assert_int_eq(READ("--threads"), -EXIT_USAGE);
	ck_assert_int_eq(READ("--fast=yes"), -EXIT_USAGE);
	ck_assert_int_eq(READ("-x"), -EXIT_USAGE);
	ck_assert_int_eq(READ("-5"), -EXIT_USAGE);
	ck_assert_int_eq(READ("--f"), -EXIT_USAGE);
	ck_assert_int_ge(READ("--bogus", "-h"), 0);
	ck_assert_int_ge(READ("--threads", "--help"), 0);
	ck_assert_int_ge(READ("-x", "--version"), 0);
	ck_assert_int_eq(READ("--bogus", "--", "--help"), -EXIT_USAGE);
}
END_TEST

START_TEST(the_environment_is_weaker_than_the_command_line)
{
	struct options options = {.threads = 1};
	struct settings settings;
	const struct setting *threads;

	setenv("TEST_OTHER", "2", 1);
	READ("x");
	threads = settings_find(&settings, "threads");
	ck_assert_int_eq(settings_resolve(&settings, false), 0);
	ck_assert_uint_eq(options.threads, 2);
	ck_assert_str_eq(threads->origin, "TEST_OTHER");
	setenv("TEST_THREADS", "3", 1);
	ck_assert_int_eq(settings_resolve(&settings, false), 0);
	ck_assert_uint_eq(options.threads, 3);
	ck_assert_str_eq(threads->origin, "TEST_THREADS");
	READ("-t", "4");
	ck_assert_int_eq(settings_resolve(&settings, false), 0);
	ck_assert_uint_eq(options.threads, 4);
	be_silent();
	setenv("TEST_THREADS", "3.5", 1);
	READ("x");
	ck_assert_int_eq(settings_resolve(&settings, false), EXIT_USAGE);
}
END_TEST

START_TEST(flags_in_the_environment_understand_no)
{
	static const struct {
		const char *value;
		bool on;
	} values[] = {
		{"1", true},
		{"yes", true},
		{"please", true},
		{"", false},
		{"0", false},
		{"no", false},
		{"off", false},
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		struct options options = {0};
		struct settings settings;

		setenv("TEST_FAST", values[i].value, 1);
		READ("x");
		ck_assert_int_eq(settings_resolve(&settings, false), 0);
		ck_assert(options.fast == values[i].on);
	}
}
END_TEST

START_TEST(a_default_is_computed_only_when_it_is_needed)
{
	struct options options = {.nth = 5};
	struct settings settings;

	READ("x");
	ck_assert_int_eq(settings_resolve(&settings, false), 0);
	ck_assert_uint_eq(options.nth, 77);
	ck_assert_str_eq(
		settings_find(&settings, "nth")->origin, "a good guess");
	ck_assert_str_eq(settings_find(&settings, "hi")->origin, "default");
	READ("--nth", "6");
	ck_assert_int_eq(settings_resolve(&settings, false), 0);
	ck_assert_uint_eq(options.nth, 6);
}
END_TEST

int main(void)
{
	return suite_run("opt", 20,
		(const TTest *const[]){
			a_value_survives_being_written_and_read,
			a_wrong_value_changes_nothing,
			lists_take_ranges_up_to_their_size,
			times_are_in_ns_and_lists_of_them_keep_their_order,
			the_command_line_is_read_in_any_order,
			wrong_options_are_refused_unless_help_is_wanted,
			the_environment_is_weaker_than_the_command_line,
			flags_in_the_environment_understand_no,
			a_default_is_computed_only_when_it_is_needed,
			NULL,
		});
}
