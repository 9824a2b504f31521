/* The verbs about a whole queue: make, remove, stop, start, sweep, wake. */
#include "cmd/fsq.h"

#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/text.h"
#include "lib/fsq_install.h"
#include "lib/fsq_sweep.h"
#include "lib/fsq_trigger.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct install_options {
	bool force, ignore, down, trigger;
	struct queue_owner owner;
	struct opt_texts hosts;
};

static const struct opt install_rows[] = {
	{
		.name = "force",
		.letter = 'f',
		.kind = OPT_ACTION,
		.offset = offsetof(struct install_options, force),
		.help = "replace a queue that exists; its items are lost",
	},
	{
		.name = "ignore-exists",
		.letter = 'i',
		.kind = OPT_ACTION,
		.offset = offsetof(struct install_options, ignore),
		.help = "a queue that exists is fine, and stays as it is",
	},
	{
		.name = "down",
		.letter = 'd',
		.kind = OPT_ACTION,
		.offset = offsetof(struct install_options, down),
		.help = "nothing is to be run before `conc fsq up`",
	},
	{
		.name = "trigger",
		.letter = 't',
		.kind = OPT_ACTION,
		.offset = offsetof(struct install_options, trigger),
		.help = "with a FIFO that wakes scanners of FSQ",
	},
	QUEUE_OWNER_ROWS('o', offsetof(struct install_options, owner),
		"its directories"),
	{
		.name = "add-host",
		.letter = 'a',
		.kind = OPT_TEXTS,
		.argument = "HOST",
		.offset = offsetof(struct install_options, hosts),
		.help = "with a queue for this host; may be given again",
	},
	OPT_END,
};

/* A host that a queue of -i has already stays as it is. */
static int add_hosts(const struct fsq_rules *rules, const char *name,
	const struct install_options *o)
{
	const struct fsq_install how = {
		.existing = FSQ_EXISTING_KEEP,
	};
	struct fsq *fsq;
	int code = queue_open(rules, name, &fsq);

	if (code)
		return code;
	for (unsigned i = 0; i < o->hosts.n && !code; i++) {
		int error = fsq_host_add(fsq, o->hosts.values[i], &how);

		if (!error && (o->trigger || rules->use_trigger))
			error = queue_make_host_trigger(
				fsq, o->hosts.values[i]);
		if (error)
			code = queue_refuse_host(
				error, "add", o->hosts.values[i], name);
	}
	fsq_close(fsq);
	return code;
}

static int install(
	const struct fsq_rules *rules, const char *name, const void *options)
{
	const struct install_options *o = options;
	const struct fsq_install how = {
		.down = o->down,
		.trigger = o->trigger,
		.existing = o->force    ? FSQ_EXISTING_REPLACE
			    : o->ignore ? FSQ_EXISTING_KEEP
					: FSQ_EXISTING_REFUSE,
	};
	int error = fsq_install(rules, name, &how);

	if (error == -ENOENT) {
		msg_error("cannot install %s: there is no directory %s",
			text_quote(name).text, text_quote(rules->root).text);
		msg_hint("try 'mkdir -p %s'", rules->root);
		return EXIT_REFUSED;
	}
	if (error < 0)
		return queue_refuse(error, "install", name);
	return o->hosts.n ? add_hosts(rules, name, o) : 0;
}

static int run_install(const void *options, int n, char **names)
{
	const struct install_options *o = options;
	struct fsq_rules rules;
	int code = queue_rules(&rules);

	if (!code)
		code = queue_own(&rules, QUEUE_OWNED_QUEUE, &o->owner);
	for (unsigned i = 0; i < o->hosts.n && !code; i++)
		if (!fsq_name_plain(o->hosts.values[i]))
			code = queue_refuse_host(
				-EINVAL, "add", o->hosts.values[i], "");
	return code ? code : queue_each(&rules, n, names, install, options);
}

static const struct command_example install_examples[] = {
	{"conc fsq install thumbs mail", "make two queues"},
	{NULL, NULL},
};

const struct command queue_install = {
	.name = "install",
	.summary = "make queues",
	.operands = "QUEUE...",
	.operands_min = 1,
	.operands_max = -1,
	.options = install_rows,
	.options_size = sizeof(struct install_options),
	.examples = install_examples,
	.run = run_install,
};

struct uninstall_options {
	bool yes;
};

