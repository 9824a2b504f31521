/*
 * conc queue: what goes in comes out, once, through a queue that makes those
 * wait who are too fast.
 */
#include "cmd/queue.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/report.h"

#include <string.h>

struct options {
	unsigned producers, consumers;
	uint64_t items, capacity;
};

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "producers",
		.letter = 'p',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(producers),
		.min = 1,
		.max = QUEUE_MOST_THREADS,
		.help = "how many threads put in"},
	{.name = "consumers",
		.letter = 'c',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(consumers),
		.min = 1,
		.max = QUEUE_MOST_THREADS,
		.help = "how many threads take out"},
	{.name = "items",
		.letter = 'n',
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(items),
		.max = QUEUE_MOST_ITEMS,
		.help = "how many items in all"},
	{.name = "capacity",
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(capacity),
		.max = 1 << 20,
		.help = "how many items the queue holds; 0: each is handed "
			"over"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct table_column columns[] = {
	{.key = "thread", .heading = "thread"},
	{.key = "items", .heading = "items", .align = TABLE_RIGHT},
};

static void add_threads(struct table *table, const char *name,
	const uint64_t *nitems, unsigned n)
{
	for (unsigned i = 0; table && i < n; i++) {
		table_row(table);
		table_format_text(table, "%s-%u", name, i);
		table_uint(table, nitems[i]);
	}
}

static struct table *threads_table(const struct queue_result *result)
{
	struct table *table = table_create(
		columns, sizeof(columns) / sizeof(columns[0]));

	add_threads(table, "producer", result->produced, result->nproducers);
	add_threads(table, "consumer", result->consumed, result->nconsumers);
	return table;
}

static uint64_t expected_sum(uint64_t n)
{
	return n * (n + 1) / 2;
}

static void sum_up(struct report *report, const struct options *chosen,
	const struct queue_result *result)
{
	uint64_t count = result->count;

	report_count(report, "items", NULL, chosen->items);
	report_count(report, "count", NULL, count);
	report_count(report, "expected_sum", NULL, expected_sum(chosen->items));
	report_count(report, "sum", NULL, result->sum);
	report_line(report);
	report_count(report, "duplicates", NULL, result->nduplicates);
	report_count(report, "out_of_order", NULL, result->ndisorder);
	report_count(report, "wakeups", NULL, result->nwakeups);
	report_line(report);
	report_time(report, "wall", NULL, result->wall_ns);
	report_real(report, "ns_per_item", NULL,
		count ? (double)result->wall_ns / (double)count : 0, 0);
	report_explain(report,
		"Each item came out once, and those of one producer in the "
		"order in which it put them in.",
		"Who finds the queue full, or empty, sleeps until another "
		"thread wakes it; closing wakes all.");
}

static bool is_right(
	const struct options *chosen, const struct queue_result *result)
{
	return result->count == chosen->items &&
	       result->sum == expected_sum(chosen->items) &&
	       !result->nduplicates && !result->ndisorder;
}

static int refused(int status)
{
	msg_error("cannot start: %s", strerror(-status));
	msg_hint("try 'conc queue --producers 1 --consumers 1'");
	return EXIT_REFUSED;
}

static void warn_of_refusals(
	const struct options *chosen, const struct queue_result *result)
{
	unsigned wanted = chosen->producers + chosen->consumers;
	unsigned got = result->nproducers + result->nconsumers;

	if (got < wanted)
		msg_warning("the system refused %u of %u threads; the others "
			    "did all the work",
			wanted - got, wanted);
}

static int run(const void *given, int noperands, char **operands)
{
	const struct options *chosen = given;
	const struct queue_plan plan = {.nproducers = chosen->producers,
		.nconsumers = chosen->consumers,
		.nitems = chosen->items,
		.capacity = chosen->capacity};
	struct queue_result result;
	struct report report;
	int status = queue_measure(&plan, &result);

	(void)noperands;
	(void)operands;
	if (status < 0)
		return refused(status);
	report_begin(&report, "conc.queue");
	status = report_table(&report, "threads", threads_table(&result));
	sum_up(&report, chosen, &result);
	report_end(&report);
	warn_of_refusals(chosen, &result);
	if (status < 0)
		return refused(status);
	return is_right(chosen, &result) ? EXIT_GOOD : EXIT_NO;
}

static const struct command_example examples[] = {
	{"conc queue", "three producers and four consumers"},
	{"conc queue --capacity 1 --items 1e5", "everybody waits all the time"},
	{"conc queue --capacity 0", "nothing is stored, all is handed over"},
	{"conc queue -p 1 -c 1 --items 1e6", "from one thread to another"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"threads, thread, items", "one object for each thread, its name, and "
				   "what it put in or took out; items by "
				   "itself: how many there were to be"},
	{"count, sum, expected_sum", "of what was taken out; the sum it has to "
				     "be"},
	{"duplicates", "items that were taken out twice: 0"},
	{"out_of_order", "items that came before an earlier one of the same "
			 "producer: 0"},
	{"wakeups", "how often a sleeping thread was woken"},
	{"wall_s, ns_per_item", "how long it took"},
	{NULL, NULL},
};

static const struct options defaults = {
	.producers = 3, .consumers = 4, .items = 10000, .capacity = 64};

const struct command command_queue = {
	.name = "queue",
	.summary = "producers and consumers, and a queue between them",
	.about = "Threads put numbered items into a bounded queue and others "
		 "take them out. It is checked that each came out, once, and "
		 "in the order of its producer.",
	.lesson = "12-bounded-queue",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
