/*
 * What a process sees of a file, and acts on, though another has changed the
 * file in between; and what a pipe gives to read.
 */
#include "cmd/explore.h"

#include "cmd/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_PROCESSES = 32,
	MOST_DESCRIPTORS = 32, /* of one process, those with low numbers */
	PATH_SIZE = 120,
};

/* What a call does to a file. */
enum use {
	USE_ASKS = 1 << 0, /* whether it is there */
	USE_READS = 1 << 1, /* what is in it */
	USE_MAKES = 1 << 2,
	USE_REMOVES = 1 << 3,
	USE_WRITES = 1 << 4,
	USE_OPENS = 1 << 5,
	USE_CHANGES = USE_MAKES | USE_REMOVES | USE_WRITES
};

enum operand {
	PATH,
	SECOND_PATH,
	DESCRIPTOR
};

static const struct call {
	const char *name;
	enum operand operand;
	unsigned uses;
} calls[] = {
	{"access", PATH, USE_ASKS},
	{"faccessat", PATH, USE_ASKS},
	{"stat", PATH, USE_ASKS},
	{"lstat", PATH, USE_ASKS},
	{"fstatat", PATH, USE_ASKS},
	{"read", DESCRIPTOR, USE_READS},
	{"pread", DESCRIPTOR, USE_READS},
	{"fgets", DESCRIPTOR, USE_READS},
	{"fread", DESCRIPTOR, USE_READS},
	{"write", DESCRIPTOR, USE_WRITES},
	{"pwrite", DESCRIPTOR, USE_WRITES},
	{"ftruncate", DESCRIPTOR, USE_WRITES},
	{"truncate", PATH, USE_WRITES},
	{"creat", PATH, USE_MAKES | USE_WRITES | USE_OPENS},
	{"open", PATH, USE_OPENS},
	{"fopen", PATH, USE_OPENS},
	{"fflush", DESCRIPTOR, USE_WRITES},
	{"fclose", DESCRIPTOR, USE_WRITES},
	{"unlink", PATH, USE_REMOVES},
	{"unlinkat", PATH, USE_REMOVES},
	{"remove", PATH, USE_REMOVES},
	{"rmdir", PATH, USE_REMOVES},
	{"mkdir", PATH, USE_MAKES},
	{"rename", PATH, USE_REMOVES},
	{"rename", SECOND_PATH, USE_MAKES | USE_WRITES},
	{"renameat", PATH, USE_REMOVES},
	{"renameat", SECOND_PATH, USE_MAKES | USE_WRITES},
	{"link", SECOND_PATH, USE_MAKES},
	{"linkat", SECOND_PATH, USE_MAKES},
	{"symlink", SECOND_PATH, USE_MAKES},
};

/* An event that has to do with a file. */
struct use_of {
	uint32_t event;
	unsigned process, uses;
	bool failed;
	char path[PATH_SIZE];
};

struct opened {
	char path[PATH_SIZE]; /* "": not known, or nothing */
	bool only_read;
};

struct files {
	size_t n;
	struct use_of *all;
	struct opened table[MOST_PROCESSES][MOST_DESCRIPTORS];
};

/* "rename(a, b)": the name of the call, a, or b. */
static void take_part(const char *words, unsigned part, char *out)
{
	size_t n = strcspn(words, "(");

	for (; part > 0; part--) {
		words += n;
		words += strspn(words, "(, ");
		n = strcspn(words, ",)");
	}
	snprintf(out, PATH_SIZE, "%.*s", (int)n, words);
}

static struct opened *opened(struct files *files, unsigned process, int number)
{
	return process < MOST_PROCESSES && number >= 0 &&
			       number < MOST_DESCRIPTORS
		       ? &files->table[process][number]
		       : NULL;
}

/* "fork(): P2": it has what its parent has open. */
static void follow_fork(struct files *files, unsigned parent, const char *words)
{
	const char *child = strstr(words, "(): P");
	unsigned number = child ? (unsigned)atoi(child + 5) : 0;

	if (number && number < MOST_PROCESSES && parent < MOST_PROCESSES)
		memcpy(files->table[number], files->table[parent],
			sizeof(files->table[number]));
}

static unsigned uses_of_opening(const char *how)
{
	if (how[0] == 'r' && how[1] != '+')
		return USE_READS;
	if (how[0] == 'w')
		return USE_MAKES | USE_WRITES;
	return (strstr(how, "O_CREAT") || how[0] == 'a' ? USE_MAKES : 0) |
	       (strstr(how, "O_TRUNC") ? USE_WRITES : 0);
}

