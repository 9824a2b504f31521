/*
 * conc fsq VERB ...: a job queue whose items are files. The verbs are in
 * cmd/fsq_*.c.
 */
#include "cmd/fsq.h"

#include "cmd/msg.h"
#include "cmd/text.h"

#include <errno.h>
#include <string.h>

enum {
	STATUS_USAGE = 100,
	STATUS_REFUSED = 111,
};

static void hint(int error, const char *name)
{
	switch (error) {
	case -EINVAL:
		msg_hint("a name is not empty, '.' or '..', and has no '/'");
		break;
	case -ENOENT:
		msg_hint("try 'conc fsq install %s'", name);
		break;
	case -EEXIST:
		msg_hint("try 'conc fsq stat %s'", name);
		break;
	case -EAGAIN:
	case -ENOMEM:
	case -EMFILE:
	case -ENFILE:
		msg_hint("try fewer --jobs, or 'ulimit -a' for what is "
			 "allowed");
		break;
	case -EPERM:
		msg_hint("only root gives files to others: leave out --user "
			 "and --group, or become root");
		break;
	case -ENOSPC:
	case -EDQUOT:
		msg_hint("make room, for example with 'conc fsq sweep %s'",
			name);
		break;
	default:
		msg_hint("try 'ls -ld %s/%s'", queue_shared.root, name);
	}
}

int queue_refuse(int error, const char *what, const char *name)
{
	if (error == -EEXIST)
		msg_error("queue %s exists", text_quote(name).text);
	else if (error == -EINVAL && !fsq_name_plain(name))
		msg_error("%s cannot name a queue", text_quote(name).text);
	else
		msg_error("cannot %s %s: %s", what, text_quote(name).text,
			strerror(-error));
	hint(error, name);
	return error == -EINVAL ? EXIT_USAGE : EXIT_REFUSED;
}

int queue_open(
	const struct fsq_rules *rules, const char *name, struct fsq **fsq)
{
	int error = fsq_open(rules, name, fsq);

	return error < 0 ? queue_refuse(error, "open the queue", name) : 0;
}

int queue_open_in(const struct fsq_rules *rules, const char *name,
	const char *host, struct fsq **fsq)
{
	struct fsq *outer;
	int code = queue_open(rules, name, host ? &outer : fsq);

	if (code || !host)
		return code;
	code = queue_open_host(outer, host, fsq);
	fsq_close(outer);
	return code;
}

int queue_find(const char *name, const char *host, struct fsq **fsq)
{
	struct fsq_rules rules;
	int code = queue_rules(&rules);

	return code ? code : queue_open_in(&rules, name, host, fsq);
}

int queue_each(const struct fsq_rules *rules, int n, char **names, queue_fn fn,
	const void *options)
{
	struct fsq_rules own;
	int code = rules ? 0 : queue_rules(&own);
	int worst = code;

	for (int i = 0; i < n && !code; i++) {
		int one = fn(rules ? rules : &own, names[i], options);

		if (one > worst)
			worst = one;
	}
	return worst;
}

/* Letters stand before the verb, which may have them for something else. */
#define NAME_ROW(long_name, short_name, field, variable, default_name, text)   \
	{                                                                      \
		.name = (long_name), .letter = (short_name), .kind = OPT_TEXT, \
		.argument = "NAME",                                            \
		.offset = offsetof(struct queue_shared, field),                \
		.env = (variable), .default_text = (default_name),             \
		.help = (text)                                                 \
	}

static const struct opt rows[] = {
	{
		.name = "root",
		.letter = 'r',
		.kind = OPT_TEXT,
		.argument = "DIR",
		.offset = offsetof(struct queue_shared, root),
		.env = "FSQ_ROOT",
		.default_text = "/var/fsq",
		.help = "the directory of all queues",
	},
	NAME_ROW("charset", 'c', charset, "FSQ_CHARSET", "utf8",
		"of names: utf8 or ascii, which are passed on alike"),
	NAME_ROW("exec-dir", 'e', exec_dir, "FSQ_EXEC_DIR", "PATH",
		"where programs are looked for"),
	NAME_ROW("queue-name", 0, queue, "FSQ_QUEUE", "queue",
		"the directory of what waits, in that of a queue"),
	NAME_ROW("tmp-name", 't', tmp, "FSQ_TMP", "tmp",
		"the directory of what is being written"),
	NAME_ROW("done-name", 'd', done, "FSQ_DONE", "done",
		"the directory of what is done"),
	NAME_ROW("down-name", 'D', down, "FSQ_DOWN", "down",
		"the file that stops a queue"),
	NAME_ROW("trigger-name", 'T', trigger, "FSQ_TRIGGER", "trigger-s",
		"the FIFO that wakes scanners"),
	{
		.name = "lock",
		.letter = 'l',
		.kind = OPT_ACTION,
		.offset = offsetof(struct queue_shared, lock),
		.help = "lock items, whatever FSQ_LOCK says",
	},
	OPT_PRINT_CONFIG,
	OPT_END,
};

