#include "lib/cpus.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The kernel's masks have been known to be wider than CPU_SETSIZE. */
static int count_affinity(int ncpus)
{
	cpu_set_t *set = CPU_ALLOC((size_t)ncpus);
	size_t size = CPU_ALLOC_SIZE((size_t)ncpus);
	int count;

	if (!set)
		return -ENOMEM;
	CPU_ZERO_S(size, set);
	count = sched_getaffinity(0, size, set) ? -errno
						: CPU_COUNT_S(size, set);
	CPU_FREE(set);
	return count;
}

static int affinity(void)
{
	enum {
		MOST = 1 << 20
	};
	int count = -EINVAL;
	long online;

	for (int n = CPU_SETSIZE; count == -EINVAL && n <= MOST; n *= 2)
		count = count_affinity(n);
	if (count > 0)
		return count;
	online = sysconf(_SC_NPROCESSORS_ONLN);
	return online > 0 && online < INT_MAX ? (int)online : 1;
}

/* Of two limits, where 0 is none. */
static int tighter(int a, int b)
{
	return a == 0 || (b > 0 && b < a) ? b : a;
}

static int round_up(uint64_t quota, uint64_t period)
{
	uint64_t cpus;

	if (quota == 0 || period == 0)
		return 0;
	cpus = quota / period + (quota % period != 0);
	return cpus < INT_MAX ? (int)cpus : 0;
}

/* The first line of folder/name; false when there is none. */
static bool first_line(
	const char *folder, const char *name, char *line, int size)
{
	char path[PATH_MAX];
	FILE *file;
	bool ok;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >=
		(int)sizeof(path))
		return false;
	file = fopen(path, "re");
	if (!file)
		return false;
	ok = fgets(line, size, file) != NULL;
	fclose(file);
	return ok;
}

/* cpu.max holds "QUOTA PERIOD", in µs, or "max PERIOD". */
static int quota_v2(const char *folder)
{
	char line[64];
	uint64_t quota, period;

	if (!first_line(folder, "cpu.max", line, sizeof(line)) ||
		sscanf(line, "%" SCNu64 " %" SCNu64, &quota, &period) != 2)
		return 0;
	return round_up(quota, period);
}

/* Two files of one number each, in µs; a quota of -1 is no limit. */
static int quota_v1(const char *folder)
{
	char quota[32], period[32];
	int64_t q, p;

	if (!first_line(folder, "cpu.cfs_quota_us", quota, sizeof(quota)) ||
		!first_line(
			folder, "cpu.cfs_period_us", period, sizeof(period)) ||
		sscanf(quota, "%" SCNd64, &q) != 1 ||
		sscanf(period, "%" SCNd64, &p) != 1 || q <= 0 || p <= 0)
		return 0;
	return round_up((uint64_t)q, (uint64_t)p);
}

/*
 * The tightest limit from the group up to the mount. In a container the name
 * of the group is often that of the host, where here only the mount exists,
 * so that folders which are missing on the way are passed over.
 */
static int walk_up(
	const char *mount, const char *group, int (*quota_of)(const char *))
{
	char path[PATH_MAX];
	size_t root = strlen(mount);
	int quota = 0, length;

	/* A group above the root of the namespace shows as "/../x". */
	if (strstr(group, "/.."))
		group = "/";
	length = snprintf(path, sizeof(path), "%s%s", mount, group);
	if (length >= (int)sizeof(path))
		return 0;
	for (char *end = path + length; end >= path + root; end--) {
		if (*end != '/' && *end != '\0')
			continue;
		*end = '\0';
		quota = tighter(quota, quota_of(path));
	}
	return quota;
}

/* Mounted in a folder of this name below where all are mounted. */
static int quota_below(const char *mount, const char *name, const char *group,
	int (*quota_of)(const char *))
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", mount, name) >=
		(int)sizeof(path))
		return 0;
	return walk_up(path, group, quota_of);
}

static bool lists_cpu(const char *controllers)
{
	size_t length;

	for (const char *c = controllers; *c;
		c += length + (c[length] == ',')) {
		length = strcspn(c, ",");
		if (length == 3 && !memcmp(c, "cpu", 3))
			return true;
	}
	return false;
}

/* A line is "NUMBER:CONTROLLERS:GROUP"; version 2 names no controllers. */
static int quota_of_line(const char *mount, char *line)
{
	char *controllers, *group;

	line[strcspn(line, "\n")] = '\0';
	controllers = strchr(line, ':');
	group = controllers ? strchr(controllers + 1, ':') : NULL;
	if (!group || group[1] != '/')
		return 0;
	*controllers++ = '\0';
	*group++ = '\0';
	if (*controllers == '\0')
		return tighter(walk_up(mount, group, quota_v2),
			quota_below(mount, "unified", group, quota_v2));
	if (!lists_cpu(controllers))
		return 0;
	return tighter(quota_below(mount, "cpu", group, quota_v1),
		quota_below(mount, controllers, group, quota_v1));
}

int cpus_quota(const char *cgroup_mount, const char *cgroup_of_process)
{
	FILE *file = fopen(cgroup_of_process, "re");
	char *line = NULL;
	size_t size = 0;
	int quota = 0;

	if (!file)
		return 0;
	while (getline(&line, &size, file) >= 0)
		quota = tighter(quota, quota_of_line(cgroup_mount, line));
	free(line);
	fclose(file);
	return quota;
}

struct cpus cpus_measure(void)
{
	struct cpus cpus = {
		.affinity = affinity(),
		.quota = cpus_quota("/sys/fs/cgroup", "/proc/self/cgroup"),
	};

	cpus.usable = tighter(cpus.quota, cpus.affinity);
	return cpus;
}

int cpus_usable(void)
{
	return cpus_measure().usable;
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

/* The first element of a list; 0 unless it is 1 … INT_MAX in plain digits. */
static int first_number(const char *text)
{
	int n = 0;

	if (!text)
		return 0;
	for (text = skip_blanks(text); *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(n, 10, &n) ||
			__builtin_add_overflow(n, *text - '0', &n))
			return 0;
	text = skip_blanks(text);
	return *text == '\0' || *text == ',' ? n : 0;
}

int cpus_limited(int n, const char *omp_thread_limit)
{
	return tighter(n, first_number(omp_thread_limit));
}

int cpus_from_omp(const char *omp_num_threads, const char *omp_thread_limit)
{
	int n = first_number(omp_num_threads);

	return n ? cpus_limited(n, omp_thread_limit) : 0;
}
