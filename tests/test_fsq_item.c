/* Claiming and finishing, and every race between two who want one item. */
#include "lib/fsq_item.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/fsq_lock.h"
#include "tests/fsq_fault.h"
#include "tests/fsq_place.h"

static void make(struct place *place, const char *id)
{
	plant(place->fsq, FSQ_QUEUE, id, "text");
}

START_TEST(an_item_that_is_claimed_is_not_claimed_again)
{
	struct place place;
	struct fsq_item first, second;
	char id[FSQ_NAME_SIZE];

	place_open(&place);
	enqueue(place.fsq, "a", NULL, id);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &first), 0);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &second), -EAGAIN);
	ck_assert_int_eq(fsq_finish(&first, FSQ_END_RELEASE, NULL), 0);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &second), 0);
	ck_assert_int_eq(fsq_finish(&second, FSQ_END_FAIL, NULL), 0);
	expect_counts(place.fsq, 0, 0, 1, 0);
	place_close(&place);
}
END_TEST

struct rival {
	struct place place;
	char id[FSQ_NAME_SIZE];
	enum fsq_end end;
	struct fsq *fsq;
	int nclaimed;
};

static void rival_runs_it(void *arg)
{
	struct rival *rival = arg;
	struct fsq_item item;

	fault_clear();
	ck_assert_int_eq(fsq_claim(rival->fsq, rival->id, &item), 0);
	rival->nclaimed++;
	ck_assert_int_eq(fsq_finish(&item, rival->end, NULL), 0);
}

/* The other is quicker by the whole item, between our open and our lock. */
static int claim_after_rival(struct rival *rival, enum fsq_call call)
{
	struct fault fault = {
		.call = call, .meanwhile = rival_runs_it, .arg = rival};
	struct fsq_item item;
	int result;

	place_open(&rival->place);
	ck_assert_int_eq(fsq_open(&rival->place.rules, "q", &rival->fsq), 0);
	enqueue(rival->place.fsq, "a", NULL, rival->id);
	rival->nclaimed = 0;
	fault_set(&fault);
	result = fsq_claim(rival->place.fsq, rival->id, &item);
	fault_clear();
	if (!result)
		fsq_finish(&item, FSQ_END_RELEASE, NULL);
	ck_assert_int_eq(rival->nclaimed, 1);
	fsq_close(rival->fsq);
	return result;
}

START_TEST(one_who_comes_between_open_and_lock_wins)
{
	static const enum fsq_end ends[] = {
		FSQ_END_DONE, FSQ_END_FAIL, FSQ_END_RETRY};
	static const enum fsq_call calls[] = {FSQ_OPEN, FSQ_FSTAT, FSQ_FLOCK};
	struct rival rival;

	for (int i = 0; i < 3; i++) {
		for (int j = 0; j < 3; j++) {
			rival.end = ends[i];
			ck_assert_int_eq(
				claim_after_rival(&rival, calls[j]), -ENOENT);
			place_close(&rival.place);
		}
	}
}
END_TEST

/* The same name, but another file by now. */
static void replace_it(void *arg)
{
	struct rival *rival = arg;
	int queue = fsq_folder_fd(rival->fsq, FSQ_QUEUE);

	fault_clear();
	ck_assert_int_eq(unlinkat(queue, rival->id, 0), 0);
	make(&rival->place, rival->id);
}

START_TEST(a_lock_on_what_was_replaced_is_worth_nothing)
{
	struct rival rival;
	struct fault fault = {
		.call = FSQ_FLOCK, .meanwhile = replace_it, .arg = &rival};
	struct fsq_item item;

	place_open(&rival.place);
	rival.fsq = rival.place.fsq;
	enqueue(rival.fsq, "a", NULL, rival.id);
	fault_set(&fault);
	ck_assert_int_eq(fsq_claim(rival.fsq, rival.id, &item), -ENOENT);
	fault_clear();
	ck_assert_int_eq(fsq_claim(rival.fsq, rival.id, &item), 0);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_DONE, NULL), 0);
	place_close(&rival.place);
}
END_TEST

