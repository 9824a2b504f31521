/* The verbs about hosts: queues of the same form inside a queue. */
#include "cmd/fsq.h"

#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/text.h"
#include "lib/fsq_host.h"
#include "lib/fsq_install.h"
#include "lib/fsq_numbers.h"
#include "lib/fsq_trigger.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int queue_refuse_host(
	int error, const char *what, const char *host, const char *queue)
{
	if (error == -EINVAL && !fsq_name_plain(host)) {
		msg_error("%s cannot name a host", text_quote(host).text);
		msg_hint("a name is not empty, '.' or '..', and has no '/'");
		return EXIT_USAGE;
	}
	if (error == -EEXIST)
		msg_error("queue %s has host %s already",
			text_quote(queue).text, text_quote(host).text);
	else if (error == -ENOENT || error == -ENOTDIR)
		msg_error("queue %s has no host %s", text_quote(queue).text,
			text_quote(host).text);
	else
		msg_error("cannot %s host %s of queue %s: %s", what,
			text_quote(host).text, text_quote(queue).text,
			strerror(-error));
	if (error == -ENOENT || error == -ENOTDIR)
		msg_hint("try 'conc fsq add-host %s %s'", host, queue);
	else
		msg_hint("try 'ls -l %s/%s/hosts'", queue_shared.root, queue);
	return EXIT_REFUSED;
}

int queue_open_host(struct fsq *fsq, const char *host, struct fsq **inner)
{
	int error = fsq_open_host(fsq, host, inner);

	return error < 0 ? queue_refuse_host(
				   error, "open", host, fsq_name_of(fsq))
			 : 0;
}

int queue_make_host_trigger(struct fsq *fsq, const char *host)
{
	struct fsq *inner;
	int error = fsq_open_host(fsq, host, &inner);

	if (error)
		return error;
	error = fsq_trigger_make(inner);
	fsq_close(inner);
	return error;
}

/* One host in each of the queues named. */
struct visit {
	const char *host;
	const void *options;
	int (*fn)(struct fsq *fsq, const char *host, const void *options);
};

static int visit(
	const struct fsq_rules *rules, const char *name, const void *options)
{
	const struct visit *v = options;
	struct fsq *fsq;
	int code = queue_open(rules, name, &fsq);

	if (code)
		return code;
	code = v->fn(fsq, v->host, v->options);
	fsq_close(fsq);
	return code;
}

struct add_options {
	bool force, ignore, down, trigger;
	struct queue_owner owner;
};

static const struct opt add_rows[] = {
	{
		.name = "force",
		.letter = 'f',
		.kind = OPT_ACTION,
		.offset = offsetof(struct add_options, force),
		.help = "replace a host that exists; its items are lost",
	},
	{
		.name = "ignore-exists",
		.letter = 'i',
		.kind = OPT_ACTION,
		.offset = offsetof(struct add_options, ignore),
		.help = "a host that exists is fine, and stays as it is",
	},
	{
		.name = "down",
		.letter = 'd',
		.kind = OPT_ACTION,
		.offset = offsetof(struct add_options, down),
		.help = "nothing is to be run before `conc fsq up-host`",
	},
	{
		.name = "trigger",
		.letter = 't',
		.kind = OPT_ACTION,
		.offset = offsetof(struct add_options, trigger),
		.help = "with the FIFO that wakes scanners of hosts",
	},
	QUEUE_OWNER_ROWS(
		'o', offsetof(struct add_options, owner), "its directories"),
	OPT_END,
};

static int add(struct fsq *fsq, const char *host, const void *options)
{
	const struct add_options *o = options;
	const struct fsq_install how = {
		.down = o->down,
		.existing = o->force    ? FSQ_EXISTING_REPLACE
			    : o->ignore ? FSQ_EXISTING_KEEP
					: FSQ_EXISTING_REFUSE,
	};
	int error = fsq_host_add(fsq, host, &how);

	if (!error && (o->trigger || fsq_rules_of(fsq)->use_trigger))
		error = queue_make_host_trigger(fsq, host);
	return error < 0
		       ? queue_refuse_host(error, "add", host, fsq_name_of(fsq))
		       : 0;
}

static int run_add(const void *options, int n, char **operands)
{
	const struct add_options *o = options;
	const struct visit v = {operands[0], options, add};
	struct fsq_rules rules;
	int code = queue_rules(&rules);

	if (!code)
		code = queue_own(&rules, QUEUE_OWNED_QUEUE, &o->owner);
	return code ? code : queue_each(&rules, n - 1, operands + 1, visit, &v);
}

static const struct command_example add_examples[] = {
	{"conc fsq add-host web1 deploy",
		"a queue for the host web1 in the queue deploy"},
	{NULL, NULL},
};