static void note_use(struct files *files, const struct event *event, uint32_t i,
	unsigned uses, const char *path)
{
	struct use_of *use = &files->all[files->n++];

	*use = (struct use_of){.event = i,
		.process = event->thread,
		.uses = uses,
		.failed = event->result < 0};
	strcpy(use->path, path);
}

static void follow_call(struct files *files, const struct event *event,
	uint32_t i, const struct call *call, const char *words)
{
	char path[PATH_SIZE], how[PATH_SIZE];
	unsigned uses = call->uses;
	struct opened *open;

	take_part(words, call->operand == SECOND_PATH ? 2 : 1, path);
	if (call->operand == DESCRIPTOR) {
		open = opened(files, event->thread, atoi(path));
		if (!open || !open->path[0])
			return;
		if (call->name[0] == 'f' && open->only_read)
			uses &= ~(unsigned)USE_WRITES;
		strcpy(path, open->path);
	}
	take_part(words, 2, how);
	if (uses & USE_OPENS) {
		uses |= uses_of_opening(how);
		open = opened(files, event->thread, event->result);
		if (open) {
			strcpy(open->path, path);
			open->only_read = how[0] == 'r' && how[1] != '+';
		}
	}
	note_use(files, event, i, uses, path);
}

static void follow(struct files *files, const struct wire *wire, uint32_t i)
{
	const struct event *event = &wire->events[i];
	char words[EXPLORE_WORDS_SIZE], name[PATH_SIZE];

	if (event->op.kind != OP_CALL)
		return;
	explore_call_words(wire, &event->op, words, sizeof(words));
	take_part(words, 0, name);
	if (!strcmp(name, "fork"))
		follow_fork(files, event->thread, words);
	for (size_t k = 0; k < sizeof(calls) / sizeof(*calls); k++) {
		if (!strcmp(name, calls[k].name))
			follow_call(files, event, i, &calls[k], words);
	}
}

/* NULL: no memory. */
static struct files *files_of(const struct wire *wire)
{
	struct files *files = calloc(1, sizeof(*files));

	if (files)
		files->all = calloc(2 * wire->nevents + 1, sizeof(*files->all));
	if (!files || !files->all) {
		free(files);
		return NULL;
	}
	for (uint32_t i = 0; i < wire->nevents; i++)
		follow(files, wire, i);
	return files;
}

static void files_free(struct files *files)
{
	free(files->all);
	free(files);
}

/* What was seen of a file, who changed that, and what was done though. */
struct meddling {
	const struct use_of *look, *change, *act;
};

static bool saw_none(const struct use_of *look)
{
	return look->failed && look->uses & (USE_ASKS | USE_OPENS) &&
	       !(look->uses & USE_MAKES);
}

static bool saw_it(const struct use_of *look)
{
	return !look->failed && look->uses & USE_ASKS;
}

static bool read_it(const struct use_of *look)
{
	return !look->failed && look->uses & USE_READS;
}

static bool is_look(const struct use_of *use)
{
	return saw_none(use) || saw_it(use) || read_it(use);
}

/* What was seen is so no more. */
static bool undoes(const struct use_of *change, const struct use_of *look)
{
	unsigned undone = read_it(look)    ? USE_WRITES | USE_REMOVES
			  : saw_none(look) ? USE_WRITES | USE_MAKES
					   : USE_REMOVES;

	return !change->failed && change->uses & undone;
}

static bool relies_on(const struct use_of *act, const struct use_of *look)
{
	if (saw_it(look))
		return act->uses & (USE_REMOVES | USE_OPENS | USE_WRITES);
	return !act->failed && act->uses & USE_CHANGES;
}

/* The process's last look at that file before; NULL: it knows of nothing. */
static const struct use_of *look_before(
	const struct files *files, const struct use_of *act)
{
	for (const struct use_of *use = act; use-- > files->all;) {
		if (use->process == act->process &&
			!strcmp(use->path, act->path) && is_look(use))
			return use;
	}
	return NULL;
}

/* The last change by another; NULL: there is none, or the look is used up. */
static const struct use_of *change_between(
	const struct use_of *look, const struct use_of *act)
{
	const struct use_of *change = NULL;

	for (const struct use_of *use = look + 1; use < act; use++) {
		if (strcmp(use->path, act->path) != 0)
			continue;
		if (use->process != act->process)
			change = undoes(use, look) ? use : change;
		else if (!change && use->uses & USE_CHANGES &&
			 !(use->uses & USE_OPENS))
			return NULL;
	}
	return change;
}

/* The last one: what comes next has to do with the failure. */
static bool find_meddling(const struct files *files, struct meddling *found)
{
	for (size_t i = files->n; i-- > 0;) {
		found->act = &files->all[i];
		found->look = look_before(files, found->act);
		if (!found->look || !relies_on(found->act, found->look))
			continue;
		found->change = change_between(found->look, found->act);
		if (found->change)
			return true;
	}
	return false;
}