START_TEST(z18_what_vanishes_before_open_is_gone)
{
	struct place place;
	struct fsq_item item;

	place_open(&place);
	ck_assert_int_eq(fsq_claim(place.fsq, "_1", &item), -ENOENT);
	ck_assert_int_eq(fsq_claim(place.fsq, "../down", &item), -EINVAL);
	ck_assert_int_eq(fsq_claim(place.fsq, "..", &item), -EINVAL);
	place_close(&place);
}
END_TEST

START_TEST(nothing_is_ever_renamed_over)
{
	static const char id[] = "_20261121053427_0_1_vm_0_a";
	struct place place;
	struct fsq_item item;
	char end[FSQ_NAME_SIZE];

	place_open(&place);
	plant(place.fsq, FSQ_DONE, id, "first");
	for (int i = 1; i <= 2; i++) {
		char expected[64];

		make(&place, id);
		ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
		ck_assert_int_eq(fsq_finish(&item, FSQ_END_DONE, end), 0);
		snprintf(expected, sizeof(expected), "%s.~%d~", id, i);
		ck_assert_str_eq(end, expected);
	}
	expect_counts(place.fsq, 0, 3, 0, 0);
	place_close(&place);
}
END_TEST

START_TEST(a_number_fits_behind_the_longest_name)
{
	struct place place;
	struct fsq_item item;
	char id[FSQ_NAME_SIZE] = "", end[FSQ_NAME_SIZE];

	memset(id, 'x', FSQ_NAME_MAX);
	memcpy(id, "_20261121053427_0_1_vm_0_", 25);
	place_open(&place);
	plant(place.fsq, FSQ_FAIL, id, "first");
	make(&place, id);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_FAIL, end), 0);
	ck_assert_uint_eq(strlen(end), FSQ_NAME_MAX);
	ck_assert_str_eq(end + FSQ_NAME_MAX - 5, "x.~1~");
	expect_counts(place.fsq, 0, 0, 2, 0);
	place_close(&place);
}
END_TEST

START_TEST(a_retry_waits_again_with_one_try_more)
{
	struct place place;
	struct fsq_item item;
	char id[FSQ_NAME_SIZE], end[FSQ_NAME_SIZE];

	place_open(&place);
	enqueue(place.fsq, "a_b", NULL, id);
	for (unsigned i = 0; i < 12; i++) {
		ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
		ck_assert_uint_eq(item.name.tries, i);
		ck_assert_str_eq(fsq_name_arg(&item.name, 0), "a_b");
		ck_assert_int_eq(fsq_finish(&item, FSQ_END_RETRY, end), 0);
		strcpy(id, end);
	}
	expect_counts(place.fsq, 1, 0, 0, 0);
	place_close(&place);
}
END_TEST

START_TEST(a_retry_that_has_no_name_fails)
{
	struct place place;
	struct fsq_item item;
	char id[FSQ_NAME_SIZE] = "";

	memset(id, 'x', FSQ_NAME_MAX);
	memcpy(id, "_20261121053427_0_1_vm_9_", 25);
	place_open(&place);
	make(&place, id); /* would be 256 bytes long */
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_RETRY, NULL), 0);
	ck_assert(is_in(place.fsq, FSQ_FAIL, id));
	make(&place, "junk"); /* has no tries to count */
	ck_assert_int_eq(fsq_claim(place.fsq, "junk", &item), 0);
	ck_assert(item.malformed);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_RETRY, NULL), 0);
	ck_assert(is_in(place.fsq, FSQ_FAIL, "junk"));
	make(&place, "_20261121053427_0_1_vm_0"); /* is taken */
	make(&place, "_20261121053427_0_1_vm_1");
	ck_assert_int_eq(
		fsq_claim(place.fsq, "_20261121053427_0_1_vm_0", &item), 0);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_RETRY, NULL), 0);
	expect_counts(place.fsq, 1, 0, 3, 0);
	place_close(&place);
}
END_TEST

