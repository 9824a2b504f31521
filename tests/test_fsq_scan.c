/* Scanners: in order, each item once, none waits for another. */
#include "lib/fsq_scan.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/clock.h"
#include "tests/fsq_place.h"

static const struct fsq_scan_options usual;

static struct fsq_scan *scan_of(struct fsq **queues, size_t n)
{
	struct fsq_scan *scan;

	ck_assert_int_eq(fsq_scan_open(queues, n, &usual, &scan), 0);
	ck_assert_int_eq(fsq_scan_list(scan), 0);
	return scan;
}

/* Claim the next and end it. */
static void expect_next(struct fsq_scan *scan, const char *id)
{
	struct fsq_item item;

	ck_assert_int_eq(fsq_scan_next(scan, &item), FSQ_SCAN_ITEM);
	ck_assert_str_eq(item.id, id);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_DONE, NULL), 0);
}

static void expect_end(struct fsq_scan *scan)
{
	struct fsq_item item;

	ck_assert_int_eq(fsq_scan_next(scan, &item), FSQ_SCAN_END);
}

START_TEST(oldest_first_and_junk_last)
{
	static const char *const ids[] = {
		"_20251121053427_7_1_vm_0",
		"_20261121053427_0_9_vm_0",
		"_20261121053427_2_1_vm_0",
		"_20261121053427_10_1_vm_0",
		"_20261121053427_10_1_vm_0_a",
		"_20261121053428_0_1_vm_0",
	};
	static const int order[] = {4, 2, 5, 0, 3, 1};
	struct place place;
	struct fsq_scan *scan;
	struct fsq_item item;

	place_open(&place);
	plant(place.fsq, FSQ_QUEUE, "README", "");
	for (int i = 0; i < 6; i++)
		plant(place.fsq, FSQ_QUEUE, ids[order[i]], "");
	scan = scan_of(&place.fsq, 1);
	for (int i = 0; i < 6; i++)
		expect_next(scan, ids[i]);
	ck_assert_int_eq(fsq_scan_next(scan, &item), FSQ_SCAN_ITEM);
	ck_assert(item.malformed);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_FAIL, NULL), 0);
	expect_end(scan);
	fsq_scan_close(scan);
	place_close(&place);
}
END_TEST

/* Z19: what comes during a scan is found by the next. */
START_TEST(z19_what_comes_later_is_in_the_next_list)
{
	struct place place;
	struct fsq_scan *scan;
	char a[FSQ_NAME_SIZE], b[FSQ_NAME_SIZE];

	place_open(&place);
	enqueue(place.fsq, "a", NULL, a);
	scan = scan_of(&place.fsq, 1);
	enqueue(place.fsq, "b", NULL, b);
	expect_next(scan, a);
	expect_end(scan);
	ck_assert_int_eq(fsq_scan_list(scan), 0);
	expect_next(scan, b);
	expect_end(scan);
	fsq_scan_close(scan);
	place_close(&place);
}
END_TEST

START_TEST(what_others_have_is_passed_by)
{
	struct place place;
	struct fsq_scan *scan;
	struct fsq_scan_state state;
	struct fsq_item item;
	char ids[4][FSQ_NAME_SIZE];

	place_open(&place);
	for (int i = 0; i < 4; i++)
		enqueue(place.fsq, "a", NULL, ids[i]);
	scan = scan_of(&place.fsq, 1);
	ck_assert_int_eq(fsq_claim(place.fsq, ids[0], &item), 0);
	ck_assert_int_eq(
		unlinkat(fsq_folder_fd(place.fsq, FSQ_QUEUE), ids[1], 0), 0);
	expect_next(scan, ids[2]);
	fsq_scan_inspect(scan, &state);
	ck_assert_uint_eq(state.nlisted, 4);
	ck_assert_uint_eq(state.nleft, 1);
	ck_assert_uint_eq(state.nbusy, 1);
	ck_assert_uint_eq(state.ngone, 1);
	ck_assert_uint_eq(state.nclaimed, 1);
	expect_next(scan, ids[3]);
	expect_end(scan);
	fsq_finish(&item, FSQ_END_RELEASE, NULL);
	fsq_scan_close(scan);
	place_close(&place);
}
END_TEST

