/*
 * The control groups of a box: its limits are there while it runs, and they
 * have gone when it has ended, however conc did.
 */
#include "lib/box_impl.h"

#include "lib/clock.h"
#include "lib/sanitizer.h"
#include "tests/suite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MOST_TRIES = 3000, /* of 10 ms */
	NPROCESSES = 32,
	MEMORY_MIB = 100,
};

/* So long that it is nobody else's. */
static char naptime[40];

static struct box_options plain(const char *const *arguments)
{
	static const char *const environment[] = {"PATH=/usr/bin:/bin", NULL};

	return (struct box_options){
		.arguments = arguments,
		.environment = environment,
		.limits = {.wall_ns = 60 * CLOCK_NS_PER_S,
			.memory_size = (uint64_t)MEMORY_MIB << 20,
			.tmp_size = 1 << 20,
			.nfiles = 100,
			.nprocesses = NPROCESSES},
	};
}

static void prepare(void)
{
	snprintf(naptime, sizeof(naptime), "%d%d", (int)getpid(), 98765);
}

/* Where a group of a process would be; false when it is not there. */
static bool is_in(const char *folder, pid_t pid, char group[PATH_MAX])
{
	return snprintf(group, PATH_MAX, "%s/conc-box-%d-0", folder, (int)pid) <
		       PATH_MAX &&
	       access(group, F_OK) == 0;
}

static bool find_in_tree(
	const char *controller, pid_t pid, char group[PATH_MAX])
{
	char folder[PATH_MAX];
	size_t npoint;

	if (!box_cgroup_own(controller, folder, &npoint))
		return false;
	while (!is_in(folder, pid, group)) {
		if (strlen(folder) <= npoint)
			return false;
		*strrchr(folder, '/') = '\0';
	}
	return true;
}

/* Of version 1 or of version 2. */
static bool find_group(pid_t pid, char group[PATH_MAX])
{
	return find_in_tree("pids", pid, group) ||
	       find_in_tree("memory", pid, group) ||
	       find_in_tree(NULL, pid, group);
}

static long read_number(const char *group, const char *file)
{
	char path[PATH_MAX + 50];
	long number = -1;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", group, file);
	in = fopen(path, "r");
	if (in && fscanf(in, "%ld", &number) != 1)
		number = -1;
	if (in)
		fclose(in);
	return number;
}

struct seen {
	char group[PATH_MAX];
	long most, now, memory;
};

/* A box_tick_fn: ends the box when the program is in the group. */
static int see_group(void *context)
{
	struct seen *seen = context;
	char memory[PATH_MAX];

	if (!find_group(getpid(), seen->group))
		return 1;
	seen->most = read_number(seen->group, "pids.max");
	seen->now = read_number(seen->group, "pids.current");
	seen->memory = read_number(seen->group, "memory.max");
	if (find_in_tree("memory", getpid(), memory))
		seen->memory = read_number(memory, "memory.limit_in_bytes");
	return seen->now >= 2;
}

START_TEST(r40_its_limits_are_on_all_of_the_box)
{
	const char *const arguments[] = {"sleep", naptime, NULL};
	struct box_options options = plain(arguments);
	struct box_result result;
	struct seen seen = {.most = 0};

	prepare();
	options.tick = see_group;
	options.context = &seen;
	ck_assert_int_eq(box_run(&options, &result), 0);
	if (result.missing & BOX_CGROUP)
		return;
	ck_assert_int_eq(result.end, BOX_STOPPED);
	ck_assert_int_eq(seen.most, NPROCESSES + 1);
	ck_assert(seen.memory == -1 || seen.memory == (long)(MEMORY_MIB + 1)
							      << 20);
	ck_assert_int_lt(access(seen.group, F_OK), 0);
}
END_TEST

START_TEST(r40_two_at_once_have_one_each)
{
	const char *const arguments[] = {"true", NULL};
	struct box_options options = plain(arguments);
	struct box_result result;
	char group[PATH_MAX];
	pid_t pids[4];
	int status;

	for (unsigned i = 0; i < 4; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(box_run(&options, &result) || result.code);
	}
	for (unsigned i = 0; i < 4; i++) {
		waitpid(pids[i], &status, 0);
		ck_assert_int_eq(status, 0);
		ck_assert(!find_group(pids[i], group));
	}
}
END_TEST

static bool is_napping(const char *pid)
{
	char path[300], line[200] = "";
	FILE *in;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%s/cmdline", pid);
	in = fopen(path, "r");
	if (!in)
		return false;
	n = fread(line, 1, sizeof(line) - 1, in);
	fclose(in);
	return n > 6 && !strcmp(line, "sleep") && !strcmp(line + 6, naptime);
}

static unsigned count_napping(void)
{
	DIR *all = opendir("/proc");
	const struct dirent *entry;
	unsigned n = 0;

	while (all && (entry = readdir(all)))
		n += is_napping(entry->d_name);
	closedir(all);
	return n;
}

/* A conc that is killed in the middle of it; which one it was. */
static pid_t run_and_kill(void)
{
	const struct timespec moment = {.tv_nsec = 10 * 1000 * 1000};
	const char *const arguments[] = {"sleep", naptime, NULL};
	struct box_options options = plain(arguments);
	struct box_result result;
	pid_t pid = fork();

	if (pid == 0)
		_exit(box_run(&options, &result) != 0);
	for (unsigned i = 0; i < MOST_TRIES && !count_napping(); i++)
		nanosleep(&moment, NULL);
	ck_assert_uint_eq(count_napping(), 1);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return pid;
}

/* `meanwhile` is done again and again until nothing is left. */
static void expect_nothing_left(pid_t pid, void (*meanwhile)(void))
{
	const struct timespec moment = {.tv_nsec = 10 * 1000 * 1000};
	char group[PATH_MAX];

	for (unsigned i = 0; i < MOST_TRIES; i++) {
		if (!count_napping() && !find_group(pid, group))
			return;
		meanwhile();
		nanosleep(&moment, NULL);
	}
	ck_abort_msg("a process or a control group is left");
}

static void do_nothing(void)
{
}

static void run_another(void)
{
	const char *const arguments[] = {"true", NULL};
	struct box_options options = plain(arguments);
	struct box_result result;

	ck_assert_int_eq(box_run(&options, &result), 0);
}

START_TEST(r40_kill_9_of_conc_leaves_neither_process_nor_group)
{
	prepare();
	expect_nothing_left(run_and_kill(), do_nothing);
}
END_TEST

static void refuse_unshare(void)
{
	struct sock_filter steps[] = {
		{BPF_LD | BPF_W | BPF_ABS, 0, 0,
			offsetof(struct seccomp_data, nr)},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_unshare},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
	};
	struct sock_fprog program = {
		.len = sizeof(steps) / sizeof(*steps), .filter = steps};

	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

/* Nobody is there to take the group away; the next box does. */
START_TEST(r41_without_namespaces_the_next_box_takes_it_away)
{
	prepare();
	refuse_unshare();
	expect_nothing_left(run_and_kill(), run_another);
}
END_TEST

int main(void)
{
	if (RUNNING_ON_VALGRIND) {
		puts("skipped: valgrind does not know what a box is made of");
		return 0;
	}
	return suite_run("box_cgroup", 120,
		(const TTest *const[]){
			r40_its_limits_are_on_all_of_the_box,
			r40_two_at_once_have_one_each,
			r40_kill_9_of_conc_leaves_neither_process_nor_group,
			r41_without_namespaces_the_next_box_takes_it_away,
			NULL,
		});
}
