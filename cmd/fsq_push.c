/* The verb push: give what waits to a `conc fsq serve` elsewhere. */
#include "cmd/fsq.h"

#include "cmd/fsq_serve.h"
#include "cmd/interrupt.h"
#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/text.h"
#include "lib/clock.h"
#include "lib/fsq_push.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct push_options {
	const char *host, *as;
	uint64_t timeout;
	bool verbose;
};

static const struct push_options defaults = {.timeout = SERVE_TIMEOUT_S};

static const struct opt rows[] = {
	{
		.name = "host",
		.letter = 'A',
		.kind = OPT_TEXT,
		.argument = "HOST",
		.offset = offsetof(struct push_options, host),
		.help = "push what waits in the queue of this host",
	},
	{
		.name = "as",
		.kind = OPT_TEXT,
		.argument = "NAME",
		.offset = offsetof(struct push_options, as),
		.help = "the name of the queue there, if it is another",
	},
	{
		.name = "timeout",
		.kind = OPT_NUMBER,
		.argument = "S",
		.offset = offsetof(struct push_options, timeout),
		.min = 1,
		.max = SERVE_TIMEOUT_MOST_S,
		.help = "give up after S seconds for one item",
	},
	{
		.name = "verbose",
		.letter = 'v',
		.kind = OPT_ACTION,
		.offset = offsetof(struct push_options, verbose),
		.help = "say what becomes of each item",
	},
	OPT_END,
};

static bool stopped(void *arg)
{
	(void)arg;
	return interrupt_requested();
}

static void tell(void *arg, const char *id, enum fsq_nak nak, const char *text)
{
	const struct push_options *o = arg;

	if (nak && *id)
		msg_warning("%s was refused: %s", text_quote(id).text,
			text_quote(text).text);
	else if (nak)
		msg_warning("the other side says: %s", text_quote(text).text);
	else if (o->verbose)
		msg_note("%s taken", text_quote(id).text);
}

static int refuse(int error, const char *what, const char *address)
{
	msg_error("cannot %s %s: %s", what, text_quote(address).text,
		error == -EPROTO ? "no `conc fsq serve` speaks there"
				 : strerror(-error));
	msg_hint("on the other side, 'conc fsq serve' prints its address");
	return EXIT_REFUSED;
}

static void print_pushed(const struct fsq *fsq, const char *address,
	const struct fsq_pushed *pushed)
{
	struct json json;

	if (!global.json) {
		printf("%zu item%s pushed", pushed->ntaken,
			pushed->ntaken == 1 ? "" : "s");
		if (pushed->nrefused)
			printf(", %zu refused", pushed->nrefused);
		if (pushed->nmalformed)
			printf(", %zu failed: malformed name",
				pushed->nmalformed);
		putchar('\n');
		return;
	}
	json_begin(&json, stdout, "conc.fsq.push");
	json_string(&json, "queue", fsq_name_of(fsq));
	json_string(&json, "address", address);
	json_uint(&json, "pushed", pushed->ntaken);
	json_uint(&json, "refused", pushed->nrefused);
	json_uint(&json, "malformed", pushed->nmalformed);
	json_finish(&json);
}

static int push(struct fsq *fsq, const struct push_options *o, int fd,
	const char *address)
{
	const struct fsq_push how = {
		.queue = o->as ? o->as : fsq_name_of(fsq),
		.timeout_ns = o->timeout * CLOCK_NS_PER_S,
		.stopped = stopped,
		.told = tell,
		.arg = (void *)o,
	};
	struct fsq_pushed pushed;
	int error = fsq_push_all(fsq, fd, &how, &pushed);

	print_pushed(fsq, address, &pushed);
	if (error == -EINTR)
		return EXIT_REFUSED;
	if (error)
		return refuse(error, "push to", address);
	if (pushed.nrefused || pushed.nmalformed) {
		msg_error("not all items were taken");
		msg_hint("try 'conc fsq ls %s'", fsq_name_of(fsq));
		return EXIT_REFUSED;
	}
	return EXIT_GOOD;
}

static int connect_and_push(
	struct fsq *fsq, const struct push_options *o, const char *text)
{
	struct fsq_address address;
	int fd, code = serve_parse(text, &address);

	if (code)
		return code;
	fd = fsq_address_connect(
		&address, clock_now() + o->timeout * CLOCK_NS_PER_S);
	if (fd < 0)
		return refuse(fd, "connect to", text);
	code = push(fsq, o, fd, text);
	close(fd);
	return code;
}

static int refuse_down(const char *name)
{
	msg_error("queue %s is down", text_quote(name).text);
	msg_hint("try 'conc fsq up %s'", name);
	return EXIT_REFUSED;
}

static int run(const void *options, int noperands, char **operands)
{
	const struct push_options *o = options;
	struct fsq_rules rules;
	struct fsq *fsq;
	int code;

	(void)noperands;
	if (o->as && !fsq_name_plain(o->as))
		return queue_refuse(-EINVAL, "push to", o->as);
	code = queue_rules(&rules);
	/* What a power cut brings back is pushed again, and known there. */
	rules.fast = true;
	if (!code)
		code = queue_open_in(&rules, operands[0], o->host, &fsq);
	if (code)
		return code;
	interrupt_catch_unhurried();
	code = fsq_is_down(fsq) == 1 ? refuse_down(operands[0])
				     : connect_and_push(fsq, o, operands[1]);
	fsq_close(fsq);
	return code;
}

static const struct command_example examples[] = {
	{"conc fsq push thumbs render1:3777",
		"give all that waits to the `conc fsq serve` there"},
	{"conc fsq push -A web1 deploy web1",
		"what waits for the host web1, to that host"},
	{"conc fsq push --as inbox mail /run/fsq.sock",
		"through a UNIX socket, to a queue of another name"},
	{NULL, NULL},
};

const struct command queue_push = {
	.name = "push",
	.summary = "give what waits in a queue to another host",
	.about = "Give every item that waits to `conc fsq serve` at ADDRESS: "
		 "HOST, HOST:PORT, or the path of a UNIX socket. An item is "
		 "counted as done here when it is on the disk there, and what "
		 "the other side does not take waits. After a connection that "
		 "broke, push again: no item is taken twice.",
	.operands = "QUEUE ADDRESS",
	.operands_min = 2,
	.operands_max = 2,
	.options = rows,
	.defaults = &defaults,
	.options_size = sizeof(struct push_options),
	.examples = examples,
	.run = run,
};
