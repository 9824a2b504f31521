/*
 * A control group for each box, in the one that conc is in or in the nearest
 * above it that lets us: its limits hold for root, too. With version 1 of
 * control groups each controller has a tree of its own, with version 2 there
 * is one tree. Who is killed leaves an empty group, which goes with the next.
 */
#include "lib/box_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PREFIX "conc-box-"

enum {
	MOST_TRIES = 100,
	MOST_WAITS = 200, /* of a few ms, until a group is empty */
};

/* Where a tree is mounted, and which part of it. */
struct mount {
	char root[PATH_MAX], point[PATH_MAX];
};

/* Whether a list such as "rw,cpu,pids" has the word. */
static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	while (list && *list) {
		if (!strncmp(list, word, n) && (!list[n] || list[n] == ','))
			return true;
		list = strchr(list, ',');
		list += list != NULL;
	}
	return false;
}

/* A line of mountinfo. No controller: the tree of version 2. */
static bool read_mount(
	const char *line, const char *controller, struct mount *mount)
{
	const char *rest = strstr(line, " - ");
	char type[32], options[512] = "";

	if (!rest ||
		sscanf(line, "%*d %*d %*s %4095s %4095s", mount->root,
			mount->point) != 2 ||
		sscanf(rest, " - %31s %*s %511s", type, options) < 1)
		return false;
	return controller ? !strcmp(type, "cgroup") &&
				    has_word(options, controller)
			  : !strcmp(type, "cgroup2");
}

/* "8:pids:/a/b", or of version 2 "0::/a/b". */
static bool read_own(
	const char *line, const char *controller, char path[PATH_MAX])
{
	char list[256] = "";
	const char *rest = strchr(line, ':');

	if (!rest)
		return false;
	if (sscanf(rest, ":%255[^:]:%4095[^\n]", list, path) == 2)
		return controller && has_word(list, controller);
	return !controller && sscanf(rest, "::%4095[^\n]", path) == 1;
}

static bool find_mount(const char *controller, struct mount *mount)
{
	FILE *in = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	while (in && !found && getline(&line, &size, in) > 0)
		found = read_mount(line, controller, mount);
	free(line);
	if (in)
		fclose(in);
	return found;
}

static bool find_own(const char *controller, char path[PATH_MAX])
{
	FILE *in = fopen("/proc/self/cgroup", "re");
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	while (in && !found && getline(&line, &size, in) > 0)
		found = read_own(line, controller, path);
	free(line);
	if (in)
		fclose(in);
	return found;
}

bool box_cgroup_own(
	const char *controller, char folder[PATH_MAX], size_t *npoint)
{
	struct mount mount;
	char own[PATH_MAX];
	const char *rest = own;
	size_t n;

	if (!find_mount(controller, &mount) || !find_own(controller, own) ||
		strstr(own, "/.."))
		return false;
	n = strlen(mount.root);
	if (n > 1 && strncmp(own, mount.root, n) != 0)
		return false;
	rest += n > 1 ? n : 0;
	*npoint = strlen(mount.point);
	return snprintf(folder, PATH_MAX, "%s%s", mount.point,
		       strcmp(rest, "/") ? rest : "") < PATH_MAX;
}

static bool write_number(const char *folder, const char *file, uint64_t number)
{
	char path[PATH_MAX], text[24];
	int fd, n;

	if (snprintf(path, sizeof(path), "%s/%s", folder, file) >= PATH_MAX)
		return false;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	n -= (int)write(fd, text, (size_t)n);
	close(fd);
	return n == 0;
}

/* What killed ones of us have left. Not empty ones are not removed. */
static void sweep(const char *folder)
{
	DIR *all = opendir(folder);
	const struct dirent *entry;

	while (all && (entry = readdir(all))) {
		const char *name = entry->d_name;
		int pid;

		if (sscanf(name, PREFIX "%d", &pid) == 1 && pid > 0 &&
			kill(pid, 0) < 0 && errno == ESRCH)
			unlinkat(dirfd(all), name, AT_REMOVEDIR);
	}
	if (all)
		closedir(all);
}

