/* The verbs ls and stat: what lies in a queue. */
#include "cmd/fsq.h"

#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/text.h"
#include "lib/clock.h"
#include "lib/fsq_holders.h"
#include "lib/fsq_numbers.h"
#include "lib/fsq_snapshot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const folders[] = {
	[FSQ_QUEUE] = "queue",
	[FSQ_DONE] = "done",
	[FSQ_FAIL] = "fail",
	NULL,
};

struct ls_options {
	unsigned folder;
	const char *host;
};

static const struct opt rows[] = {
	{
		.name = "folder",
		.kind = OPT_CHOICE,
		.argument = "WHICH",
		.offset = offsetof(struct ls_options, folder),
		.choices = folders,
		.help = "what waits or runs, is done, or has failed",
	},
	QUEUE_HOST_ROW(offsetof(struct ls_options, host)),
	OPT_END,
};

/* One listing. */
struct list {
	struct fsq *fsq;
	struct fsq_holders holders;
	enum fsq_folder folder;
	struct json json;
};

static void print_text(
	const struct fsq_entry *entry, const struct fsq_name *name, pid_t pid)
{
	text_print(stdout, entry->id, strlen(entry->id));
	if (pid)
		printf("\trunning by %d", (int)pid);
	else
		printf("\t%s", name ? "-" : "malformed");
	for (size_t i = 0; name && i < fsq_name_nargs(name); i++) {
		const char *arg = fsq_name_arg(name, i);

		putchar(i ? ' ' : '\t');
		text_print(stdout, arg, strlen(arg));
	}
	putchar('\n');
}

static void print_json(struct json *json, const struct fsq_entry *entry,
	const struct fsq_name *name, pid_t pid)
{
	json_object(json, NULL);
	json_string(json, "id", entry->id);
	json_bool(json, "malformed", !name);
	if (pid)
		json_int(json, "pid", pid);
	else
		json_null(json, "pid");
	if (name) {
		json_int(json, "enqueued", name->enqueued);
		json_uint(json, "tries", name->tries);
		json_array(json, "arguments");
		for (size_t i = 0; i < fsq_name_nargs(name); i++)
			json_string(json, NULL, fsq_name_arg(name, i));
		json_end(json);
	}
	json_end(json);
}

static void print_entry(struct list *list, const struct fsq_entry *entry)
{
	const struct fsq_grammar *grammar = &fsq_rules_of(list->fsq)->grammar;
	struct fsq_name name;
	bool good = fsq_name_decode(
			    grammar, entry->id, strlen(entry->id), &name) == 0;
	pid_t pid = 0;

	if (list->folder == FSQ_QUEUE)
		pid = fsq_holder_of(list->fsq, &list->holders, entry->inode);
	if (global.json)
		print_json(&list->json, entry, good ? &name : NULL, pid);
	else
		print_text(entry, good ? &name : NULL, pid);
}

static void put_queue(struct json *json, const struct fsq *fsq)
{
	json_string(json, "queue", fsq_name_of(fsq));
	if (fsq_host_of(fsq))
		json_string(json, "host", fsq_host_of(fsq));
}

static int print_list(struct list *list)
{
	struct fsq_snapshot snapshot = {0};
	struct fsq_entry entry;
	int error = fsq_snapshot_take(
		&snapshot, &list->fsq, 1, list->folder, 0);

	if (error < 0)
		return queue_refuse(error, "list", fsq_name_of(list->fsq));
	if (global.json) {
		json_begin(&list->json, stdout, "conc.fsq.ls");
		put_queue(&list->json, list->fsq);
		json_string(&list->json, "folder", folders[list->folder]);
		json_array(&list->json, "items");
	}
	while (fsq_snapshot_next(&snapshot, &entry))
		print_entry(list, &entry);
	if (global.json) {
		json_end(&list->json);
		json_finish(&list->json);
	}
	fsq_snapshot_fini(&snapshot);
	return 0;
}

static int run_ls(const void *options, int noperands, char **operands)
{
	const struct ls_options *o = options;
	struct list list = {.folder = o->folder};
	int code = queue_find(operands[0], o->host, &list.fsq);

	(void)noperands;
	if (code)
		return code;
	/* Without /proc/locks nothing is known to run. */
	fsq_holders_read(&list.holders);
	code = print_list(&list);
	fsq_holders_fini(&list.holders);
	fsq_close(list.fsq);
	return code;
}

static const struct command_example ls_examples[] = {
	{"conc fsq ls thumbs", "ids, who runs them, and their arguments"},
	{"conc fsq ls --folder fail --json thumbs",
		"what failed, for a program"},
	{NULL, NULL},
};

