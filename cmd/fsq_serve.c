/* The verb serve: take items that others push. */
#include "cmd/fsq_serve.h"

#include "cmd/fsq.h"
#include "cmd/interrupt.h"
#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/text.h"
#include "lib/clock.h"
#include "lib/fsq_server.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DRAIN_NS (4 * CLOCK_NS_PER_S)
#define STEP_NS (CLOCK_NS_PER_S / 2)

enum {
	CONNECTIONS_MOST = 10000,
	PORT_MOST = UINT16_MAX,
	TEXT_SIZE = 300
};

struct serve_options {
	const char *bind, *path;
	unsigned port, nconnections;
	uint64_t timeout, content_max;
	bool fast, trigger, verbose;
};

static const struct serve_options defaults = {
	.bind = "127.0.0.1",
	.port = 3777,
	.nconnections = 64,
	.timeout = SERVE_TIMEOUT_S,
	.content_max = UINT64_C(1000000000),
};

static const struct opt rows[] = {
	{
		.name = "port",
		.letter = 'p',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = offsetof(struct serve_options, port),
		.max = PORT_MOST,
		.help = "of TCP; 0: any that is free, which is printed",
	},
	{
		.name = "bind",
		.letter = 'b',
		.kind = OPT_TEXT,
		.argument = "HOST",
		.offset = offsetof(struct serve_options, bind),
		.help = "the address to listen at; 0.0.0.0: all, where anyone "
			"may come in, for nobody is asked who he is",
	},
	{
		.name = "unix",
		.letter = 'u',
		.kind = OPT_TEXT,
		.argument = "PATH",
		.offset = offsetof(struct serve_options, path),
		.help = "listen at a UNIX socket instead",
	},
	{
		.name = "connections",
		.letter = 'c',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = offsetof(struct serve_options, nconnections),
		.min = 1,
		.max = CONNECTIONS_MOST,
		.help = "so many at a time; others wait",
	},
	{
		.name = "timeout",
		.kind = OPT_NUMBER,
		.argument = "S",
		.offset = offsetof(struct serve_options, timeout),
		.min = 1,
		.max = SERVE_TIMEOUT_MOST_S,
		.help = "close a connection S seconds after the last whole "
			"item",
	},
	{
		.name = "max-size",
		.kind = OPT_NUMBER,
		.argument = "BYTES",
		.offset = offsetof(struct serve_options, content_max),
		.help = "refuse items with more content",
	},
	{
		.name = "fast",
		.kind = OPT_ACTION,
		.offset = offsetof(struct serve_options, fast),
		.help = "answer before it is on the disk; a power cut may lose "
			"it",
	},
	{
		.name = "trigger",
		.letter = 't',
		.kind = OPT_ACTION,
		.offset = offsetof(struct serve_options, trigger),
		.help = "wake scanners through the FIFOs of their queues",
	},
	{
		.name = "verbose",
		.letter = 'v',
		.kind = OPT_ACTION,
		.offset = offsetof(struct serve_options, verbose),
		.help = "say what becomes of each item",
	},
	OPT_END,
};

int serve_parse(const char *text, struct fsq_address *address)
{
	char with_port[TEXT_SIZE];
	int error;

	snprintf(with_port, sizeof(with_port), "%s:" SERVE_PORT, text);
	error = fsq_address_parse(
		strpbrk(text, "/:") ? text : with_port, address);
	if (!error)
		return 0;
	if (error == -ENOENT)
		msg_error("there is no host of the name in %s",
			text_quote(text).text);
	else
		msg_error("%s is no address: %s", text_quote(text).text,
			strerror(-error));
	msg_hint("an address is HOST:PORT, or a path with a '/' in it");
	return error == -EINVAL || error == -ENAMETOOLONG ? EXIT_USAGE
							  : EXIT_REFUSED;
}

/* What has happened so far. */
struct tally {
	bool verbose;
	uint64_t ntook, nknew, nrefused;
};

static void count(void *arg, enum fsq_server_event event, const char *peer,
	const char *queue, const char *id, const char *text)
{
	struct tally *tally = arg;
	const char *said = text_quote(text).text;

	tally->ntook += event == FSQ_SERVER_TOOK;
	tally->nknew += event == FSQ_SERVER_KNEW;
	tally->nrefused += event == FSQ_SERVER_REFUSED;
	if (event == FSQ_SERVER_CANNOT_ACCEPT)
		msg_warning("cannot accept a connection: %s", text);
	else if (!tally->verbose)
		return;
	else if (event == FSQ_SERVER_BROKE)
		msg_note("%s: %s", peer, said);
	else if (event == FSQ_SERVER_REFUSED)
		msg_note("%s: %s for %s refused: %s", peer, text_quote(id).text,
			text_quote(queue).text, said);
	else
		msg_note("%s: %s for %s%s", peer, text_quote(id).text,
			text_quote(queue).text,
			event == FSQ_SERVER_KNEW ? ", once more" : "");
}

static int refuse(int error, const char *address, bool is_path)
{
	msg_error("cannot listen at %s: %s", text_quote(address).text,
		strerror(-error));
	if (is_path)
		msg_hint("name another path, in a directory that is yours");
	else
		msg_hint("try 'conc fsq serve --port 0' for a port that is "
			 "free");
	return EXIT_REFUSED;
}

