/* What is swept and what is not. */
#include "lib/fsq_sweep.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/clock.h"
#include "tests/fsq_place.h"

static char here[256];

/* A file in tmp/ of a process on a host, so many hours old. */
static void leave(struct fsq *fsq, const char *host, long pid, int hours)
{
	char name[FSQ_NAME_SIZE];
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}};

	snprintf(name, sizeof(name), "_20261121053427_%d_%ld_%s_0", hours, pid,
		host);
	plant(fsq, FSQ_TMP, name, "half");
	times[1].tv_sec = clock_wall() - hours * 3600;
	ck_assert_int_eq(
		utimensat(fsq_folder_fd(fsq, FSQ_TMP), name, times, 0), 0);
}

static int nfound[2];

static void found(void *arg, const char *name, enum fsq_rubbish why, int error)
{
	ck_assert_ptr_eq(arg, nfound);
	ck_assert_int_eq(error, 0);
	ck_assert_int_gt(strlen(name), 0);
	nfound[why]++;
}

static long dead_pid(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	return pid;
}

/* Row 20 */
START_TEST(only_what_is_old_or_of_the_dead)
{
	struct fsq_sweep sweep = {
		.dry_run = true, .found = found, .arg = nfound};
	struct place place;
	long dead = dead_pid();

	gethostname(here, sizeof(here) - 1);
	place_open(&place);
	leave(place.fsq, here, getpid(), 1);
	leave(place.fsq, here, 1, 2); /* lives, and is not ours */
	leave(place.fsq, "elsewhere", dead, 3);
	leave(place.fsq, here, 0, 4);
	leave(place.fsq, here, -1, 5);
	plant(place.fsq, FSQ_TMP, "no item", "");
	plant(place.fsq, FSQ_QUEUE, "no rubbish", "");
	leave(place.fsq, here, dead, 6);
	leave(place.fsq, here, getpid(), 37);
	leave(place.fsq, "elsewhere", 1, 100);
	ck_assert_int_eq(fsq_sweep(place.fsq, &sweep), 3);
	expect_counts(place.fsq, 1, 0, 0, 9);
	sweep.dry_run = false;
	ck_assert_int_eq(fsq_sweep(place.fsq, &sweep), 3);
	expect_counts(place.fsq, 1, 0, 0, 6);
	ck_assert_int_eq(nfound[FSQ_RUBBISH_OLD], 4);
	ck_assert_int_eq(nfound[FSQ_RUBBISH_DEAD], 2);
	ck_assert_int_eq(fsq_sweep(place.fsq, &sweep), 0);
	sweep.age_s = 60;
	ck_assert_int_eq(fsq_sweep(place.fsq, &sweep), 5);
	place_close(&place);
}
END_TEST

START_TEST(old_hidden_directories_of_installations)
{
	const struct fsq_sweep sweep = {0};
	struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	struct place place;
	char path[128];

	place_open(&place);
	snprintf(path, sizeof(path), "%s/.fsq-1-0", place.root);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/.fsq-1-1", place.root);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
	snprintf(path, sizeof(path), "%s/q", place.root);
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
	ck_assert_int_eq(fsq_sweep_root(&place.rules, &sweep), 1);
	ck_assert_int_eq(count_at(AT_FDCWD, place.root), 2);
	place_close(&place);
}
END_TEST

int main(void)
{
	return suite_run("fsq_sweep", 20,
		(const TTest *const[]){
			only_what_is_old_or_of_the_dead,
			old_hidden_directories_of_installations,
			NULL,
		});
}
