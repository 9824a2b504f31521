#include "cmd/args.h"

#include "cmd/exit.h"
#include "cmd/msg.h"
#include "cmd/suggest.h"
#include "cmd/text.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum {
	FIRST_LONG = 256, /* getopt's values for long options start here */
	LETTERS_SIZE = SETTINGS_MOST * 2 + 3,
};

/* The rows in the form that getopt_long takes. */
struct table {
	char letters[LETTERS_SIZE];
	struct option longs[SETTINGS_MOST + 1];
};

static char letter_of(const struct setting *setting)
{
	return setting->letterless ? '\0' : setting->row->letter;
}

static void table_init(struct table *table, const struct settings *settings,
	bool stop_at_operand)
{
	char *letter = table->letters;

	if (stop_at_operand)
		*letter++ = '+';
	*letter++ = ':';
	for (unsigned i = 0; i < settings->n; i++) {
		const struct opt *row = settings->list[i].row;
		bool takes = opt_takes_argument(row);
		char short_name = letter_of(&settings->list[i]);

		table->longs[i] = (struct option){
			.name = row->name,
			.has_arg = takes ? required_argument : no_argument,
			.val = FIRST_LONG + (int)i,
		};
		if (short_name)
			*letter++ = short_name;
		if (short_name && takes)
			*letter++ = ':';
	}
	*letter = '\0';
	table->longs[settings->n] = (struct option){0};
}

static struct setting *by_value(struct settings *settings, int value)
{
	if (value >= FIRST_LONG)
		return &settings->list[value - FIRST_LONG];
	for (unsigned i = 0; i < settings->n; i++)
		if (letter_of(&settings->list[i]) == value)
			return &settings->list[i];
	return NULL;
}

static const char *long_name(const void *from, size_t i)
{
	const struct settings *settings = from;

	return i < settings->n ? settings->list[i].row->name : NULL;
}

static int refuse(void)
{
	msg_hint_help();
	return -EXIT_USAGE;
}

static int refuse_letter(int letter)
{
	char text[] = {'-', (char)letter, '\0'};

	if (letter >= '0' && letter <= '9')
		msg_error("no argument may be a negative number, such as %s...",
			text);
	else
		msg_error("unknown option %s", text_quote(text).text);
	return refuse();
}

/* How many options begin with the word, and the last of them. */
static unsigned count_beginning(const struct settings *settings,
	const char *word, size_t length, const char **last)
{
	unsigned n = 0;

	for (unsigned i = 0; i < settings->n; i++) {
		if (strncmp(settings->list[i].row->name, word, length) != 0)
			continue;
		*last = settings->list[i].row->name;
		n++;
	}
	return n;
}

/* argument is the whole of it, such as "--thraeds=4". */
static int refuse_long(const struct settings *settings, const char *argument)
{
	char word[64];
	size_t length = strcspn(argument + 2, "=");
	const char *near = NULL;

	if (length == 0 || length >= sizeof(word)) {
		msg_error("unknown option %s", text_quote(argument).text);
		return refuse();
	}
	memcpy(word, argument + 2, length);
	word[length] = '\0';
	if (count_beginning(settings, word, length, &near) > 1) {
		msg_error("option '--%s' is short for more than one; "
			  "'--%s' is one of them",
			word, near);
		return refuse();
	}
	near = suggest(word, long_name, settings);
	if (near)
		msg_error("unknown option '--%s'; most similar: --%s", word,
			near);
	else
		msg_error("unknown option '--%s'", word);
	return refuse();
}

static int refuse_missing(struct settings *settings, int value)
{
	const struct opt *row = by_value(settings, value)->row;
	char range[200];

	opt_format_range(row, range, sizeof(range));
	if (value >= FIRST_LONG)
		msg_error("option '--%s' requires an argument%s%s", row->name,
			*range ? ": " : "", range);
	else
		msg_error("option '-%c' requires an argument%s%s", row->letter,
			*range ? ": " : "", range);
	return refuse();
}

/* What getopt_long reports with '?': the culprit is optopt or before optind. */
static int refuse_option(struct settings *settings, char **argv)
{
	if (optopt >= FIRST_LONG) {
		msg_error("option '--%s' takes no argument",
			by_value(settings, optopt)->row->name);
		return refuse();
	}
	if (optopt)
		return refuse_letter((unsigned char)optopt);
	return refuse_long(settings, argv[optind - 1]);
}

/* One more value of an option that adds them. Returns as refuse. */
static int take(struct setting *setting, const char *argument)
{
	char what[80];

	if (!opt_adds(setting->row))
		return 0;
	snprintf(what, sizeof(what), "--%s", setting->row->name);
	return -opt_set(setting->row, setting->base, what, argument);
}

static void give(struct settings *settings, struct setting *setting,
	const char *argument)
{
	setting->given = argument ? argument : "yes";
	/* Whoever writes `--threads --help` wants help. */
	if (argument && strcmp(argument, "--help") == 0)
		settings_find(settings, "help")->given = "yes";
}

static int walk(struct settings *settings, int argc, char **argv,
	const struct table *table, bool speak)
{
	int code = 0;
	int value;

	optind = 0;
	opterr = 0;
	optopt = 0;
	while ((value = getopt_long(argc, argv, table->letters, table->longs,
			NULL)) != -1) {
		struct setting *setting = by_value(settings, value);

		if (setting)
			give(settings, setting, optarg);
		if (!speak || code)
			;
		else if (setting)
			code = take(setting, optarg);
		else
			code = value == ':' ? refuse_missing(settings, optopt)
					    : refuse_option(settings, argv);
		optopt = 0;
	}
	return code ? code : optind;
}

static bool is_given(struct settings *settings, const char *name)
{
	return settings_find(settings, name)->given;
}

int args_read(
	struct settings *settings, int argc, char **argv, bool stop_at_operand)
{
	struct table table;
	int operand;

	table_init(&table, settings, stop_at_operand);
	/* First in silence, to see whether errors matter. */
	operand = walk(settings, argc, argv, &table, false);
	if (is_given(settings, "help") || is_given(settings, "version"))
		return operand;
	return walk(settings, argc, argv, &table, true);
}