const struct command queue_add_host = {
	.name = "add-host",
	.summary = "make a queue for a host in queues",
	.operands = "HOST QUEUE...",
	.operands_min = 2,
	.operands_max = -1,
	.options = add_rows,
	.options_size = sizeof(struct add_options),
	.examples = add_examples,
	.run = run_add,
};

struct rm_options {
	bool force, ignore;
};

static const struct opt rm_rows[] = {
	{
		.name = "force",
		.letter = 'f',
		.kind = OPT_ACTION,
		.offset = offsetof(struct rm_options, force),
		.help = "also with items that wait or run, which are lost",
	},
	{
		.name = "ignore-missing",
		.letter = 'i',
		.kind = OPT_ACTION,
		.offset = offsetof(struct rm_options, ignore),
		.help = "a host that is not there is fine",
	},
	OPT_END,
};

/* Stopped first, so that nothing is begun between the look and the end. */
static int refuse_full(struct fsq *fsq, const char *host)
{
	struct fsq_numbers numbers = {0};
	struct fsq *inner;
	int error = fsq_open_host(fsq, host, &inner);
	bool was_down;

	if (error)
		return error;
	was_down = fsq_is_down(inner) == 1;
	error = fsq_down(inner);
	if (!error)
		error = fsq_numbers_read(inner, &numbers);
	if (!error && numbers.nwaiting + numbers.nrunning) {
		if (!was_down)
			fsq_up(inner);
		error = -ENOTEMPTY;
	}
	fsq_close(inner);
	return error;
}

static int rm(struct fsq *fsq, const char *host, const void *options)
{
	const struct rm_options *o = options;
	int error = o->force ? 0 : refuse_full(fsq, host);

	if (!error)
		error = fsq_host_remove(fsq, host);
	if (error == -ENOENT && o->ignore)
		return 0;
	if (error == -ENOTEMPTY) {
		msg_error("items wait for host %s of queue %s",
			text_quote(host).text,
			text_quote(fsq_name_of(fsq)).text);
		msg_hint("try 'conc fsq rm-host --force %s %s' to lose them",
			host, fsq_name_of(fsq));
		return EXIT_REFUSED;
	}
	return error < 0 ? queue_refuse_host(
				   error, "remove", host, fsq_name_of(fsq))
			 : 0;
}

static int run_rm(const void *options, int n, char **operands)
{
	const struct visit v = {operands[0], options, rm};

	return queue_each(NULL, n - 1, operands + 1, visit, &v);
}

static const struct command_example rm_examples[] = {
	{"conc fsq rm-host web1 deploy", "if nothing waits for it any longer"},
	{NULL, NULL},
};

const struct command queue_rm_host = {
	.name = "rm-host",
	.summary = "remove the queue of a host from queues",
	.operands = "HOST QUEUE...",
	.operands_min = 2,
	.operands_max = -1,
	.options = rm_rows,
	.options_size = sizeof(struct rm_options),
	.examples = rm_examples,
	.run = run_rm,
};

static int set_down(struct fsq *fsq, const char *host, const void *options)
{
	const bool *down = options;
	struct fsq *inner;
	int code = queue_open_host(fsq, host, &inner);
	int error;

	if (code)
		return code;
	error = *down ? fsq_down(inner) : fsq_up(inner);
	fsq_close(inner);
	return error < 0 ? queue_refuse_host(error, *down ? "stop" : "start",
				   host, fsq_name_of(fsq))
			 : 0;
}

static int run_down(const void *options, int n, char **operands)
{
	static const bool down = true;
	const struct visit v = {operands[0], &down, set_down};
	struct fsq_rules rules;
	int code = queue_rules(&rules);

	if (!code)
		code = queue_own(&rules, QUEUE_OWNED_ITEM, options);
	return code ? code : queue_each(&rules, n - 1, operands + 1, visit, &v);
}

static int run_up(const void *options, int n, char **operands)
{
	static const bool down = false;
	const struct visit v = {operands[0], &down, set_down};

	(void)options;
	return queue_each(NULL, n - 1, operands + 1, visit, &v);
}

static const struct command_example down_examples[] = {
	{"conc fsq down-host web1 deploy", "web1 gets nothing new to do"},
	{NULL, NULL},
};

const struct command queue_down_host = {
	.name = "down-host",
	.summary = "start nothing new for a host",
	.operands = "HOST QUEUE...",
	.operands_min = 2,
	.operands_max = -1,
	.options = queue_down_rows,
	.options_size = sizeof(struct queue_owner),
	.examples = down_examples,
	.run = run_down,
};

