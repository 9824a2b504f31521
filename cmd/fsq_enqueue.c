/* The verb enqueue: one item, or one for each line of stdin. */
#include "cmd/fsq.h"

#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/text.h"
#include "lib/fsq_put.h"
#include "lib/fsq_trigger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	BATCH = 256, /* items that share a sync; each holds a descriptor */
};

struct enqueue_options {
	const char *file, *host;
	bool empty, batch, fast, trigger, verbose;
	struct queue_owner owner;
};

static const struct opt rows[] = {
	{
		.name = "file",
		.letter = 'f',
		.kind = OPT_TEXT,
		.argument = "FILE",
		.offset = offsetof(struct enqueue_options, file),
		.help = "the content; - is stdin, as without the option",
	},
	{
		.name = "empty",
		.letter = 'e',
		.kind = OPT_ACTION,
		.offset = offsetof(struct enqueue_options, empty),
		.help = "no content; nothing is read",
	},
	{
		.name = "batch",
		.letter = 'b',
		.kind = OPT_ACTION,
		.offset = offsetof(struct enqueue_options, batch),
		.help = "an empty item for each line of stdin, which is its "
			"last argument",
	},
	{
		.name = "fast",
		.kind = OPT_ACTION,
		.offset = offsetof(struct enqueue_options, fast),
		.help = "do not wait for the disk; a power cut may lose it",
	},
	{
		.name = "trigger",
		.letter = 't',
		.kind = OPT_ACTION,
		.offset = offsetof(struct enqueue_options, trigger),
		.help = "wake a scanner through the FIFO of the queue",
	},
	QUEUE_HOST_ROW(offsetof(struct enqueue_options, host)),
	QUEUE_OWNER_ROWS(
		'u', offsetof(struct enqueue_options, owner), "the item shall"),
	{
		.name = "verbose",
		.letter = 'v',
		.kind = OPT_ACTION,
		.offset = offsetof(struct enqueue_options, verbose),
		.help = "say which queue each item is in",
	},
	OPT_END,
};

static int refuse(int error, const char *name)
{
	if (error == -EILSEQ) {
		msg_error("a line has a 0 byte, which no argument can hold; "
			  "those before it are in %s",
			text_quote(name).text);
		msg_hint("put what is no text into the content: 'conc fsq "
			 "enqueue -f FILE %s'",
			name);
		return EXIT_REFUSED;
	}
	if (error != -ENAMETOOLONG)
		return queue_refuse(error, "enqueue in", name);
	msg_error("cannot enqueue in %s: the arguments are too long for the "
		  "name of a file, 255 bytes",
		text_quote(name).text);
	msg_hint("put what is long into the content: 'conc fsq enqueue -f "
		 "FILE %s'",
		name);
	return EXIT_REFUSED;
}

/* Where ids go. */
struct report {
	const char *queue;
	bool verbose;
	struct json json;
};

static void report_begin(struct report *report)
{
	if (!global.json)
		return;
	json_begin(&report->json, stdout, "conc.fsq.enqueue");
	json_string(&report->json, "queue", report->queue);
	json_array(&report->json, "ids");
}

static void report_id(struct report *report, const char *id)
{
	if (global.json)
		json_string(&report->json, NULL, id);
	else
		printf("%s\n", id);
	if (report->verbose)
		msg_note("%s waits in %s", id, text_quote(report->queue).text);
}

static void report_end(struct report *report)
{
	if (!global.json)
		return;
	json_end(&report->json);
	json_finish(&report->json);
}

static int refuse_content(const char *what, int error)
{
	msg_error("cannot read %s: %s", what, strerror(error));
	msg_hint("name a file that can be read, or use -e for no content");
	return EXIT_REFUSED;
}

static int check_stdin(void)
{
	struct stat st;

	/* Where it was closed, main has put what cannot be read. */
	if (fstat(STDIN_FILENO, &st) ||
		(fcntl(STDIN_FILENO, F_GETFL) & O_ACCMODE) == O_WRONLY)
		return refuse_content("stdin", EBADF);
	if (S_ISDIR(st.st_mode))
		return refuse_content("stdin", EISDIR);
	if (isatty(STDIN_FILENO))
		msg_note("reading the content from the terminal; end it with "
			 "Ctrl-D, or use -e for none");
	return 0;
}