static bool make_folder(const char *in, char path[PATH_MAX])
{
	for (unsigned n = 0; n < MOST_TRIES; n++) {
		if (snprintf(path, PATH_MAX, "%s/" PREFIX "%d-%u", in,
			    (int)getpid(), n) >= PATH_MAX)
			return false;
		if (mkdir(path, 0755) == 0)
			return true;
		if (errno != EEXIST)
			return false;
	}
	return false;
}

static int open_procs(const char *folder)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/cgroup.procs", folder) >= PATH_MAX)
		return -1;
	return open(path, O_WRONLY | O_CLOEXEC);
}

static void close_group(const struct box_cgroup *group)
{
	if (group->procs >= 0)
		close(group->procs);
	if (group->in >= 0)
		close(group->in);
}

/* A group with one limit. */
static bool make_group(
	struct box_plan *plan, const char *in, const char *file, uint64_t limit)
{
	struct box_cgroup *group = &plan->cgroups[plan->ncgroups];

	sweep(in);
	if (!make_folder(in, group->folder))
		return false;
	group->in = open(in, O_PATH | O_DIRECTORY | O_CLOEXEC);
	group->procs = open_procs(group->folder);
	if (group->in >= 0 && group->procs >= 0 &&
		write_number(group->folder, file, limit)) {
		plan->ncgroups++;
		return true;
	}
	close_group(group);
	rmdir(group->folder);
	return false;
}

static bool make_in_tree_of(struct box_plan *plan, const char *controller,
	const char *file, uint64_t limit)
{
	char folder[PATH_MAX];
	size_t npoint;

	return box_cgroup_own(controller, folder, &npoint) &&
	       make_group(plan, folder, file, limit);
}

/* A group with processes in it, as ours, has no limited ones below it. */
static bool make_above(struct box_plan *plan, uint64_t nprocesses)
{
	char folder[PATH_MAX];
	size_t npoint;

	if (!box_cgroup_own(NULL, folder, &npoint))
		return false;
	while (!make_group(plan, folder, "pids.max", nprocesses)) {
		if (strlen(folder) <= npoint)
			return false;
		*strrchr(folder, '/') = '\0';
	}
	return true;
}

/* The keeper is in it, too. Memory is that of all of them together. */
void box_cgroup_make(struct box_plan *plan)
{
	const struct box_limits *limits = &plan->options->limits;
	uint64_t memory_size = limits->memory_size + limits->tmp_size;
	uint64_t nprocesses = limits->nprocesses + 1;

	if (!limits->nprocesses)
		return;
	if (!make_in_tree_of(plan, "pids", "pids.max", nprocesses) &&
		!make_above(plan, nprocesses)) {
		plan->missing |= BOX_CGROUP;
		return;
	}
	if (limits->memory_size && !write_number(plan->cgroups[0].folder,
					   "memory.max", memory_size))
		make_in_tree_of(
			plan, "memory", "memory.limit_in_bytes", memory_size);
}

/* Zero is whoever writes it. */
void box_cgroup_enter(struct box_plan *plan)
{
	for (unsigned i = 0; i < plan->ncgroups; i++)
		if (write(plan->cgroups[i].procs, "0", 1) != 1 && i == 0)
			plan->missing |= BOX_CGROUP;
	box_cgroup_close(plan);
}

/* It is busy for a moment after the end of the last process in it. */
static void remove_group(const struct box_cgroup *group)
{
	const struct timespec moment = {.tv_nsec = 5 * 1000 * 1000};
	const char *name = strrchr(group->folder, '/') + 1;

	for (unsigned i = 0; i < MOST_WAITS; i++) {
		if (unlinkat(group->in, name, AT_REMOVEDIR) == 0 ||
			errno != EBUSY)
			return;
		nanosleep(&moment, NULL);
	}
}

void box_cgroup_remove(const struct box_plan *plan)
{
	for (unsigned i = 0; i < plan->ncgroups; i++)
		remove_group(&plan->cgroups[i]);
}

void box_cgroup_close(const struct box_plan *plan)
{
	for (unsigned i = 0; i < plan->ncgroups; i++)
		close_group(&plan->cgroups[i]);
}