const struct command queue_ls = {
	.name = "ls",
	.summary = "list the items of a queue, oldest first",
	.operands = "QUEUE",
	.operands_min = 1,
	.operands_max = 1,
	.options = rows,
	.options_size = sizeof(struct ls_options),
	.examples = ls_examples,
	.run = run_ls,
};

/* Items that run, with the process that has them and since when they wait. */
static void each_running(struct fsq *fsq, struct json *json)
{
	struct list list = {.fsq = fsq};
	struct fsq_snapshot snapshot = {0};
	struct fsq_entry entry;
	int64_t now = clock_wall();

	if (fsq_holders_read(&list.holders) < 0 ||
		fsq_snapshot_take(&snapshot, &fsq, 1, FSQ_QUEUE, 0) < 0)
		goto out;
	while (fsq_snapshot_next(&snapshot, &entry)) {
		pid_t pid = fsq_holder_of(fsq, &list.holders, entry.inode);
		struct fsq_name name = {.enqueued = now};

		if (!pid)
			continue;
		if (fsq_name_decode(&fsq_rules_of(fsq)->grammar, entry.id,
			    strlen(entry.id), &name) < 0)
			name.enqueued = now;
		if (json) {
			json_object(json, NULL);
			json_int(json, "pid", pid);
			json_int(json, "age_s", now - name.enqueued);
			json_string(json, "id", entry.id);
			json_end(json);
			continue;
		}
		printf("  pid %d, enqueued %" PRId64 " s ago: ", (int)pid,
			now - name.enqueued);
		text_print(stdout, entry.id, strlen(entry.id));
		putchar('\n');
	}
out:
	fsq_snapshot_fini(&snapshot);
	fsq_holders_fini(&list.holders);
}

static void stat_text(struct fsq *fsq, const struct fsq_numbers *n)
{
	int64_t now = clock_wall();

	printf("waiting  %" PRIu64, n->nwaiting);
	if (n->nwaiting && n->oldest != INT64_MIN)
		printf(", the oldest for %" PRId64 " s", now - n->oldest);
	printf("\nrunning  %" PRIu64 "%s\n", n->nrunning,
		n->sees_locks ? "" : " (locks cannot be seen here)");
	each_running(fsq, NULL);
	printf("done     %" PRIu64 "\nfailed   %" PRIu64 "\nwriting  %" PRIu64
	       "\ndown     %s\n",
		n->ndone, n->nfailed, n->nwriting, n->down ? "yes" : "no");
}

static void stat_json(struct fsq *fsq, const struct fsq_numbers *n)
{
	struct json json;

	json_begin(&json, stdout, "conc.fsq.stat");
	put_queue(&json, fsq);
	json_uint(&json, "waiting", n->nwaiting);
	json_uint(&json, "running", n->nrunning);
	json_uint(&json, "done", n->ndone);
	json_uint(&json, "failed", n->nfailed);
	json_uint(&json, "writing", n->nwriting);
	json_uint(&json, "malformed", n->nmalformed);
	json_bool(&json, "down", n->down);
	if (n->oldest == INT64_MIN)
		json_null(&json, "oldest");
	else
		json_int(&json, "oldest", n->oldest);
	json_array(&json, "jobs");
	each_running(fsq, &json);
	json_end(&json);
	json_finish(&json);
}

struct stat_options {
	const char *host;
};

static const struct opt stat_rows[] = {
	QUEUE_HOST_ROW(offsetof(struct stat_options, host)),
	OPT_END,
};

static int run_stat(const void *options, int noperands, char **operands)
{
	const struct stat_options *o = options;
	struct fsq_numbers numbers;
	struct fsq *fsq;
	int code = queue_find(operands[0], o->host, &fsq);
	int error;

	(void)noperands;
	if (code)
		return code;
	error = fsq_numbers_read(fsq, &numbers);
	if (error < 0)
		code = queue_refuse(error, "count the items of", operands[0]);
	else if (global.json)
		stat_json(fsq, &numbers);
	else
		stat_text(fsq, &numbers);
	fsq_close(fsq);
	return code;
}

static const struct command_example stat_examples[] = {
	{"conc fsq stat thumbs", "how many wait, run, are done, have failed"},
	{NULL, NULL},
};

const struct command queue_stat = {
	.name = "stat",
	.summary = "say how a queue is doing, in numbers",
	.operands = "QUEUE",
	.operands_min = 1,
	.operands_max = 1,
	.options = stat_rows,
	.options_size = sizeof(struct stat_options),
	.examples = stat_examples,
	.run = run_stat,
};
