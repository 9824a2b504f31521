/* Whatever fails or is killed: an item is whole, durable, or not there. */
#include "lib/fsq_put.h"

#include <sys/mount.h>

#include "tests/fsq_fault.h"
#include "tests/fsq_place.h"

/* The calls that were made, a letter each. */
static char trace[4096];

static int write_trace(enum fsq_call call, const char *name, void *arg)
{
	static const char letters[FSQ_NCALLS + 1] = "orwam"
						    "sclunktSDRF";
	size_t n = strlen(trace);

	(void)name;
	(void)arg;
	if (n + 1 < sizeof(trace))
		trace[n] = letters[call];
	return 0;
}

static void trace_batch(struct place *place, size_t n)
{
	struct fsq_put puts[8];

	place_reopen(place);
	memset(trace, 0, sizeof(trace));
	fsq_sys_set_hook(write_trace, NULL);
	for (size_t i = 0; i < n; i++) {
		ck_assert_int_eq(
			fsq_put_begin(place->fsq, NULL, 0, &puts[i]), 0);
		ck_assert_int_eq(fsq_put_write(&puts[i], "x", 1), 0);
	}
	ck_assert_int_eq(fsq_publish(puts, n), 0);
	fsq_sys_set_hook(NULL, NULL);
}

/* Row 9: the file, then its name, then the directory; once each. */
START_TEST(what_is_published_is_synced_in_order)
{
	struct place place;

	place_open(&place);
	trace_batch(&place, 1);
	ck_assert_str_eq(trace, "owslsc");
	trace_batch(&place, 3);
	ck_assert_str_eq(trace, "owowowssslllsccc");
	trace_batch(&place, 8); /* one sync for all, where there is one */
	ck_assert(!strcmp(trace, "owowowowowowowowsllllllllscccccccc") ||
		  !strcmp(trace, "owowowowowowowowssssssssllllllllscccccccc"));
	place.rules.named_tmp = true;
	trace_batch(&place, 1);
	ck_assert_str_eq(trace, "owsclus");
	trace_batch(&place, 2);
	ck_assert_str_eq(trace, "owowsscclulus");
	place.rules.fast = true;
	trace_batch(&place, 2);
	ck_assert_str_eq(trace, "owowcclulu");
	place.rules.named_tmp = false;
	trace_batch(&place, 1);
	ck_assert_str_eq(trace, "owlc");
	place_close(&place);
}
END_TEST

/* Rows 10 and 12: whatever fails, nothing is published and nothing left. */
static void fail_everywhere(struct place *place, int error, bool persistent)
{
	struct fault fault = {
		.call = FAULT_ANY, .error = error, .persistent = persistent};
	int waiting = count_in(place->fsq, FSQ_QUEUE), result;

	for (;; fault.at++) {
		place_reopen(place);
		fault.ncalls = fault.nfaults = 0;
		fault_set(&fault);
		result = fsq_enqueue(place->fsq, NULL, 0, "x", 1, NULL);
		fault_clear();
		if (!fault.nfaults)
			break;
		waiting += !result;
		ck_assert_int_eq(count_in(place->fsq, FSQ_QUEUE), waiting);
		/* Where nothing can be removed either, a name may stay. */
		if (!persistent)
			ck_assert_int_eq(count_in(place->fsq, FSQ_TMP), 0);
	}
	ck_assert_int_eq(result, 0);
	ck_assert_int_ge(fault.at, 6);
}

START_TEST(a_failure_at_any_call_publishes_nothing)
{
	static const int errors[] = {
		-ENOSPC, -EIO, -EDQUOT, -EROFS, -EACCES, -EMFILE};
	struct place place;

	place_open(&place);
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		for (int named = 0; named < 2; named++) {
			place.rules.named_tmp = named;
			fail_everywhere(&place, errors[i], false);
		}
	}
	place_close(&place);
}
END_TEST

/* What no call can take back after the name is there may remain, whole. */
START_TEST(a_failed_sync_is_final)
{
	struct place place;
	struct fault fault = {.call = FSQ_FSYNC, .error = -EIO};

	place_open(&place);
	for (fault.at = 0; fault.at < 2; fault.at++) {
		place_reopen(&place);
		fault.ncalls = 0;
		fault_set(&fault);
		ck_assert_int_eq(
			fsq_enqueue(place.fsq, NULL, 0, "x", 1, NULL), -EIO);
		ck_assert_int_eq(fault.ncalls, fault.at + 1);
		fault_clear();
		expect_counts(place.fsq, 0, 0, 0, 0);
	}
	/* The directory's sync failed: it is not believed again. */
	ck_assert_int_eq(fsq_enqueue(place.fsq, NULL, 0, "x", 1, NULL), -EIO);
	place_reopen(&place);
	ck_assert_int_eq(fsq_enqueue(place.fsq, NULL, 0, "x", 1, NULL), 0);
	place_close(&place);
}
END_TEST