static const struct opt uninstall_rows[] = {
	{
		.name = "yes",
		.letter = 'y',
		.kind = OPT_ACTION,
		.offset = offsetof(struct uninstall_options, yes),
		.help = "yes, remove all of it; nothing is asked",
	},
	OPT_END,
};

static int uninstall(
	const struct fsq_rules *rules, const char *name, const void *options)
{
	int error = fsq_uninstall(rules, name);

	(void)options;
	return error < 0 ? queue_refuse(error, "remove the queue", name) : 0;
}

static int run_uninstall(const void *options, int n, char **names)
{
	const struct uninstall_options *o = options;

	if (!o->yes) {
		msg_error("uninstall removes the queue and all its items, "
			  "and wants --yes");
		msg_hint("try 'conc fsq uninstall --yes %s'", names[0]);
		return EXIT_USAGE;
	}
	return queue_each(NULL, n, names, uninstall, NULL);
}

static const struct command_example uninstall_examples[] = {
	{"conc fsq uninstall --yes thumbs", "remove it and all its items"},
	{NULL, NULL},
};

const struct command queue_uninstall = {
	.name = "uninstall",
	.summary = "remove queues with all their items",
	.operands = "QUEUE...",
	.operands_min = 1,
	.operands_max = -1,
	.options = uninstall_rows,
	.options_size = sizeof(struct uninstall_options),
	.examples = uninstall_examples,
	.run = run_uninstall,
};

struct change {
	int (*change)(struct fsq *fsq);
	const char *what;
};

/* Open it, do one thing to it, close it: a queue_fn. */
static int change(
	const struct fsq_rules *rules, const char *name, const void *options)
{
	const struct change *c = options;
	struct fsq *fsq;
	int code = queue_open(rules, name, &fsq);
	int error;

	if (code)
		return code;
	error = c->change(fsq);
	fsq_close(fsq);
	return error < 0 ? queue_refuse(error, c->what, name) : 0;
}

const struct opt queue_down_rows[] = {
	QUEUE_OWNER_ROWS('u', 0, "the file that says so shall"),
	OPT_END,
};

static int run_down(const void *options, int n, char **names)
{
	static const struct change down = {fsq_down, "stop"};
	struct fsq_rules rules;
	int code = queue_rules(&rules);

	if (!code)
		code = queue_own(&rules, QUEUE_OWNED_ITEM, options);
	return code ? code : queue_each(&rules, n, names, change, &down);
}

static int run_up(const void *options, int n, char **names)
{
	static const struct change up = {fsq_up, "start"};

	(void)options;
	return queue_each(NULL, n, names, change, &up);
}

static const struct command_example down_examples[] = {
	{"conc fsq down thumbs", "what runs goes on, nothing new begins"},
	{NULL, NULL},
};

const struct command queue_down = {
	.name = "down",
	.summary = "start nothing new from queues",
	.operands = "QUEUE...",
	.operands_min = 1,
	.operands_max = -1,
	.options = queue_down_rows,
	.options_size = sizeof(struct queue_owner),
	.examples = down_examples,
	.run = run_down,
};

static const struct command_example up_examples[] = {
	{"conc fsq up thumbs", "go on after `conc fsq down thumbs`"},
	{NULL, NULL},
};

const struct command queue_up = {
	.name = "up",
	.summary = "go on with queues that are down",
	.operands = "QUEUE...",
	.operands_min = 1,
	.operands_max = -1,
	.examples = up_examples,
	.run = run_up,
};

struct trigger_options {
	bool ignore;
};

static const struct opt trigger_rows[] = {
	{
		.name = "ignore-listener",
		.letter = 'i',
		.kind = OPT_ACTION,
		.offset = offsetof(struct trigger_options, ignore),
		.help = "that nobody listens is no failure",
	},
	OPT_END,
};

static int trigger(
	const struct fsq_rules *rules, const char *name, const void *options)
{
	const struct trigger_options *o = options;
	struct fsq *fsq;
	int code = queue_open(rules, name, &fsq);
	int error;

	if (code)
		return code;
	error = fsq_trigger_pull(fsq);
	fsq_close(fsq);
	if (error == -ENXIO && o->ignore)
		return 0;
	if (error == -ENXIO) {
		msg_error("no listener at queue %s", text_quote(name).text);
		msg_hint("try 'conc fsq watch %s PROGRAM'", name);
		return EXIT_REFUSED;
	}
	if (error == -ENOENT) {
		msg_error("queue %s has no trigger", text_quote(name).text);
		msg_hint("a queue has one by 'conc fsq install --trigger'");
		return EXIT_REFUSED;
	}
	return error < 0 ? queue_refuse(error, "trigger", name) : 0;
}