/* Z17 and row 17: what is no file is not waited for, read or followed. */
START_TEST(z17_hostile_entries)
{
	static const char *const names[] = {"fifo", "link", "dir", "dangling"};
	struct place place;
	struct fsq_item item;
	char target[128];
	int queue;

	place_open(&place);
	queue = fsq_folder_fd(place.fsq, FSQ_QUEUE);
	snprintf(target, sizeof(target), "%s/target", place.root);
	ck_assert_int_eq(close(open(target, O_CREAT | O_WRONLY, 0600)), 0);
	ck_assert_int_eq(mkfifoat(queue, "fifo", 0600), 0);
	ck_assert_int_eq(symlinkat(target, queue, "link"), 0);
	ck_assert_int_eq(mkdirat(queue, "dir", 0700), 0);
	ck_assert_int_eq(symlinkat("/nowhere", queue, "dangling"), 0);
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(
			fsq_claim(place.fsq, names[i], &item), -EINVAL);
		ck_assert_int_eq(fsq_reject(place.fsq, names[i], NULL), 0);
	}
	expect_counts(place.fsq, 0, 0, 4, 0);
	ck_assert_int_eq(access(target, F_OK), 0);
	ck_assert_int_eq(fsq_reject(place.fsq, "../q", NULL), -EINVAL);
	place_close(&place);
}
END_TEST

START_TEST(by_hand_from_fail_and_done)
{
	struct place place;
	char end[FSQ_NAME_SIZE];

	place_open(&place);
	plant(place.fsq, FSQ_FAIL, "_20261121053427_0_1_vm_7_a", "");
	plant(place.fsq, FSQ_DONE, "_20261121053427_1_1_vm_0_a.~12~", "");
	plant(place.fsq, FSQ_FAIL, "junk", "");
	ck_assert_int_eq(fsq_requeue(place.fsq, FSQ_FAIL,
				 "_20261121053427_0_1_vm_7_a", end),
		0);
	ck_assert_str_eq(end, "_20261121053427_0_1_vm_0_a");
	ck_assert_int_eq(fsq_requeue(place.fsq, FSQ_DONE,
				 "_20261121053427_1_1_vm_0_a.~12~", end),
		0);
	ck_assert_str_eq(end, "_20261121053427_1_1_vm_0_a");
	ck_assert_int_eq(
		fsq_requeue(place.fsq, FSQ_FAIL, "junk", end), -EINVAL);
	ck_assert_int_eq(fsq_requeue(place.fsq, FSQ_FAIL,
				 "_20261121053427_0_1_vm_7_a", end),
		-ENOENT);
	plant(place.fsq, FSQ_FAIL, "_20261121053427_0_1_vm_3_a", "");
	ck_assert_int_eq(fsq_requeue(place.fsq, FSQ_FAIL,
				 "_20261121053427_0_1_vm_3_a", end),
		-EEXIST);
	expect_counts(place.fsq, 2, 0, 2, 0);
	place_close(&place);
}
END_TEST

static struct fsq_item item_of(
	const struct fsq_rules *rules, const char *id, bool malformed)
{
	struct fsq_item item = {.fd = -1, .malformed = malformed};

	strcpy(item.id, id);
	ck_assert_int_eq(fsq_name_decode(&rules->grammar, id, strlen(id),
				 &item.name) != 0,
		malformed);
	return item;
}

START_TEST(z12_tries_and_ttl_before_the_run)
{
	struct fsq_rules rules = fsq_rules_default;
	struct fsq_item item = item_of(
		&rules, "_20261121053427_0_1_vm_3", false);
	struct fsq_item junk = item_of(&rules, "junk", true);
	int64_t born = item.name.enqueued;

	rules.max_tries = 3;
	ck_assert_int_eq(fsq_judge_before(&rules, &item, born).reason,
		FSQ_TOO_MANY_TRIES);
	rules.max_tries = 4;
	ck_assert_int_eq(
		fsq_judge_before(&rules, &item, born).reason, FSQ_FINE);
	rules.max_tries = 0;
	ck_assert_int_eq(
		fsq_judge_before(&rules, &item, born).end, FSQ_END_RELEASE);
	rules.ttl_s = 10;
	ck_assert_int_eq(
		fsq_judge_before(&rules, &item, born + 10).reason, FSQ_FINE);
	ck_assert_int_eq(
		fsq_judge_before(&rules, &item, born + 11).reason, FSQ_EXPIRED);
	ck_assert_int_eq(
		fsq_judge_before(&rules, &item, born - 3600).reason, FSQ_FINE);
	ck_assert_int_eq(
		fsq_judge_before(&rules, &junk, 0).reason, FSQ_MALFORMED);
}
END_TEST

