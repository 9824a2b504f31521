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
	static const enum fsq_call calls[] = {FSQ_OPEN, FSQ_FLOCK};
	struct rival rival;

	for (int i = 0; i < 3; i++) {
		for (int j = 0; j < 2; j++) {
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
			without_noreplace_it_looks_first,
			without_locks_nobody_is_kept_out,
			NULL,
		});
}