/* Z9: between two items. */
START_TEST(z9_down_is_seen_between_items)
{
	const struct fsq_scan_options anyway = {.ignore_down = true};
	struct place place;
	struct fsq_scan *scan;
	struct fsq_scan_state state;
	char ids[3][FSQ_NAME_SIZE];

	place_open(&place);
	for (int i = 0; i < 3; i++)
		enqueue(place.fsq, "a", NULL, ids[i]);
	scan = scan_of(&place.fsq, 1);
	expect_next(scan, ids[0]);
	ck_assert_int_eq(fsq_down(place.fsq), 0);
	expect_end(scan);
	fsq_scan_inspect(scan, &state);
	ck_assert_uint_eq(state.ndown, 2);
	fsq_scan_close(scan);
	ck_assert_int_eq(fsq_scan_open(&place.fsq, 1, &anyway, &scan), 0);
	ck_assert_int_eq(fsq_scan_list(scan), 0);
	expect_next(scan, ids[1]);
	fsq_scan_close(scan);
	place_close(&place);
}
END_TEST

/* Row 17: good items are served, the others come to fail/. */
START_TEST(z17_hostile_entries_stop_nobody)
{
	struct place place;
	struct fsq_scan *scan;
	struct fsq_item item;
	char id[FSQ_NAME_SIZE];
	int queue, result, nitems = 0, nrejected = 0;

	place_open(&place);
	queue = fsq_folder_fd(place.fsq, FSQ_QUEUE);
	ck_assert_int_eq(mkfifoat(queue, "_20261121053427_0_1_vm_0", 0600), 0);
	ck_assert_int_eq(symlinkat("/etc/passwd", queue, "link"), 0);
	ck_assert_int_eq(mkdirat(queue, "-rf", 0700), 0);
	plant(place.fsq, FSQ_QUEUE, "_%00_%zz", "");
	plant(place.fsq, FSQ_QUEUE, "new\nline\033[2J", "");
	for (int i = 0; i < 100; i++)
		enqueue(place.fsq, "a", NULL, id);
	scan = scan_of(&place.fsq, 1);
	while ((result = fsq_scan_next(scan, &item)) != FSQ_SCAN_END) {
		ck_assert_int_gt(result, 0);
		nitems += result == FSQ_SCAN_ITEM;
		nrejected += result == FSQ_SCAN_REJECTED;
		if (result == FSQ_SCAN_ITEM)
			fsq_finish(&item,
				item.malformed ? FSQ_END_FAIL : FSQ_END_DONE,
				NULL);
	}
	ck_assert_int_eq(nitems, 102);
	ck_assert_int_eq(nrejected, 3);
	expect_counts(place.fsq, 0, 100, 5, 0);
	fsq_scan_close(scan);
	place_close(&place);
}
END_TEST

START_TEST(a_window_bounds_the_list)
{
	const struct fsq_scan_options narrow = {.window = 8};
	struct place place;
	struct fsq_scan *scan;
	struct fsq_scan_state state;
	struct fsq_item item;
	int n = 0;

	place_open(&place);
	for (int i = 0; i < 20; i++)
		enqueue(place.fsq, "a", NULL, NULL);
	ck_assert_int_eq(fsq_scan_open(&place.fsq, 1, &narrow, &scan), 0);
	do {
		ck_assert_int_eq(fsq_scan_list(scan), 0);
		fsq_scan_inspect(scan, &state);
		ck_assert_uint_le(state.nlisted, 8);
		while (fsq_scan_next(scan, &item) == FSQ_SCAN_ITEM) {
			fsq_finish(&item, FSQ_END_DONE, NULL);
			n++;
		}
	} while (state.nlisted);
	ck_assert_int_eq(n, 20);
	fsq_scan_close(scan);
	place_close(&place);
}
END_TEST

/* Z22: one order over all hosts; a host that is down is passed by. */
START_TEST(z22_hosts_are_merged_by_id)
{
	const struct fsq_install plain = {0};
	struct place place;
	struct fsq *hosts[2];
	struct fsq_scan *scan;
	struct fsq_item item;

	place_open(&place);
	for (int i = 0; i < 2; i++) {
		const char name[] = {(char)('a' + i), '\0'};

		ck_assert_int_eq(fsq_host_add(place.fsq, name, &plain), 0);
		ck_assert_int_eq(fsq_open_host(place.fsq, name, &hosts[i]), 0);
	}
	plant(hosts[1], FSQ_QUEUE, "_20261121053427_0_1_vm_0", "");
	plant(hosts[0], FSQ_QUEUE, "_20261121053427_1_1_vm_0", "");
	plant(hosts[0], FSQ_QUEUE, "_20261121053427_3_1_vm_0", "");
	plant(hosts[1], FSQ_QUEUE, "_20261121053427_3_1_vm_0", "");
	plant(hosts[0], FSQ_QUEUE, "_20261121053427_4_1_vm_0", "");
	scan = scan_of(hosts, 2);
	expect_next(scan, "_20261121053427_0_1_vm_0");
	expect_next(scan, "_20261121053427_1_1_vm_0");
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(fsq_scan_next(scan, &item), FSQ_SCAN_ITEM);
		ck_assert_ptr_eq(item.fsq, hosts[i]);
		fsq_finish(&item, FSQ_END_DONE, NULL);
	}
	ck_assert_int_eq(fsq_down(hosts[0]), 0);
	expect_end(scan);
	expect_counts(hosts[0], 1, 2, 0, 0);
	expect_counts(hosts[1], 0, 2, 0, 0);
	fsq_scan_close(scan);
	fsq_close(hosts[0]);
	fsq_close(hosts[1]);
	place_close(&place);
}
END_TEST

