/*
 * The table as rows and as text. Nothing here may allocate, lock or use
 * stdio: it runs in signal handlers.
 */
#include "lib/roster.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/roster_impl.h"

enum {
	LINE_SIZE = 512,
	MOST_ROWS = 1000, /* that are written; tasks may be a million */
	MOST_EDGES = 8
};

struct roster_text roster_text(char *buffer, size_t size)
{
	buffer[0] = '\0';
	return (struct roster_text){buffer, size - 1};
}

void roster_put(struct roster_text *text, const char *string)
{
	while (*string && text->room > 0) {
		*text->at++ = *string++;
		text->room--;
	}
	*text->at = '\0';
}

void roster_put_number(struct roster_text *text, uint64_t n, unsigned base)
{
	char digits[24];
	char *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do {
		*--at = "0123456789abcdef"[n % base];
		n /= base;
	} while (n > 0);
	roster_put(text, at);
}

static const struct roster_thing *name_of(
	const struct roster_table *table, const void *object)
{
	const struct roster_thing *thing = table->things;

	while (thing && thing->object != object)
		thing = thing->next;
	return thing;
}

void roster_put_thing(struct roster_text *text,
	const struct roster_table *table, const struct roster_wait *wait)
{
	const struct roster_thing *thing = name_of(table, wait->object);

	roster_put(text, wait->what);
	if (thing) {
		roster_put(text, " ");
		roster_put(text, thing->name);
	} else if (wait->object) {
		roster_put(text, " 0x");
		roster_put_number(text, (uintptr_t)wait->object, 16);
	}
}

static void put_owner(
	struct roster_text *text, const struct roster_table *table, pid_t owner)
{
	const struct roster_task *task = roster_find(table, owner);

	roster_put(text, ", held by ");
	if (task) {
		roster_put(text, task->name);
	} else {
		roster_put(text, "thread ");
		roster_put_number(text, (uint64_t)owner, 10);
	}
}

/* Relaxed: a picture of the moment, nothing else. */
static void put_holds(struct roster_text *text,
	const struct roster_table *table, const struct roster_task *task)
{
	const char *before = "";

	for (const struct roster_thing *thing = table->things; thing;
		thing = thing->next) {
		if (!thing->owner || atomic_load_explicit(thing->owner,
					     memory_order_relaxed) != task->id)
			continue;
		roster_put(text, before);
		roster_put(text, thing->name);
		before = ", ";
	}
}

/* What the kernel says of a thread: the letter behind its name. */
static char kernel_state(pid_t id)
{
	char buffer[LINE_SIZE];
	struct roster_text path = roster_text(buffer, sizeof(buffer));
	const char *end = NULL;
	ssize_t size = -1;
	int fd;

	roster_put(&path, "/proc/self/task/");
	roster_put_number(&path, (uint64_t)id, 10);
	roster_put(&path, "/stat");
	fd = open(buffer, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		size = read(fd, buffer, sizeof(buffer) - 1);
		close(fd);
	}
	if (size > 0) {
		buffer[size] = '\0';
		end = strrchr(buffer, ')');
	}
	return end && end[1] == ' ' ? end[2] : '\0';
}

static const char *thread_state(pid_t id)
{
	switch (kernel_state(id)) {
	case 'R':
		return "running";
	case 'S':
		return "asleep";
	case 'D':
		return "in input or output";
	case 'T':
	case 't':
		return "stopped";
	default:
		return "unknown";
	}
}

static void fill_row(const struct roster_table *table, struct roster_task *task,
	struct roster_row *row)
{
	struct roster_text holds, waits_for;
	struct roster_seen seen;

	*row = (struct roster_row){
		.id = task->id, .is_thread = task->is_thread};
	memcpy(row->name, task->name, ROSTER_NAME_SIZE);
	holds = roster_text(row->holds, sizeof(row->holds));
	put_holds(&holds, table, task);
	if (!roster_look(task, &seen)) {
		row->state = "changing";
		return;
	}
	row->waits = seen.wait.what != NULL;
	if (!row->waits) {
		row->state = task->is_thread ? thread_state(task->id)
					     : seen.state;
		return;
	}
	row->state = "waiting";
	row->timed = seen.wait.deadline_ns != UINT64_MAX;
	waits_for = roster_text(row->waits_for, sizeof(row->waits_for));
	roster_put_thing(&waits_for, table, &seen.wait);
	if (seen.owner)
		put_owner(&waits_for, table, seen.owner);
}