START_TEST(a_batch_comes_whole_or_not_at_all)
{
	struct place place;
	struct fsq_put puts[5];
	struct fault fault = {.call = FSQ_LINK, .at = 3, .error = -ENOSPC};

	place_open(&place);
	for (int failing = 1; failing >= 0; failing--) {
		for (int i = 0; i < 5; i++)
			ck_assert_int_eq(
				fsq_put_begin(place.fsq, NULL, 0, &puts[i]), 0);
		if (failing)
			fault_set(&fault);
		ck_assert_int_eq(fsq_publish(puts, 5), failing ? -ENOSPC : 0);
		fault_clear();
		expect_counts(place.fsq, failing ? 0 : 5, 0, 0, 0);
	}
	place_close(&place);
}
END_TEST

static int one_byte(enum fsq_call call, const char *name, void *arg)
{
	(void)name;
	(void)arg;
	return call == FSQ_WRITE || call == FSQ_READ;
}

/* Row 14. */
START_TEST(short_writes_and_reads_go_on)
{
	struct place place;
	struct fsq_put put;
	struct stat st;
	int fds[2];

	place_open(&place);
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], "0123456789", 10), 10);
	close(fds[1]);
	fsq_sys_set_hook(one_byte, NULL);
	ck_assert_int_eq(fsq_put_begin(place.fsq, NULL, 0, &put), 0);
	ck_assert_int_eq(fsq_put_copy(&put, fds[0]), 0);
	ck_assert_int_eq(fsq_put_write(&put, "0123456789", 10), 0);
	ck_assert_int_eq(fstat(put.fd, &st), 0);
	fsq_sys_set_hook(NULL, NULL);
	ck_assert_int_eq(st.st_size, 20);
	fsq_put_abort(&put);
	close(fds[0]);
	expect_counts(place.fsq, 0, 0, 0, 0);
	place_close(&place);
}
END_TEST

/* Row 7: killed before any call, there is a whole item or none. */
static void enqueue_once(void *arg)
{
	struct place *place = arg;

	if (fsq_enqueue(place->fsq, NULL, 0, "text", 4, NULL))
		_exit(0);
}

static void check_whole(struct place *place)
{
	int queue = fsq_folder_fd(place->fsq, FSQ_QUEUE);
	DIR *entries = fdopendir(openat(queue, ".", O_RDONLY));
	const struct dirent *entry;
	struct stat st;

	ck_assert_ptr_nonnull(entries);
	while ((entry = readdir(entries))) {
		ck_assert_int_eq(fsq_sys_stat(queue, entry->d_name, &st), 0);
		ck_assert(!S_ISREG(st.st_mode) || st.st_size == 4);
	}
	closedir(entries);
}

START_TEST(q13_killed_at_any_call_there_is_a_whole_item_or_none)
{
	struct place place;
	int at;

	place_open(&place);
	for (int named = 0; named < 2; named++) {
		place.rules.named_tmp = named;
		place_reopen(&place);
		for (at = 0; killed_at(at, enqueue_once, &place); at++)
			check_whole(&place);
		ck_assert_int_ge(at, 6);
		if (!named)
			ck_assert_int_eq(count_in(place.fsq, FSQ_TMP), 0);
	}
	place_close(&place);
}
END_TEST

static bool fill(struct fsq *fsq, int *n)
{
	static char data[10000];
	int error;

	for (*n = 0; *n < 100; ++*n) {
		error = fsq_enqueue(fsq, NULL, 0, data, sizeof(data), NULL);
		if (error)
			return error == -ENOSPC;
	}
	return false;
}

/* Row 11: for real, where we may mount. */
START_TEST(a_full_disk)
{
	struct place place;
	struct fsq_install options = {0};
	struct fsq_rules rules;
	struct fsq *fsq;
	int n;

	place_open(&place);
	rules = place.rules;
	if (mount("none", place.root, "tmpfs", 0, "size=300k")) {
		fprintf(stderr, "skipped: a_full_disk: cannot mount: %s\n",
			strerror(errno));
		place_close(&place);
		return;
	}
	for (int named = 0; named < 2; named++) {
		rules.named_tmp = named;
		ck_assert_int_eq(fsq_install(&rules, "full", &options), 0);
		ck_assert_int_eq(fsq_open(&rules, "full", &fsq), 0);
		ck_assert(fill(fsq, &n));
		ck_assert_int_gt(n, 10);
		expect_counts(fsq, n, 0, 0, 0);
		fsq_close(fsq);
		ck_assert_int_eq(fsq_uninstall(&rules, "full"), 0);
	}
	ck_assert_int_eq(umount(place.root), 0);
	place_close(&place);
}
END_TEST

int main(void)
{
	return suite_run("fsq_put_faults", 60,
		(const TTest *const[]){
			what_is_published_is_synced_in_order,
			a_failure_at_any_call_publishes_nothing,
			a_failed_sync_is_final,
			a_batch_comes_whole_or_not_at_all,
			short_writes_and_reads_go_on,
			q13_killed_at_any_call_there_is_a_whole_item_or_none,
			a_full_disk,
			NULL,
		});
}