/* Who starts us may wait for it. */
static void print_address(const struct fsq_address *address)
{
	char text[FSQ_ADDRESS_SIZE];
	struct json json;

	fsq_address_format(address, text);
	if (!global.json) {
		printf("serving at %s\n", text);
	} else {
		json_begin(&json, stdout, "conc.fsq.serve");
		json_string(&json, "address", text);
		json_int(&json, "pid", getpid());
		json_finish(&json);
	}
	fflush(stdout);
}

/* Whoever has begun to send an item may end it, for a while. */
static void drain(struct fsq_server *server)
{
	uint64_t until = clock_now() + DRAIN_NS;

	fsq_server_drain(server);
	if (fsq_server_nconnections(server))
		msg_note("waiting for items that have begun to come in; a "
			 "second signal ends at once");
	while (fsq_server_nconnections(server) && clock_now() < until)
		fsq_server_step(server, until);
}

static int serve(const struct fsq_rules *rules, struct fsq_address *address,
	int listener, const struct fsq_server_options *options)
{
	struct tally *tally = options->arg;
	struct fsq_server *server;
	int error = fsq_server_open(rules, listener, options, &server);

	if (error)
		return refuse(error, "that address", false);
	print_address(address);
	while (!interrupt_requested() && !ferror(stdout))
		fsq_server_step(server, clock_now() + STEP_NS);
	fsq_address_remove(address);
	close(listener);
	drain(server);
	fsq_server_close(server);
	msg_note("%" PRIu64 " items taken, %" PRIu64 " of them known already, "
		 "%" PRIu64 " refused",
		tally->ntook + tally->nknew, tally->nknew, tally->nrefused);
	return EXIT_GOOD;
}

static int listen_and_serve(const struct serve_options *o,
	const struct fsq_rules *rules, const char *const *queues, int nqueues)
{
	struct tally tally = {.verbose = o->verbose};
	const struct fsq_server_options options = {
		.queues = queues,
		.nqueues = (size_t)nqueues,
		.nconnections = o->nconnections,
		.timeout_ns = o->timeout * CLOCK_NS_PER_S,
		.content_max = o->content_max,
		.told = count,
		.arg = &tally,
	};
	char text[TEXT_SIZE];
	struct fsq_address address;
	int listener, code;

	if (o->path)
		snprintf(text, sizeof(text), "%s%s",
			strchr(o->path, '/') ? "" : "./", o->path);
	else
		snprintf(text, sizeof(text),
			strchr(o->bind, ':') ? "[%s]:%u" : "%s:%u", o->bind,
			o->port);
	code = serve_parse(text, &address);
	if (code)
		return code;
	listener = fsq_address_listen(&address);
	if (listener < 0)
		return refuse(listener, text, o->path);
	return serve(rules, &address, listener, &options);
}

/* A queue that is named and is not there is most likely a mistake. */
static int check_queues(const struct fsq_rules *rules, int n, char **names)
{
	int code = 0;

	for (int i = 0; i < n && !code; i++) {
		struct fsq *fsq;

		code = queue_open(rules, names[i], &fsq);
		if (!code)
			fsq_close(fsq);
	}
	return code;
}

static int run(const void *options, int noperands, char **operands)
{
	const struct serve_options *o = options;
	struct fsq_rules rules;
	int code = queue_rules(&rules);

	if (!code)
		code = check_queues(&rules, noperands, operands);
	if (code)
		return code;
	rules.fast = o->fast;
	rules.use_trigger |= o->trigger;
	interrupt_catch_unhurried();
	return listen_and_serve(
		o, &rules, (const char *const *)operands, noperands);
}

static const struct command_example examples[] = {
	{"conc fsq serve thumbs",
		"take items for the queue thumbs from this machine"},
	{"conc fsq serve --bind 10.0.0.7 thumbs", "from a network of friends"},
	{"conc fsq serve --port 0 --json thumbs",
		"at a free port, told to a program"},
	{NULL, NULL},
};

const struct command queue_serve = {
	.name = "serve",
	.summary = "take items that other hosts push",
	.about = "Take items from `conc fsq push` into the queues named. "
		 "Each is on the disk before it is acknowledged, and "
		 "one that comes again, because its acknowledgement was lost, "
		 "is there once: it is known by its id as long as it waits, "
		 "runs, or lies in done/ or fail/.",
	.operands = "QUEUE...",
	.operands_min = 1,
	.operands_max = -1,
	.options = rows,
	.defaults = &defaults,
	.options_size = sizeof(struct serve_options),
	.examples = examples,
	.notes = "Nobody is asked who he is: whoever can connect can enqueue. "
		 "So it listens to this machine alone unless --bind says "
		 "otherwise; between machines, a tunnel such as `ssh -L` adds "
		 "what is lacking.\n\n"
		 "TERM or Ctrl-C closes what is idle and lets items that have "
		 "begun to come in end, for 4 seconds; a second one ends at "
		 "once. What was not acknowledged the other side still has.",
	.run = run,
};
