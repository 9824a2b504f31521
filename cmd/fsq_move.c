/* The verbs done, fail and retry: say by hand what becomes of an item. */
#include "cmd/fsq.h"

#include "cmd/msg.h"
#include "cmd/text.h"
#include "lib/fsq_item.h"
#include "lib/fsq_snapshot.h"

#include <errno.h>
#include <string.h>

static int complain(int error, const char *id)
{
	if (error == -EAGAIN)
		msg_error("item %s is running", text_quote(id).text);
	else if (error == -EEXIST)
		msg_error("item %s waits already", text_quote(id).text);
	else if (error == -EINVAL)
		msg_error("%s is not an item: its name cannot be read",
			text_quote(id).text);
	else
		msg_error("cannot move item %s: %s", text_quote(id).text,
			strerror(-error));
	return EXIT_REFUSED;
}

/* Once for all that was complained about; passes the code on. */
static int hint(int code, const char *folder, const char *queue)
{
	if (code)
		msg_hint("try 'conc fsq ls --folder %s %s'", folder, queue);
	return code;
}

struct end_options {
	const char *host;
};

static const struct opt end_rows[] = {
	QUEUE_HOST_ROW(offsetof(struct end_options, host)),
	OPT_END,
};

/* Of items that wait: claim, so that nobody runs it meanwhile, and move. */
static int end_all(const struct end_options *o, int noperands, char **operands,
	enum fsq_end end)
{
	struct fsq *fsq;
	int code = queue_find(operands[0], o->host, &fsq);

	if (code)
		return code;
	for (int i = 1; i < noperands; i++) {
		struct fsq_item item;
		int error = fsq_claim(fsq, operands[i], &item);

		if (!error)
			error = fsq_finish(&item, end, NULL);
		if (error < 0)
			code = complain(error, operands[i]);
	}
	fsq_close(fsq);
	return hint(code, "queue", operands[0]);
}

static int run_done(const void *options, int noperands, char **operands)
{
	return end_all(options, noperands, operands, FSQ_END_DONE);
}

static int run_fail(const void *options, int noperands, char **operands)
{
	return end_all(options, noperands, operands, FSQ_END_FAIL);
}

static const struct command_example done_examples[] = {
	{"conc fsq done thumbs _20261121053427_0_224_vm_0_a",
		"it was done by hand"},
	{NULL, NULL},
};

const struct command queue_done = {
	.name = "done",
	.summary = "move items that wait to done/",
	.operands = "QUEUE ID...",
	.operands_min = 2,
	.operands_max = -1,
	.options = end_rows,
	.options_size = sizeof(struct end_options),
	.examples = done_examples,
	.run = run_done,
};

static const struct command_example fail_examples[] = {
	{"conc fsq fail thumbs _20261121053427_0_224_vm_0_a",
		"it is not to be run"},
	{NULL, NULL},
};

const struct command queue_fail = {
	.name = "fail",
	.summary = "move items that wait to fail/",
	.operands = "QUEUE ID...",
	.operands_min = 2,
	.operands_max = -1,
	.options = end_rows,
	.options_size = sizeof(struct end_options),
	.examples = fail_examples,
	.run = run_fail,
};

struct retry_options {
	const char *host;
	bool all, done;
};

static const struct opt rows[] = {
	{
		.name = "all",
		.letter = 'a',
		.kind = OPT_ACTION,
		.offset = offsetof(struct retry_options, all),
		.help = "all that is there",
	},
	{
		.name = "done",
		.kind = OPT_ACTION,
		.offset = offsetof(struct retry_options, done),
		.help = "from done/ instead of fail/",
	},
	QUEUE_HOST_ROW(offsetof(struct retry_options, host)),
	OPT_END,
};

static int retry_all(struct fsq *fsq, enum fsq_folder from)
{
	struct fsq_snapshot snapshot = {0};
	struct fsq_entry entry;
	int error = fsq_snapshot_take(&snapshot, &fsq, 1, from, 0);
	int code = 0;

	if (error < 0)
		return queue_refuse(error, "list", fsq_name_of(fsq));
	while (fsq_snapshot_next(&snapshot, &entry)) {
		error = fsq_requeue(fsq, from, entry.id, NULL);
		if (error < 0)
			code = complain(error, entry.id);
	}
	fsq_snapshot_fini(&snapshot);
	return code;
}

static int run_retry(const void *options, int noperands, char **operands)
{
	const struct retry_options *o = options;
	enum fsq_folder from = o->done ? FSQ_DONE : FSQ_FAIL;
	struct fsq *fsq;
	int code;

	if (o->all != (noperands == 1)) {
		msg_error("needs either ids or --all");
		msg_hint("try 'conc fsq ls --folder fail %s'", operands[0]);
		return EXIT_USAGE;
	}
	code = queue_find(operands[0], o->host, &fsq);
	if (code)
		return code;
	if (o->all)
		code = retry_all(fsq, from);
	for (int i = 1; i < noperands; i++) {
		int error = fsq_requeue(fsq, from, operands[i], NULL);

		if (error < 0)
			code = complain(error, operands[i]);
	}
	fsq_close(fsq);
	return hint(code, o->done ? "done" : "fail", operands[0]);
}

static const struct command_example retry_examples[] = {
	{"conc fsq retry --all thumbs", "run again all that has failed"},
	{NULL, NULL},
};

const struct command queue_retry = {
	.name = "retry",
	.summary = "put items that have failed back into the queue",
	.operands = "QUEUE [ID]...",
	.operands_min = 1,
	.operands_max = -1,
	.options = rows,
	.options_size = sizeof(struct retry_options),
	.examples = retry_examples,
	.run = run_retry,
};
