/* How items end: by which rule, and in one place whatever fails. */
#include "lib/fsq_item.h"

#include "tests/fsq_fault.h"
#include "tests/fsq_place.h"

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
		{1, 0, SIGKILL, true, 0, {FSQ_END_FAIL, FSQ_TIMED_OUT}},
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

enum {
	NTOGETHER = 8
};

static struct fsq_item together[NTOGETHER];
static const enum fsq_end together_ends[NTOGETHER] = {FSQ_END_DONE,
	FSQ_END_DONE, FSQ_END_FAIL, FSQ_END_DONE, FSQ_END_RETRY, FSQ_END_DONE,
	FSQ_END_RELEASE, FSQ_END_FAIL};

static void claim_together(struct place *place)
{
	char id[FSQ_NAME_SIZE];

	place_open(place);
	for (int i = 0; i < NTOGETHER; i++) {
		enqueue(place->fsq, "a", NULL, id);
		ck_assert_int_eq(fsq_claim(place->fsq, id, &together[i]), 0);
	}
}

static int finish_together(struct fault *fault)
{
	int result;

	fault_set(fault);
	result = fsq_finish_all(together, together_ends, NTOGETHER);
	fault_clear();
	return result;
}

/* One sync for each of done/, fail/ and queue/. */
START_TEST(those_that_end_together_share_the_syncs)
{
	struct fault syncs = {.at = -1, .call = FSQ_FSYNC};
	struct place place;

	claim_together(&place);
	ck_assert_int_eq(finish_together(&syncs), 0);
	ck_assert_int_eq(syncs.ncalls, 3);
	expect_counts(place.fsq, 2, 4, 2, 0);
	for (int i = 0; i < NTOGETHER; i++)
		ck_assert_int_eq(together[i].fd, -1);
	place_close(&place);
}
END_TEST

START_TEST(one_that_cannot_end_keeps_no_other)
{
	struct fault rename = {.at = 1, .call = FSQ_RENAME, .error = -EIO};
	struct fault sync = {.call = FSQ_FSYNC, .error = -EIO};
	struct place place;

	claim_together(&place);
	ck_assert_int_eq(finish_together(&rename), -EIO);
	expect_counts(place.fsq, 3, 3, 2, 0);
	place_close(&place);
	claim_together(&place);
	ck_assert_int_eq(finish_together(&sync), -EIO);
	ck_assert_int_eq(sync.ncalls, 3);
	expect_counts(place.fsq, 2, 4, 2, 0);
	place_close(&place);
}
END_TEST

static void end_together(void *arg)
{
	struct place *place = arg;
	struct fsq_item items[2];
	const enum fsq_end ends[] = {FSQ_END_DONE, FSQ_END_FAIL};

	if (fsq_claim(place->fsq, "_20261121053427_0_1_vm_0", &items[0]) ||
		fsq_claim(place->fsq, "_20261121053427_1_1_vm_0", &items[1]) ||
		fsq_finish_all(items, ends, 2))
		_exit(1);
}

START_TEST(killed_at_any_call_each_of_two_is_in_one_place)
{
	struct place place;
	bool killed = true;
	int at;

	for (at = 0; killed; at++) {
		place_open(&place);
		plant(place.fsq, FSQ_QUEUE, "_20261121053427_0_1_vm_0", "");
		plant(place.fsq, FSQ_QUEUE, "_20261121053427_1_1_vm_0", "");
		killed = killed_at(at, end_together, &place);
		ck_assert_int_eq(count_in(place.fsq, FSQ_QUEUE) +
					 count_in(place.fsq, FSQ_DONE) +
					 count_in(place.fsq, FSQ_FAIL),
			2);
		place_close(&place);
	}
	ck_assert_int_gt(at, 13);
}
END_TEST

int main(void)
{
	return suite_run("fsq_item_ends", 60,
		(const TTest *const[]){
			z12_tries_and_ttl_before_the_run,
			z11_statuses,
			killed_at_any_call_an_item_is_in_one_place,
			a_failure_at_any_call_leaves_an_item_in_one_place,
			those_that_end_together_share_the_syncs,
			one_that_cannot_end_keeps_no_other,
			killed_at_any_call_each_of_two_is_in_one_place,
			NULL,
		});
}
