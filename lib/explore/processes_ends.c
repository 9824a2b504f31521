/* Who has which end of a pipe open, as /proc has it. */
#include "lib/explore/processes_impl.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	PATH_SIZE = 300,
	TARGET_SIZE = 40, /* "pipe:[12345]" */
};

static bool get_target(
	const char *folder, const char *descriptor, char target[TARGET_SIZE])
{
	char path[PATH_SIZE];
	ssize_t n;

	snprintf(path, sizeof(path), "%.40s/%.200s", folder, descriptor);
	n = readlink(path, target, TARGET_SIZE - 1);
	target[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* O_RDONLY, O_WRONLY or O_RDWR; -1 when it is not known. */
static int get_mode(int pid, const char *descriptor)
{
	char path[PATH_SIZE], line[80];
	int flags = -1;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%.200s", pid, descriptor);
	in = fopen(path, "re");
	if (!in)
		return -1;
	while (flags < 0 && fgets(line, sizeof(line), in)) {
		if (!strncmp(line, "flags:", strlen("flags:")))
			flags = (int)strtol(line + strlen("flags:"), NULL, 8);
	}
	fclose(in);
	return flags < 0 ? -1 : flags & O_ACCMODE;
}

static bool has_open(int pid, const char *pipe, int mode)
{
	char folder[PATH_SIZE], target[TARGET_SIZE];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(folder, sizeof(folder), "/proc/%d/fd", pid);
	dir = opendir(folder);
	while (dir && !found && (entry = readdir(dir))) {
		int its = -1;

		if (get_target(folder, entry->d_name, target) &&
			!strcmp(target, pipe))
			its = get_mode(pid, entry->d_name);
		found = its == mode || its == O_RDWR;
	}
	if (dir)
		closedir(dir);
	return found;
}

/* "read(3, 1 byte)": the pipe, and how its other end is open. */
static bool find_pipe(const struct processes *p, uint32_t i,
	char pipe[TARGET_SIZE], int *other_mode)
{
	char call[WIRE_TEXT_SIZE], folder[PATH_SIZE], descriptor[12];
	int number;

	processes_call(p, i, call);
	*other_mode = !strncmp(call, "write(", 6) ? O_RDONLY : O_WRONLY;
	if (sscanf(call, "%*[a-z](%d", &number) != 1)
		return false;
	snprintf(folder, sizeof(folder), "/proc/%d/fd",
		(int)p->desk->places[i].pid);
	snprintf(descriptor, sizeof(descriptor), "%d", number);
	return get_target(folder, descriptor, pipe) &&
	       !strncmp(pipe, "pipe:", 5);
}

uint32_t processes_other_end(const struct processes *p, uint32_t i)
{
	const struct desk_place *places = p->desk->places;
	char pipe[TARGET_SIZE];
	uint32_t holders = 0;
	int mode;

	if (places[i].state != DESK_STOPPED || places[i].can ||
		!find_pipe(p, i, pipe, &mode))
		return 0;
	for (uint32_t k = 0; k < processes_nplaces(p); k++) {
		if (places[k].state == DESK_STOPPED &&
			has_open((int)places[k].pid, pipe, mode))
			holders |= UINT32_C(1) << k;
	}
	return holders;
}