static struct fsq_verdict after(uint64_t max_tries, uint64_t ttl_s,
	const char *id, int status, bool timed_out, int64_t age)
{
	struct fsq_rules rules = fsq_rules_default;
	struct fsq_item item = item_of(&rules, id, false);

	rules.max_tries = max_tries;
	rules.ttl_s = ttl_s;
	return fsq_judge_after(
		&rules, &item, status, timed_out, item.name.enqueued + age);
}

/* Z11 and Z12: every way for a program to end. */
START_TEST(z11_statuses)
{
	static const char id[] = "_20261121053427_0_1_vm_3";
	static const struct {
		uint64_t max_tries, ttl_s;
		int status;
		bool timed_out;
		int64_t age;
		struct fsq_verdict verdict;
	} rows[] = {
		{1, 0, 0, false, 0, {FSQ_END_DONE, FSQ_FINE}},
		{1, 5, 0, false, 9, {FSQ_END_DONE, FSQ_FINE}},
		{0, 0, 111 << 8, false, 0, {FSQ_END_RETRY, FSQ_FAILED_FOR_NOW}},
		{5, 0, 111 << 8, false, 0, {FSQ_END_RETRY, FSQ_FAILED_FOR_NOW}},
		{4, 0, 111 << 8, false, 0, {FSQ_END_FAIL, FSQ_TOO_MANY_TRIES}},
		{1, 0, 111 << 8, false, 0, {FSQ_END_FAIL, FSQ_TOO_MANY_TRIES}},
		{0, 5, 111 << 8, false, 5, {FSQ_END_RETRY, FSQ_FAILED_FOR_NOW}},
		{0, 5, 111 << 8, false, 6, {FSQ_END_FAIL, FSQ_EXPIRED}},
		{0, 0, 100 << 8, false, 0, {FSQ_END_FAIL, FSQ_FAILED}},
		{0, 0, 1 << 8, false, 0, {FSQ_END_FAIL, FSQ_FAILED}},
		{0, 0, SIGTERM, false, 0, {FSQ_END_FAIL, FSQ_SIGNALLED}},
		{0, 0, SIGKILL, true, 0, {FSQ_END_RETRY, FSQ_TIMED_OUT}},
		{1, 0, SIGKILL, true, 0, {FSQ_END_FAIL, FSQ_TOO_MANY_TRIES}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fsq_verdict verdict = after(rows[i].max_tries,
			rows[i].ttl_s, id, rows[i].status, rows[i].timed_out,
			rows[i].age);

		ck_assert_int_eq(verdict.end, rows[i].verdict.end);
		ck_assert_int_eq(verdict.reason, rows[i].verdict.reason);
	}
	for (int i = 0; i < FSQ_NREASONS; i++)
		ck_assert_int_gt(strlen(fsq_reason_text(i)), 0);
}
END_TEST

static struct {
	struct place place;
	char id[FSQ_NAME_SIZE];
	enum fsq_end end;
} one;

static void claim_and_end(void *arg)
{
	struct fsq_item item;

	(void)arg;
	if (fsq_claim(one.place.fsq, one.id, &item) ||
		fsq_finish(&item, one.end, NULL))
		_exit(1);
}

static void take_back(enum fsq_folder folder)
{
	int fd = fsq_folder_fd(one.place.fsq, folder);

	renameat(fd, one.id, fsq_folder_fd(one.place.fsq, FSQ_QUEUE), one.id);
}

/* Row 7: an item is in one place, and can be taken at once. */
static void check_one(void)
{
	struct fsq *fsq = one.place.fsq;
	int n = count_in(fsq, FSQ_QUEUE) + count_in(fsq, FSQ_DONE) +
		count_in(fsq, FSQ_FAIL);
	struct fsq_item item;

	ck_assert_int_eq(n, 1);
	if (!is_in(fsq, FSQ_QUEUE, one.id))
		return;
	ck_assert_int_eq(fsq_claim(fsq, one.id, &item), 0);
	fsq_finish(&item, FSQ_END_RELEASE, NULL);
}

START_TEST(killed_at_any_call_an_item_is_in_one_place)
{
	static const enum fsq_end ends[] = {
		FSQ_END_DONE, FSQ_END_FAIL, FSQ_END_RETRY};

	place_open(&one.place);
	enqueue(one.place.fsq, "a", NULL, one.id);
	for (int i = 0; i < 3; i++) {
		int at = 0;

		one.end = ends[i];
		while (killed_at(at, claim_and_end, NULL)) {
			check_one();
			take_back(FSQ_DONE);
			take_back(FSQ_FAIL);
			if (!is_in(one.place.fsq, FSQ_QUEUE, one.id))
				break; /* retried: it has another name */
			at++;
		}
		ck_assert_int_ge(at, 5);
		check_one();
		take_back(FSQ_DONE);
		take_back(FSQ_FAIL);
	}
	place_close(&one.place);
}
END_TEST

/* Row 12: what fails is said, and the item is in one place and free. */
START_TEST(a_failure_at_any_call_leaves_an_item_in_one_place)
{
	struct fault fault = {.call = FAULT_ANY, .error = -EIO};
	struct fsq_item item;
	int result;

	place_open(&one.place);
	enqueue(one.place.fsq, "a", NULL, one.id);
	for (;; fault.at++) {
		fault.ncalls = fault.nfaults = 0;
		fault_set(&fault);
		result = fsq_claim(one.place.fsq, one.id, &item);
		if (!result)
			result = fsq_finish(&item, FSQ_END_DONE, NULL);
		fault_clear();
		check_one();
		if (!fault.nfaults)
			break;
		/* A close that fails after a rename changes nothing. */
		ck_assert(result == -EIO || fault.at == 6);
		take_back(FSQ_DONE);
	}
	ck_assert_int_eq(result, 0);
	ck_assert_int_eq(fault.at, 7);
	place_close(&one.place);
}
END_TEST

/* Some filesystems can only replace: there we look before. */
static int no_noreplace(enum fsq_call call, const char *name, void *arg)
{
	int *nth = arg;

	(void)name;
	if (call != FSQ_RENAME)
		return 0;
	return (*nth)++ % 2 ? 0 : -EINVAL;
}

START_TEST(without_noreplace_it_looks_first)
{
	static const char id[] = "_20261121053427_0_1_vm_0_a";
	struct place place;
	struct fsq_item item;
	int nth = 0;

	place_open(&place);
	make(&place, id);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
	fsq_sys_set_hook(no_noreplace, &nth);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_DONE, NULL), 0);
	ck_assert_int_eq(nth, 2);
	fsq_sys_set_hook(NULL, NULL);
	expect_counts(place.fsq, 0, 1, 0, 0);
	place_close(&place);
}
END_TEST

