#include "lib/fsq_install.h"

#include <sys/stat.h>

#include "lib/clock.h"
#include "tests/fsq_fault.h"
#include "tests/fsq_place.h"

static const struct fsq_install plain;

static void expect_mode(const char *root, const char *path, mode_t mode)
{
	char full[256];
	struct stat st;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	ck_assert_int_eq(lstat(full, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, mode);
}

/* Z8 */
START_TEST(z8_modes_whatever_the_umask)
{
	const struct fsq_install all = {.down = true, .trigger = true};
	struct place place;
	struct fsq *fsq;

	place_open(&place);
	umask(077);
	ck_assert_int_eq(fsq_install(&place.rules, "all", &all), 0);
	expect_mode(place.root, "all", 02770);
	expect_mode(place.root, "all/tmp", 02770);
	expect_mode(place.root, "all/queue", 02770);
	expect_mode(place.root, "all/done", 02770);
	expect_mode(place.root, "all/fail", 02770);
	expect_mode(place.root, "all/down", 0600);
	expect_mode(place.root, "all/trigger-s", 0640);
	ck_assert_int_eq(fsq_open(&place.rules, "all", &fsq), 0);
	ck_assert_int_eq(fsq_is_down(fsq), 1);
	fsq_close(fsq);
	place.rules.queue_mode = 0700;
	place.rules.queue = "new";
	place.rules.use_trigger = true;
	ck_assert_int_eq(fsq_install(&place.rules, "other", &plain), 0);
	expect_mode(place.root, "other/new", 0700);
	expect_mode(place.root, "other/trigger-s", 0640);
	place.rules = fsq_rules_default;
	place.rules.root = place.root;
	place_close(&place);
}
END_TEST

START_TEST(z8_owners)
{
	struct place place;
	struct stat st;
	char path[128];

	place_open(&place);
	place.rules.queue_user = "no such user";
	ck_assert_int_eq(fsq_install(&place.rules, "r", &plain), -ENOENT);
	ck_assert_int_eq(count_at(AT_FDCWD, place.root), 1);
	if (geteuid() == 0) {
		place.rules.queue_user = "12345";
		place.rules.queue_group = "54321";
		ck_assert_int_eq(fsq_install(&place.rules, "r", &plain), 0);
		snprintf(path, sizeof(path), "%s/r/done", place.root);
		ck_assert_int_eq(stat(path, &st), 0);
		ck_assert_uint_eq(st.st_uid, 12345);
		ck_assert_uint_eq(st.st_gid, 54321);
		expect_mode(place.root, "r/done", 02770);
		expect_mode(place.root, "r", 02770);
	}
	place_close(&place);
}
END_TEST

START_TEST(z7_what_is_there_already)
{
	const struct fsq_install keep = {.existing = FSQ_EXISTING_KEEP};
	const struct fsq_install replace = {
		.existing = FSQ_EXISTING_REPLACE, .down = true};
	struct place place;
	char path[128];

	place_open(&place);
	enqueue(place.fsq, "a", NULL, NULL);
	ck_assert_int_eq(fsq_install(&place.rules, "q", &plain), -EEXIST);
	ck_assert_int_eq(fsq_install(&place.rules, "q", &keep), 0);
	expect_counts(place.fsq, 1, 0, 0, 0);
	ck_assert_int_eq(fsq_install(&place.rules, "q", &replace), 0);
	place_reopen(&place);
	expect_counts(place.fsq, 0, 0, 0, 0);
	ck_assert_int_eq(fsq_is_down(place.fsq), 1);
	ck_assert_int_eq(fsq_install(&place.rules, "new", &replace), 0);
	snprintf(path, sizeof(path), "%s/file", place.root);
	ck_assert_int_eq(close(open(path, O_CREAT | O_WRONLY, 0600)), 0);
	ck_assert_int_eq(fsq_install(&place.rules, "file", &plain), -ENOTDIR);
	snprintf(path, sizeof(path), "%s/empty", place.root);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(fsq_install(&place.rules, "empty", &plain), 0);
	expect_mode(place.root, "empty/tmp", 02770);
	ck_assert_int_eq(count_at(AT_FDCWD, place.root), 4);
	place.rules.root = "/nowhere";
	ck_assert_int_eq(fsq_install(&place.rules, "q", &plain), -ENOENT);
	place_close(&place);
}
END_TEST

/* Z7: whatever fails, nothing is left, and what was there is as it was. */
START_TEST(z7_a_failed_install_leaves_nothing)
{
	const struct fsq_install all = {.down = true, .trigger = true};
	struct fault fault = {.call = FAULT_ANY, .error = -EIO};
	struct place place;
	int result;

	place_open(&place);
	for (;; fault.at++) {
		fault.ncalls = fault.nfaults = 0;
		fault_set(&fault);
		result = fsq_install(&place.rules, "r", &all);
		fault_clear();
		if (!fault.nfaults)
			break;
		ck_assert_int_le(count_at(AT_FDCWD, place.root), 2);
		if (!result) /* a close that gave an error */
			ck_assert_int_eq(fsq_uninstall(&place.rules, "r"), 0);
		else if (count_at(AT_FDCWD, place.root) == 2)
			/* All was done but for the last sync. */
			ck_assert_int_eq(fsq_uninstall(&place.rules, "r"), 0);
	}
	ck_assert_int_eq(result, 0);
	ck_assert_int_gt(fault.at, 20);
	place_close(&place);
}
END_TEST

static void install_all(void *arg)
{
	struct place *place = arg;
	const struct fsq_install all = {.down = true, .trigger = true};

	fsq_install(&place->rules, "r", &all);
}

static void uninstall(void *arg)
{
	struct place *place = arg;

	fsq_uninstall(&place->rules, "r");
}

/* Row 7: there is a whole queue or none. */
static bool is_whole(struct place *place, bool must_be_down)
{
	struct fsq *fsq;
	int error = fsq_open(&place->rules, "r", &fsq);

	if (error) {
		ck_assert_int_eq(error, -ENOENT);
		return false;
	}
	ck_assert(!must_be_down || fsq_is_down(fsq) == 1);
	fsq_close(fsq);
	return true;
}

START_TEST(killed_at_any_call_there_is_a_whole_queue_or_none)
{
	const struct fsq_install keep = {.existing = FSQ_EXISTING_KEEP};
	struct place place;
	int at;

	place_open(&place);
	for (at = 0; killed_at(at, install_all, &place); at++) {
		if (is_whole(&place, true))
			ck_assert_int_eq(fsq_uninstall(&place.rules, "r"), 0);
	}
	ck_assert_int_gt(at, 20);
	for (at = 0; at < 200; at++) {
		ck_assert_int_eq(fsq_install(&place.rules, "r", &keep), 0);
		if (!killed_at(at, uninstall, &place))
			break;
		is_whole(&place, false);
	}
	ck_assert_int_gt(at, 10);
	ck_assert(!is_whole(&place, false));
	place_close(&place);
}
END_TEST

START_TEST(uninstall_takes_all)
{
	struct place place;
	char path[128];
	int queue;

	place_open(&place);
	ck_assert_int_eq(fsq_host_add(place.fsq, "h", &plain), 0);
	enqueue(place.fsq, "a", NULL, NULL);
	queue = fsq_folder_fd(place.fsq, FSQ_QUEUE);
	snprintf(path, sizeof(path), "%s/kept", place.root);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(symlinkat(path, queue, "link"), 0);
	ck_assert_int_eq(mkdirat(queue, "deep", 0700), 0);
	ck_assert_int_eq(mkdirat(queue, "deep/er", 0700), 0);
	ck_assert_int_eq(fsq_uninstall(&place.rules, "q"), 0);
	ck_assert_int_eq(fsq_uninstall(&place.rules, "q"), -ENOENT);
	ck_assert_int_eq(count_at(AT_FDCWD, place.root), 1);
	ck_assert_int_eq(access(path, F_OK), 0);
	place_close(&place);
}
END_TEST

/* A file, a directory of someone's, a link to a queue. */
START_TEST(only_queues_are_replaced_or_removed)
{
	const struct fsq_install replace = {.existing = FSQ_EXISTING_REPLACE};
	struct place place;
	int root;

	place_open(&place);
	root = open(place.root, O_RDONLY | O_DIRECTORY);
	ck_assert_int_eq(mkdirat(root, "docs", 0755), 0);
	ck_assert_int_eq(mkdirat(root, "docs/queue", 0755), 0);
	ck_assert_int_eq(mkdirat(root, "empty", 0755), 0);
	close(openat(root, "file", O_WRONLY | O_CREAT, 0644));
	ck_assert_int_eq(symlinkat("q", root, "link"), 0);
	ck_assert_int_eq(fsq_install(&place.rules, "docs", &replace), -ENOTDIR);
	ck_assert_int_eq(fsq_install(&place.rules, "file", &replace), -ENOTDIR);
	ck_assert_int_eq(fsq_install(&place.rules, "link", &replace), -ENOTDIR);
	ck_assert_int_eq(fsq_install(&place.rules, "empty", &replace), 0);
	ck_assert_int_eq(fsq_uninstall(&place.rules, "link"), -ENOTDIR);
	ck_assert_int_eq(fsq_is_down(place.fsq), 0);
	ck_assert_int_eq(fsq_uninstall(&place.rules, "docs"), -ENOENT);
	ck_assert_int_eq(count_at(root, "docs"), 1);
	ck_assert_int_eq(count_at(root, "."), 5);
	close(root);
	place_close(&place);
}
END_TEST

int main(void)
{
	return suite_run("fsq_install", 60,
		(const TTest *const[]){
			z8_modes_whatever_the_umask,
			z8_owners,
			z7_what_is_there_already,
			z7_a_failed_install_leaves_nothing,
			killed_at_any_call_there_is_a_whole_queue_or_none,
			uninstall_takes_all,
			only_queues_are_replaced_or_removed,
			NULL,
		});
}
