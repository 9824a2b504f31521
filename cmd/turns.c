#include "cmd/turns.h"

#include "cmd/text.h"
#include "lib/clock.h"

#include <stdlib.h>

enum {
	TEXT_SIZE = 200,
	MOST_TIMERS = 16
};

static const struct table_column columns[] = {
	{.key = "turn", .heading = "turn", .align = TABLE_RIGHT},
	{.key = "time_ms",
		.heading = "time",
		.unit = "ms",
		.align = TABLE_RIGHT},
	{.key = "ready", .heading = "ready, and run"},
	{.key = "timers", .heading = "timers"},
	{.key = "fds", .heading = "fds"},
};

void turns_init(struct turns *turns)
{
	*turns = (struct turns){
		.table = table_create(
			columns, sizeof(columns) / sizeof(columns[0])),
		.unit = CLOCK_NS_PER_MS,
	};
}

static const char *comma(const char *text)
{
	return *text ? ", " : "";
}

static const char *name_of(const struct loop_call *call)
{
	return call->name ? call->name : "call";
}

static void append_ready(const struct loop_call *call, void *arg)
{
	char *text = arg;

	text_append(text, TEXT_SIZE, "%s%s", comma(text), name_of(call));
}

static void append_fd(const struct loop_fd *watch, void *arg)
{
	char *text = arg;

	text_append(
		text, TEXT_SIZE, "%s%s", comma(text), name_of(&watch->call));
}

/* The heap has its timers in no order that a reader would want. */
struct due {
	const char *name;
	uint64_t ns;
};

struct dues {
	struct due due[MOST_TIMERS];
	size_t n;
};

static void add_due(const struct loop_timer *timer, uint64_t due_ns, void *arg)
{
	struct dues *dues = arg;

	if (dues->n < MOST_TIMERS)
		dues->due[dues->n++] = (struct due){
			.name = name_of(&timer->call), .ns = due_ns};
}

static int compare_dues(const void *a, const void *b)
{
	const struct due *x = a, *y = b;

	return (x->ns > y->ns) - (x->ns < y->ns);
}

static void append_timers(
	const struct turns *turns, const struct loop *loop, char *text)
{
	struct dues dues = {.n = 0};

	loop_each_timer(loop, add_due, &dues);
	qsort(dues.due, dues.n, sizeof(dues.due[0]), compare_dues);
	for (size_t i = 0; i < dues.n; i++)
		text_append(text, TEXT_SIZE, "%s%s at %llu", comma(text),
			dues.due[i].name,
			(unsigned long long)(dues.due[i].ns / turns->unit));
}

void turns_note(void *context, const struct loop *loop)
{
	struct turns *turns = context;
	char ready[TEXT_SIZE] = "", timers[TEXT_SIZE] = "", fds[TEXT_SIZE] = "";

	if (!turns->table)
		return;
	loop_each_ready(loop, append_ready, ready);
	append_timers(turns, loop, timers);
	loop_each_fd(loop, append_fd, fds);
	table_row(turns->table);
	table_uint(turns->table, loop_nturns(loop));
	table_uint(turns->table, loop_now(loop) / turns->unit);
	table_text(turns->table, ready);
	table_text(turns->table, timers);
	table_text(turns->table, fds);
}