static void name_of_call(const struct wire *wire, uint32_t i, char *name)
{
	char words[EXPLORE_WORDS_SIZE];

	explore_call_words(wire, &wire->events[i].op, words, sizeof(words));
	take_part(words, 0, name);
}

static void seen_words(const struct meddling *found, char *words, size_t size)
{
	const struct use_of *look = found->look, *change = found->change;
	char who[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s %s %s at step %u, ",
		explore_thread_name(look->process, who),
		read_it(look)    ? "reads"
		: saw_none(look) ? "finds no"
				 : "finds",
		look->path, look->event + 1);
	text_append(words, size, "%s %s it at step %u, ",
		explore_thread_name(change->process, who),
		change->uses & USE_WRITES  ? "writes"
		: change->uses & USE_MAKES ? "makes"
					   : "removes",
		change->event + 1);
}

/* By what it read, or as there was nothing to read. */
static void lock_words(struct explore_view *view, const struct meddling *found,
	char *words, size_t size)
{
	const struct event *events = view->wire->events;
	char who[EXPLORE_WORDS_SIZE];

	text_append(words, size,
		"and %s changes it at step %u by what it saw: hold one lock ",
		explore_thread_name(found->act->process, who),
		found->act->event + 1);
	explore_add_span(view, events[found->look->event].op.pc,
		events[found->act->event].op.pc, words, size);
	text_append(words, size,
		", by flock with LOCK_EX on a file that each process opens "
		"for itself");
}

/* One call that tests and acts. */
static void one_call_words(struct explore_view *view,
	const struct meddling *found, char *words, size_t size)
{
	const struct use_of *act = found->act;
	char who[EXPLORE_WORDS_SIZE], name[PATH_SIZE], asks[PATH_SIZE];

	name_of_call(view->wire, act->event, name);
	name_of_call(view->wire, found->look->event, asks);
	text_append(words, size, "before %s comes to %s at step %u: ",
		explore_thread_name(act->process, who), name, act->event + 1);
	if (saw_it(found->look) || !strcmp(name, "mkdir") ||
		strstr(name, "link"))
		text_append(words, size,
			"leave out %s, call %s at once, and go by whether it "
			"fails: it does for all but the first",
			asks, name);
	else if (strstr(name, "rename"))
		text_append(words, size,
			"leave out %s, and call link at once, which fails when "
			"the name is taken; rename replaces what is there",
			asks);
	else
		text_append(words, size,
			"leave out %s, and open it with O_CREAT | O_EXCL, "
			"which "
			"fails for all but the first",
			asks);
}

static bool writes_only(const struct use_of *act)
{
	return act->uses & USE_WRITES && !(act->uses & USE_MAKES);
}

/* The last call of the process that failed. */
static const struct event *last_call(const struct wire *wire, unsigned process)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		if (wire->events[i].thread == process &&
			wire->events[i].op.kind == OP_CALL)
			return &wire->events[i];
	}
	return NULL;
}

/* It has no name, and is none of those that were there before main. */
static bool is_pipe(struct files *files, unsigned process, int descriptor)
{
	const struct opened *open = opened(files, process, descriptor);

	return open && !open->path[0] && descriptor > 2;
}

/* "read(3, 20 bytes): 11 bytes" */
static bool part_advice(struct explore_view *view, struct files *files,
	const struct finding *finding, char *words, size_t size)
{
	unsigned process = finding->first.thread;
	const struct event *event = last_call(view->wire, process);
	char call[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	char descriptor[PATH_SIZE], wanted[PATH_SIZE];

	if (!event)
		return false;
	explore_call_words(view->wire, &event->op, call, sizeof(call));
	take_part(call, 1, descriptor);
	take_part(call, 2, wanted);
	if (strncmp(call, "read(", 5) != 0 || event->result <= 0 ||
		event->result >= atoi(wanted) ||
		!is_pipe(files, process, atoi(descriptor)))
		return false;
	text_append(words, size,
		"a pipe keeps no borders between what was written: the read at "
		"%s got %d of the %d bytes that it asked for: go on reading "
		"until all is there, or the end",
		explore_place_name(view, event->op.pc, place), event->result,
		atoi(wanted));
	return true;
}

bool explore_files_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	struct files *files = files_of(view->wire);
	struct meddling found;
	bool any = true;

	if (!files)
		return false;
	if (!find_meddling(files, &found)) {
		any = part_advice(view, files, finding, words, size);
	} else {
		seen_words(&found, words, size);
		if (read_it(found.look) || writes_only(found.act))
			lock_words(view, &found, words, size);
		else
			one_call_words(view, &found, words, size);
	}
	files_free(files);
	return any;
}
