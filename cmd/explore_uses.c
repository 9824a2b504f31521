#include "cmd/explore_uses.h"

#include "lib/explore/descriptor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	{"lseek", DESCRIPTOR, USE_READS},
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

void explore_call_part(
	const char *words, unsigned part, char out[USES_PATH_SIZE])
{
	size_t n = strcspn(words, "(");

	for (; part > 0; part--) {
		words += n;
		words += strspn(words, "(, ");
		n = strcspn(words, ",)");
	}
	snprintf(out, USES_PATH_SIZE, "%.*s", (int)n, words);
}

static bool is_followed(unsigned process, int descriptor)
{
	return process < USES_MOST_PROCESSES && descriptor >= 0 &&
	       descriptor < USES_MOST_DESCRIPTORS;
}

static struct opened *opened(
	struct file_uses *files, unsigned process, int descriptor)
{
	return is_followed(process, descriptor)
		       ? &files->table[process][descriptor]
		       : NULL;
}

/* "fork(): P2": it has what its parent has open. */
static void follow_fork(
	struct file_uses *files, unsigned parent, const char *words)
{
	const char *child = strstr(words, "(): P");
	unsigned number = child ? (unsigned)atoi(child + 5) : 0;

	if (number && number < USES_MOST_PROCESSES &&
		parent < USES_MOST_PROCESSES)
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

static void note_use(struct file_uses *files, const struct event *event,
	uint32_t i, unsigned uses, const char *path)
{
	struct use_of *use = &files->all[files->n++];

	*use = (struct use_of){.event = i,
		.process = event->thread,
		.uses = uses,
		.failed = event->result < 0};
	strcpy(use->path, path);
}

/* "lseek(3, 0, SEEK_END)": where the end is, and nothing else. */
static bool looks_at_nothing(const struct call *call, const char *words)
{
	return !strcmp(call->name, "lseek") && !strstr(words, "SEEK_END");
}

/* Its number was that of a file before. */
static bool is_of_pipe(const struct event *event)
{
	switch (event->op.order) {
	case DESCRIPTOR_UNKNOWN:
	case DESCRIPTOR_FILE:
		return false;
	default:
		return true;
	}
}

static void follow_call(struct file_uses *files, const struct event *event,
	uint32_t i, const struct call *call, const char *words)
{
	char path[USES_PATH_SIZE], how[USES_PATH_SIZE];
	unsigned uses = call->uses;
	struct opened *open;

	explore_call_part(words, call->operand == SECOND_PATH ? 2 : 1, path);
	if (call->operand == DESCRIPTOR) {
		open = opened(files, event->thread, atoi(path));
		if (!open || !open->path[0] || is_of_pipe(event))
			return;
		if (call->name[0] == 'f' && open->only_read)
			uses &= ~(unsigned)USE_WRITES;
		strcpy(path, open->path);
	}
	explore_call_part(words, 2, how);
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

static void follow(struct file_uses *files, const struct wire *wire, uint32_t i)
{
	const struct event *event = &wire->events[i];
	char words[EXPLORE_WORDS_SIZE], name[USES_PATH_SIZE];

	if (event->op.kind != OP_CALL)
		return;
	explore_call_words(wire, &event->op, words, sizeof(words));
	explore_call_part(words, 0, name);
	if (!strcmp(name, "fork"))
		follow_fork(files, event->thread, words);
	for (size_t k = 0; k < sizeof(calls) / sizeof(*calls); k++) {
		if (!strcmp(name, calls[k].name) &&
			!looks_at_nothing(&calls[k], words))
			follow_call(files, event, i, &calls[k], words);
	}
}

struct file_uses *explore_uses_of(const struct wire *wire)
{
	struct file_uses *files = calloc(1, sizeof(*files));

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

void explore_uses_free(struct file_uses *files)
{
	free(files->all);
	free(files);
}

const struct opened *explore_opened(
	const struct file_uses *files, unsigned process, int descriptor)
{
	return is_followed(process, descriptor)
		       ? &files->table[process][descriptor]
		       : NULL;
}
