/* Resource limits, and another user. */
#include "lib/box_impl.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void limit(int which, uint64_t soft, uint64_t hard)
{
	struct rlimit now;
	rlim_t most;

	if (getrlimit((__rlimit_resource_t)which, &now) < 0)
		return;
	most = now.rlim_max;
	now.rlim_max = hard < most ? hard : most;
	now.rlim_cur = soft < now.rlim_max ? soft : now.rlim_max;
	setrlimit((__rlimit_resource_t)which, &now);
}

static void limit_if(int which, uint64_t value)
{
	if (value)
		limit(which, value, value);
}

/* One second after SIGXCPU, which can be ignored, comes SIGKILL. */
void box_limit(const struct box_plan *plan)
{
	const struct box_limits *limits = &plan->options->limits;

	limit(RLIMIT_CORE, 0, 0);
	if (limits->cpu_s)
		limit(RLIMIT_CPU, limits->cpu_s, limits->cpu_s + 1);
	limit_if(RLIMIT_FSIZE, limits->file_size);
	limit_if(RLIMIT_NOFILE, limits->ndescriptors);
	if (limits->nprocesses)
		limit_if(RLIMIT_NPROC, limits->nprocesses + plan->noutside);
}

/* Last of all: there are sanitizers that want terabytes of addresses. */
void box_limit_memory(const struct box_plan *plan)
{
	limit_if(RLIMIT_AS, plan->options->limits.memory_size);
}

/* No right stays but that to what belongs to root, and none comes by exec. */
static void drop_rights(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}, {0}};

	prctl(PR_SET_SECUREBITS,
		SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
			SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED);
	syscall(SYS_capset, &header, none);
}

/*
 * A file that only root may read can be shown to somebody else as a copy;
 * where that cannot be, it stays root, but without a root's rights.
 */
void box_become_user(struct box_plan *plan)
{
	gid_t group = plan->user;

	if (setgroups(1, &group) < 0)
		plan->missing |= BOX_USER;
	if (plan->stays_root || ((plan->missing & BOX_FILES) &&
					box_has(plan->options, BOX_COPY))) {
		plan->missing |= BOX_USER;
	} else if (setresgid(group, group, group) < 0 ||
		   setresuid(plan->user, plan->user, plan->user) < 0) {
		plan->missing |= BOX_USER;
	}
	drop_rights();
}

static unsigned threads_of(const char *pid)
{
	char path[300], line[100];
	unsigned n = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%s/status", pid);
	in = fopen(path, "re");
	while (in && fgets(line, sizeof(line), in)) {
		if (sscanf(line, "Threads: %u", &n) == 1)
			break;
	}
	if (in)
		fclose(in);
	return n;
}

unsigned box_count_tasks(void)
{
	DIR *folder = opendir("/proc");
	const struct dirent *entry;
	struct stat st;
	unsigned n = 0;

	while (folder && (entry = readdir(folder))) {
		if (isdigit((unsigned char)entry->d_name[0]) &&
			fstatat(dirfd(folder), entry->d_name, &st, 0) == 0 &&
			st.st_uid == geteuid())
			n += threads_of(entry->d_name);
	}
	if (folder)
		closedir(folder);
	return n;
}