static const struct command_example up_examples[] = {
	{"conc fsq up-host web1 deploy",
		"go on after `conc fsq down-host web1 deploy`"},
	{NULL, NULL},
};

const struct command queue_up_host = {
	.name = "up-host",
	.summary = "go on with a host that is down",
	.operands = "HOST QUEUE...",
	.operands_min = 2,
	.operands_max = -1,
	.examples = up_examples,
	.run = run_up,
};

int queue_open_hosts(struct fsq *fsq, unsigned n, const char *const *names,
	struct fsq_hosts *hosts)
{
	int code = 0;

	*hosts = (struct fsq_hosts){0};
	if (!n) {
		int error = fsq_hosts_open(fsq, hosts);

		return error ? queue_refuse(error, "open the hosts of",
				       fsq_name_of(fsq))
			     : 0;
	}
	hosts->all = calloc(n, sizeof(*hosts->all));
	if (!hosts->all)
		return queue_refuse(-ENOMEM, "open", fsq_name_of(fsq));
	while (hosts->n < n && !code) {
		code = queue_open_host(
			fsq, names[hosts->n], &hosts->all[hosts->n]);
		hosts->n += !code;
	}
	if (code)
		fsq_hosts_close(hosts);
	return code;
}

struct dist_options {
	bool link, trigger;
};

static const struct opt dist_rows[] = {
	{
		.name = "link",
		.letter = 'I',
		.kind = OPT_ACTION,
		.offset = offsetof(struct dist_options, link),
		.help = "one file for all hosts instead of copies: cheap, but "
			"only one of them can run it at a time",
	},
	{
		.name = "trigger",
		.letter = 't',
		.kind = OPT_ACTION,
		.offset = offsetof(struct dist_options, trigger),
		.help = "wake scanners of hosts through their FIFO",
	},
	OPT_END,
};

static void print_given(const char *queue, size_t nitems, size_t nhosts)
{
	struct json json;

	if (!global.json) {
		printf("%zu item%s to %zu host%s\n", nitems,
			nitems == 1 ? "" : "s", nhosts, nhosts == 1 ? "" : "s");
		return;
	}
	json_begin(&json, stdout, "conc.fsq.host-dist");
	json_string(&json, "queue", queue);
	json_uint(&json, "items", nitems);
	json_uint(&json, "hosts", nhosts);
	json_finish(&json);
}

static int refuse_hostless(const char *queue)
{
	msg_error("queue %s has no hosts", text_quote(queue).text);
	msg_hint("try 'conc fsq add-host HOST %s'", queue);
	return EXIT_REFUSED;
}

static int distribute(struct fsq *fsq, const struct fsq_hosts *hosts,
	const struct dist_options *o)
{
	const char *queue = fsq_name_of(fsq);
	size_t nitems = 0;
	int error;

	if (!hosts->n)
		return refuse_hostless(queue);
	if (fsq_is_down(fsq) == 1) {
		msg_error("queue %s is down", text_quote(queue).text);
		msg_hint("try 'conc fsq up %s'", queue);
		return EXIT_REFUSED;
	}
	error = fsq_distribute(fsq, hosts->all, hosts->n,
		o->link ? FSQ_DIST_LINK : FSQ_DIST_COPY, &nitems);
	print_given(queue, nitems, hosts->n);
	if (o->trigger || fsq_rules_of(fsq)->use_trigger)
		fsq_trigger_pull(hosts->all[0]); /* nobody has to listen */
	return error ? queue_refuse(error, "distribute", queue) : 0;
}

static int run_dist(const void *options, int n, char **operands)
{
	struct fsq_hosts hosts;
	struct fsq *fsq;
	int code = queue_find(operands[0], NULL, &fsq);

	if (code)
		return code;
	code = queue_open_hosts(fsq, (unsigned)n - 1,
		(const char *const *)operands + 1, &hosts);
	if (!code) {
		code = distribute(fsq, &hosts, options);
		fsq_hosts_close(&hosts);
	}
	fsq_close(fsq);
	return code;
}

static const struct command_example dist_examples[] = {
	{"conc fsq host-dist deploy", "give all that waits to each host"},
	{"conc fsq host-dist deploy web1 web2", "only to these two"},
	{NULL, NULL},
};

const struct command queue_host_dist = {
	.name = "host-dist",
	.summary = "give what waits in a queue to its hosts",
	.about = "Give every item that waits to every host, or to those "
		 "named, under its own id, and count it as done. An item that "
		 "a host has or had is not given to it again.",
	.operands = "QUEUE [HOST]...",
	.operands_min = 1,
	.operands_max = -1,
	.options = dist_rows,
	.options_size = sizeof(struct dist_options),
	.examples = dist_examples,
	.run = run_dist,
};