enum {
	NWORKERS = 4,
	NITEMS = 1000
};

/* Each effect is a byte behind the item's own text. */
static void run_one(const struct fsq_item *item)
{
	int fd = openat(fsq_folder_fd(item->fsq, FSQ_QUEUE), item->id,
		O_WRONLY | O_APPEND);

	if (fd < 0 || write(fd, "!", 1) != 1)
		_exit(1);
	close(fd);
}

static void work(struct place *place, int start)
{
	struct fsq_scan *scan;
	struct fsq_item item;
	char go;
	int result;

	place_reopen(place);
	scan = scan_of(&place->fsq, 1);
	if (read(start, &go, 1) != 0)
		_exit(1);
	while ((result = fsq_scan_next(scan, &item)) != FSQ_SCAN_END) {
		if (result != FSQ_SCAN_ITEM)
			_exit(1);
		run_one(&item);
		if (fsq_finish(&item, FSQ_END_DONE, NULL))
			_exit(1);
	}
	fsq_scan_close(scan);
	_exit(0);
}

static int count_run_once(struct fsq *fsq)
{
	int done = fsq_folder_fd(fsq, FSQ_DONE), n = 0;
	DIR *entries = fdopendir(openat(done, ".", O_RDONLY));
	const struct dirent *entry;
	struct stat st;

	ck_assert_ptr_nonnull(entries);
	while ((entry = readdir(entries))) {
		ck_assert_int_eq(fsq_sys_stat(done, entry->d_name, &st), 0);
		n += S_ISREG(st.st_mode) && st.st_size == 5;
	}
	closedir(entries);
	return n;
}

/* All have the whole list before one begins. */
START_TEST(each_item_is_run_once_by_one_of_many)
{
	struct place place;
	int start[2], status;

	place_open(&place);
	place.rules.fast = true;
	place_reopen(&place);
	for (int i = 0; i < NITEMS; i++)
		enqueue(place.fsq, "a", NULL, NULL);
	ck_assert_int_eq(pipe(start), 0);
	for (int i = 0; i < NWORKERS; i++) {
		if (fork() == 0) {
			close(start[1]);
			work(&place, start[0]);
		}
	}
	close(start[0]);
	close(start[1]);
	for (int i = 0; i < NWORKERS; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	expect_counts(place.fsq, 0, NITEMS, 0, 0);
	ck_assert_int_eq(count_run_once(place.fsq), NITEMS);
	place_close(&place);
}
END_TEST

START_TEST(a_queue_that_is_gone_is_an_error)
{
	struct place place;
	struct fsq_scan *scan;
	struct fsq_item item;

	place_open(&place);
	enqueue(place.fsq, "a", NULL, NULL);
	scan = scan_of(&place.fsq, 1);
	ck_assert_int_eq(fsq_uninstall(&place.rules, "q"), 0);
	ck_assert_int_eq(fsq_scan_next(scan, &item), -ENOENT);
	fsq_scan_close(scan);
	ck_assert_int_eq(fsq_scan_open(&place.fsq, 0, &usual, &scan), -EINVAL);
	place_close(&place);
}
END_TEST

int main(void)
{
	return suite_run("fsq_scan", 60,
		(const TTest *const[]){
			oldest_first_and_junk_last,
			z19_what_comes_later_is_in_the_next_list,
			what_others_have_is_passed_by,
			z9_down_is_seen_between_items,
			z17_hostile_entries_stop_nobody,
			a_window_bounds_the_list,
			z22_hosts_are_merged_by_id,
			each_item_is_run_once_by_one_of_many,
			a_queue_that_is_gone_is_an_error,
			NULL,
		});
}