/* A descriptor of the content; -1: none. Returns 0 or an exit code. */
static int open_content(const struct enqueue_options *o, int *fd)
{
	struct stat st;

	*fd = -1;
	if (o->empty)
		return 0;
	if (!o->file || strcmp(o->file, "-") == 0) {
		*fd = STDIN_FILENO;
		return check_stdin();
	}
	*fd = open(o->file, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return refuse_content(text_quote(o->file).text, errno);
	if (fstat(*fd, &st) || !S_ISDIR(st.st_mode))
		return 0;
	close(*fd);
	return refuse_content(text_quote(o->file).text, EISDIR);
}

static int enqueue_one(struct fsq *fsq, const struct enqueue_options *o,
	const char *const *args, size_t nargs, struct report *report)
{
	struct fsq_put put;
	int fd, error;
	int code = open_content(o, &fd);

	if (code)
		return code;
	error = fsq_put_begin(fsq, args, nargs, &put);
	if (!error && fd >= 0) {
		error = fsq_put_copy(&put, fd);
		if (error)
			fsq_put_abort(&put);
	}
	if (!error)
		error = fsq_publish(&put, 1);
	if (fd > STDIN_FILENO)
		close(fd);
	if (error < 0)
		return refuse(error, fsq_name_of(fsq));
	report_id(report, put.id);
	return 0;
}

/* Lines become items, BATCH at a time. */
struct batch {
	struct fsq *fsq;
	struct report *report;
	const char **args; /* room for one more behind them */
	size_t nargs, n;
	struct fsq_put puts[BATCH];
};

static int publish(struct batch *batch)
{
	int error = batch->n ? fsq_publish(batch->puts, batch->n) : 0;

	for (size_t i = 0; i < batch->n && !error; i++)
		report_id(batch->report, batch->puts[i].id);
	/* Someone may wait for the ids. */
	if (!error)
		fflush(stdout);
	batch->n = 0;
	return error;
}

static int add_line(struct batch *batch, const char *line)
{
	int error;

	batch->args[batch->nargs] = line;
	error = fsq_put_begin(batch->fsq, batch->args, batch->nargs + 1,
		&batch->puts[batch->n]);
	if (error == -EMFILE && batch->n) {
		error = publish(batch);
		if (!error)
			error = fsq_put_begin(batch->fsq, batch->args,
				batch->nargs + 1, &batch->puts[0]);
	}
	if (error)
		return error;
	return ++batch->n == BATCH ? publish(batch) : 0;
}

static int read_lines(struct batch *batch)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	int error = 0;

	while (!error && (length = getline(&line, &size, stdin)) >= 0) {
		if (length && line[length - 1] == '\n')
			line[--length] = '\0';
		error = memchr(line, '\0', (size_t)length)
				? -EILSEQ
				: add_line(batch, line);
	}
	if (!error && ferror(stdin))
		error = -EIO;
	/* What was read before a line that is wrong counts all the same. */
	if (!error || error == -EILSEQ) {
		int last = publish(batch);

		error = error ? error : last;
	}
	for (size_t i = 0; i < batch->n; i++)
		fsq_put_abort(&batch->puts[i]);
	free(line);
	return error;
}

static int enqueue_batch(struct fsq *fsq, const char *const *args, size_t nargs,
	struct report *report)
{
	struct batch *batch = calloc(1, sizeof(*batch));
	int error = -ENOMEM;

	if (batch) {
		batch->fsq = fsq;
		batch->report = report;
		batch->nargs = nargs;
		batch->args = calloc(nargs + 1, sizeof(*batch->args));
	}
	if (batch && batch->args) {
		for (size_t i = 0; i < nargs; i++)
			batch->args[i] = args[i];
		error = read_lines(batch);
	}
	if (batch)
		free(batch->args);
	free(batch);
	return error < 0 ? refuse(error, fsq_name_of(fsq)) : 0;
}

static int choose_rules(
	const struct enqueue_options *o, struct fsq_rules *rules)
{
	int code = queue_rules(rules);

	if (!code)
		code = queue_own(rules, QUEUE_OWNED_ITEM, &o->owner);
	if (!code && (o->batch + o->empty + (o->file != NULL)) > 1) {
		msg_error("--file, --empty and --batch exclude each other");
		msg_hint_help();
		code = EXIT_USAGE;
	}
	rules->fast = o->fast;
	return code;
}

static int run(const void *options, int noperands, char **operands)
{
	const struct enqueue_options *o = options;
	const char *const *args = (const char *const *)operands + 1;
	size_t nargs = (size_t)noperands - 1;
	struct report report = {.queue = operands[0], .verbose = o->verbose};
	struct fsq_rules rules;
	struct fsq *fsq;
	int code = choose_rules(o, &rules);

	if (!code)
		code = queue_open_in(&rules, operands[0], o->host, &fsq);
	if (code)
		return code;
	report_begin(&report);
	code = o->batch ? enqueue_batch(fsq, args, nargs, &report)
			: enqueue_one(fsq, o, args, nargs, &report);
	report_end(&report);
	if (!code && (o->trigger || rules.use_trigger))
		fsq_trigger_pull(fsq); /* nobody has to listen */
	fsq_close(fsq);
	return code;
}

static const struct command_example examples[] = {
	{"conc fsq enqueue -e thumbs cat.jpg", "an item with an argument"},
	{"conc fsq enqueue mail bob@example.org <letter",
		"an item with a content too"},
	{"find . -name '*.jpg' | conc fsq enqueue --batch thumbs",
		"an item for each line, with one wait for the disk in all"},
	{NULL, NULL},
};

const struct command queue_enqueue = {
	.name = "enqueue",
	.summary = "add an item to a queue and print its id",
	.about = "The arguments become part of the item's name and are given "
		 "to the program that runs it; stdin becomes its content, "
		 "which is that program's stdin. "
		 "Options stand before QUEUE: what follows it is the item's.",
	.operands = "QUEUE [ARGUMENT]...",
	.operands_min = 1,
	.operands_max = -1,
	.options_first = true,
	.options = rows,
	.options_size = sizeof(struct enqueue_options),
	.examples = examples,
	.run = run,
};