START_TEST(without_locks_nobody_is_kept_out)
{
	struct place place;
	struct fsq_item first, second;
	char id[FSQ_NAME_SIZE];

	place_open(&place);
	place.rules.lock = false;
	place_reopen(&place);
	enqueue(place.fsq, "a", NULL, id);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &first), 0);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &second), 0);
	ck_assert_int_eq(fsq_finish(&first, FSQ_END_DONE, NULL), 0);
	ck_assert_int_eq(fsq_finish(&second, FSQ_END_DONE, NULL), -ENOENT);
	place_close(&place);
}
END_TEST

int main(void)
{
	return suite_run("fsq_item", 60,
		(const TTest *const[]){
			an_item_that_is_claimed_is_not_claimed_again,
			one_who_comes_between_open_and_lock_wins,
			a_lock_on_what_was_replaced_is_worth_nothing,
			z18_what_vanishes_before_open_is_gone,
			nothing_is_ever_renamed_over,
			a_number_fits_behind_the_longest_name,
			a_retry_waits_again_with_one_try_more,
			a_retry_that_has_no_name_fails,
			z17_hostile_entries,
			by_hand_from_fail_and_done,
			z12_tries_and_ttl_before_the_run,
			z11_statuses,
			killed_at_any_call_an_item_is_in_one_place,
			a_failure_at_any_call_leaves_an_item_in_one_place,
			without_noreplace_it_looks_first,
			without_locks_nobody_is_kept_out,
			NULL,
		});
}