const struct command_variable queue_variables[] = {
	{"FSQ_DELIMITER, FSQ_ENCODE, FSQ_TIMEFMT",
		"how the name of an item is written: _, %, %Y%m%d%H%M%S"},
	{"FSQ_FAIL", "the directory of what has failed: fail"},
	{"FSQ_HOSTS, FSQ_HOSTS_TRIGGER",
		"the same for queues of hosts: hosts, hosts-trigger-s"},
	{"FSQ_ITEM_USER, FSQ_ITEM_GROUP, FSQ_ITEM_MODE",
		"whose items are, and their mode: left alone, 00640"},
	{"FSQ_QUEUE_USER, FSQ_QUEUE_GROUP, FSQ_QUEUE_MODE",
		"the same for directories: left alone, 02770"},
	{"FSQ_SUCCESS, FSQ_FAIL_TMP, FSQ_FAIL_PERM",
		"statuses of programs: 0, 111, 100"},
	{"FSQ_MAX_TRIES, FSQ_TTL, FSQ_LOCK, FSQ_USE_TRIGGER",
		"tries for an item, 1; its seconds to live, 0 for ever; "
		"lock items, 1; make and pull FIFOs, 0"},
	{NULL, NULL},
};

static const struct command *const verbs[] = {
	&queue_install,
	&queue_enqueue,
	&queue_scan,
	&queue_ls,
	&queue_stat,
	&queue_done,
	&queue_fail,
	&queue_retry,
	&queue_down,
	&queue_up,
	&queue_uninstall,
	&queue_sweep,
	&queue_trigger,
	&queue_watch,
	&queue_add_host,
	&queue_rm_host,
	&queue_down_host,
	&queue_up_host,
	&queue_host_dist,
	&queue_push,
	&queue_serve,
	NULL,
};

static const char *verb_name(size_t i)
{
	return verbs[i] ? verbs[i]->name : NULL;
}

/* Only asked for --print-config: main looks for the verb. */
static int run(const void *options, int noperands, char **operands)
{
	(void)options;
	(void)noperands;
	(void)operands;
	msg_hint_help();
	return EXIT_USAGE;
}

static const struct command_example examples[] = {
	{"conc fsq install thumbs", "make a queue"},
	{"conc fsq enqueue -e thumbs cat.jpg",
		"add an item; its id is printed"},
	{"conc fsq scan --jobs 4 thumbs ./thumb -w 200",
		"run ./thumb -w 200 cat.jpg, and so on for all that wait"},
	{"conc fsq watch thumbs ./thumb", "the same, for ever"},
	{"conc fsq stat thumbs",
		"how many wait, run, are done and have failed"},
	{"conc fsq retry thumbs --all",
		"put what has failed back into the queue"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	{"schema, version", "what the document is, conc.fsq.VERB, and the "
			    "version of that, 1"},
	{"settings, name, value, from", "each option with --print-config"},
	{"queue, host", "which queue; the host, if it is one's queue in that"},
	{"ids", "of enqueue: of the items"},
	{"folder, items", "of ls: what is listed"},
	{"id, malformed, pid, enqueued, tries, arguments",
		"of an item: its name; whether that can be read; the process "
		"that has it, or null; when it was enqueued, in seconds since "
		"1970; how often it was tried; its arguments"},
	{"waiting, running, done, failed, writing, malformed",
		"of stat: numbers of items; those that are being written; of "
		"those that wait, those whose names cannot be read"},
	{"down, oldest",
		"of stat: whether it is down; when the oldest that waits was "
		"enqueued, or null"},
	{"jobs, age_s",
		"of stat: items that run, with pid and id, and the seconds "
		"since they were enqueued"},
	{"done, failed, retried", "of scan and watch: what became of items"},
	{"items, hosts", "of host-dist: how many were given to how many"},
	{"address, pid", "of serve: where it listens, and its process"},
	{"address, pushed, refused, malformed",
		"of push: to where, and what became of items"},
	{"rubbish, name, why, removed",
		"of sweep: what was found in tmp/, whose it was, and whether "
		"it was removed"},
	{NULL, NULL},
};

const struct command command_fsq = {
	.name = "fsq",
	.summary = "a crash-safe job queue in the filesystem",
	.about = "Every item is a file, its name holds the arguments of a job "
		 "and its content is the job's standard input. There is no "
		 "daemon: whoever scans the queue runs what waits.",
	.operands = "VERB [ARGUMENT]...",
	.operands_min = 1,
	.operands_max = -1,
	.operand_choice = verb_name,
	.options = rows,
	.examples = examples,
	.environment = queue_variables,
	.json = members,
	.notes = "An item whose id was printed is not lost, by a power cut "
		 "neither, unless --fast was given. It ends in done/ or in "
		 "fail/, and only one program at a time has it. Where that "
		 "program or its scanner was killed before the end, the item "
		 "is run again: a program can know it by FSQ_ITEM_ID.\n\n"
		 "The format and the letters of options are those of FSQ, "
		 "with which queues can be shared, but that -q is --quiet and "
		 "that its name for queue/ is --queue-name. Letters from "
		 "above stand before the verb, which may have them for "
		 "something else.\n\n"
		 "Exit status: 0 done, 100 wrong usage, 111 it was not "
		 "possible.",
	.verbs = verbs,
	.shared = &queue_shared,
	.usage_status = STATUS_USAGE,
	.refused_status = STATUS_REFUSED,
	.run = run,
};