static int run_trigger(const void *options, int n, char **names)
{
	return queue_each(NULL, n, names, trigger, options);
}

static const struct command_example trigger_examples[] = {
	{"conc fsq trigger thumbs", "wake whoever listens"},
	{NULL, NULL},
};

const struct command queue_trigger = {
	.name = "trigger",
	.summary = "wake a scanner through the FIFO of its queue",
	.operands = "QUEUE...",
	.operands_min = 1,
	.operands_max = -1,
	.options = trigger_rows,
	.options_size = sizeof(struct trigger_options),
	.examples = trigger_examples,
	.run = run_trigger,
};

struct sweep_options {
	bool dry_run;
};

static const struct opt sweep_rows[] = {
	{
		.name = "dry-run",
		.letter = 'n',
		.kind = OPT_ACTION,
		.offset = offsetof(struct sweep_options, dry_run),
		.help = "only say what would be removed",
	},
	OPT_END,
};

struct swept {
	const struct sweep_options *options;
	struct json json;
	int error; /* the last */
};

static void tell(void *arg, const char *name, enum fsq_rubbish why, int error)
{
	struct swept *swept = arg;
	const char *reason = why == FSQ_RUBBISH_OLD ? "old"
						    : "its writer is dead";

	if (error)
		swept->error = error;
	if (!global.json) {
		text_print(stdout, name, strlen(name));
		printf("\t%s\n", reason);
		return;
	}
	json_object(&swept->json, NULL);
	json_string(&swept->json, "name", name);
	json_string(&swept->json, "why", reason);
	json_bool(&swept->json, "removed", !error && !swept->options->dry_run);
	json_end(&swept->json);
}

static int sweep_hosts(struct fsq *fsq, const struct fsq_sweep *how)
{
	struct fsq_hosts hosts;
	int n, error = fsq_hosts_open(fsq, &hosts);

	if (error)
		return error;
	for (size_t i = 0; i < hosts.n && !error; i++) {
		n = fsq_sweep(hosts.all[i], how);
		error = n < 0 ? n : 0;
	}
	fsq_hosts_close(&hosts);
	return error;
}

static int sweep(
	const struct fsq_rules *rules, const char *name, const void *options)
{
	struct swept *swept = (struct swept *)options;
	const struct fsq_sweep how = {
		.dry_run = swept->options->dry_run,
		.found = tell,
		.arg = swept,
	};
	struct fsq *fsq;
	int code = queue_open(rules, name, &fsq);
	int error;

	if (code)
		return code;
	error = fsq_sweep(fsq, &how);
	if (error >= 0)
		error = sweep_hosts(fsq, &how);
	fsq_close(fsq);
	if (error >= 0)
		error = fsq_sweep_root(rules, &how);
	if (error >= 0)
		error = swept->error;
	return error < 0 ? queue_refuse(error, "sweep", name) : 0;
}

static int run_sweep(const void *options, int n, char **names)
{
	struct swept swept = {.options = options};
	int code;

	if (global.json) {
		json_begin(&swept.json, stdout, "conc.fsq.sweep");
		json_array(&swept.json, "rubbish");
	}
	code = queue_each(NULL, n, names, sweep, &swept);
	if (global.json) {
		json_end(&swept.json);
		json_finish(&swept.json);
	}
	return code;
}

static const struct command_example sweep_examples[] = {
	{"conc fsq sweep --dry-run thumbs", "what would be removed, and why"},
	{NULL, NULL},
};

const struct command queue_sweep = {
	.name = "sweep",
	.summary = "remove what crashed writers left in tmp/",
	.about = "Remove what is in tmp/ and has not been written to for 36 "
		 "hours, or whose writer on this machine does not exist any "
		 "longer; the same, by age, for what installations left in the "
		 "root. What is in done/ and fail/ is kept: these are "
		 "records, whose files may be removed at any time.",
	.operands = "QUEUE...",
	.operands_min = 1,
	.operands_max = -1,
	.options = sweep_rows,
	.options_size = sizeof(struct sweep_options),
	.examples = sweep_examples,
	.run = run_sweep,
};