void roster_each(
	void (*visit)(const struct roster_row *row, void *arg), void *arg)
{
	struct roster_table *table = roster_lock_table();
	struct roster_row row;

	for (struct roster_task *task = table->first; task; task = task->next) {
		fill_row(table, task, &row);
		visit(&row, arg);
	}
	roster_unlock_table();
}

static size_t count_tasks(const struct roster_table *table)
{
	size_t n = 0;

	for (const struct roster_task *task = table->first; task;
		task = task->next)
		n++;
	return n;
}

static void put_padded(
	struct roster_text *text, const char *string, size_t width)
{
	roster_put(text, string);
	for (size_t n = strlen(string); n < width; n++)
		roster_put(text, " ");
	roster_put(text, "  ");
}

static void write_line(
	char *line, struct roster_text *text, roster_write_fn write)
{
	/* Cut or not, it ends as a line. */
	if (text->room == 0)
		text->at--;
	*text->at++ = '\n';
	write(line, (size_t)(text->at - line));
}

static void write_cells(const char *const cells[5], roster_write_fn write)
{
	static const unsigned char widths[] = {16, 8, 8, 12};
	char line[LINE_SIZE];
	struct roster_text text = roster_text(line, sizeof(line));

	for (int i = 0; i < 4; i++)
		put_padded(&text, cells[i], widths[i]);
	roster_put(&text, cells[4]);
	write_line(line, &text, write);
}

static void write_row(const struct roster_row *row, roster_write_fn write)
{
	char id[24];
	struct roster_text text = roster_text(id, sizeof(id));

	roster_put_number(&text, (uint64_t)row->id, 10);
	write_cells((const char *const[]){row->name, id, row->state,
			    row->holds[0] ? row->holds : "-",
			    row->waits ? row->waits_for : "-"},
		write);
}

static void write_edge(const struct roster_edge *edge, roster_write_fn write)
{
	char line[LINE_SIZE];
	struct roster_text text = roster_text(line, sizeof(line));

	roster_put(&text, "deadlock: ");
	roster_put(&text, edge->task);
	roster_put(&text, " holds ");
	roster_put(&text, edge->holds);
	roster_put(&text, " and waits for ");
	roster_put(&text, edge->wants);
	if (edge->timed)
		roster_put(&text, ", for a while");
	write_line(line, &text, write);
}

static void write_deadlock(struct roster_table *table, roster_write_fn write)
{
	struct roster_edge edges[MOST_EDGES];
	size_t n = roster_find_deadlock_in(table, edges, MOST_EDGES);

	for (size_t i = 0; i < n && i < MOST_EDGES; i++)
		write_edge(&edges[i], write);
}

static void write_count(
	size_t n, const char *before, const char *after, roster_write_fn write)
{
	char line[LINE_SIZE];
	struct roster_text text = roster_text(line, sizeof(line));

	roster_put(&text, before);
	roster_put_number(&text, n, 10);
	roster_put(&text, after);
	write_line(line, &text, write);
}

void roster_show(struct roster_table *table, roster_write_fn write)
{
	static const char *const heads[] = {
		"TASK", "ID", "STATE", "HOLDS", "WAITS FOR"};
	size_t ntasks = count_tasks(table), nwritten = 0;
	struct roster_row row;

	write_count((size_t)getpid(), "tasks of process ", ":", write);
	write_cells(heads, write);
	for (struct roster_task *task = table->first;
		task && nwritten < MOST_ROWS; task = task->next, nwritten++) {
		fill_row(table, task, &row);
		write_row(&row, write);
	}
	if (nwritten < ntasks)
		write_count(ntasks - nwritten, "and ", " more", write);
	write_deadlock(table, write);
}
