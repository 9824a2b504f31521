/* Whatever the wall clock does, no item is lost or overwritten (row 19). */
#include "lib/clock.h"
#include "lib/fsq_scan.h"
#include "tests/fsq_place.h"

#include <time.h>

static int64_t wall;

static int64_t fake_wall(void)
{
	return wall;
}

/* A place where time is what we say, in the zone of Berlin. */
static void open_at(struct place *place, int64_t when)
{
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	wall = when;
	clock_set_wall_source(fake_wall);
	place_open(place);
}

static void close_at(struct place *place)
{
	clock_set_wall_source(NULL);
	place_close(place);
}

enum {
	NOW = 1790000000, /* 2026-09-21 */
	HOUR = 3600,
	SUMMER_ENDS = 1792890000 /* 2026-10-25 03:00, then 02:00 again */
};

START_TEST(r19_the_clock_goes_back_and_on_again)
{
	static const int64_t times[] = {NOW, NOW - HOUR, NOW, NOW + 1, NOW};
	struct place place;
	int n = 0;

	open_at(&place, NOW);
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		wall = times[i];
		for (int j = 0; j < 3; j++) {
			enqueue(place.fsq, "a", NULL, NULL);
			expect_counts(place.fsq, ++n, 0, 0, 0);
		}
	}
	close_at(&place);
}
END_TEST

/* The order is that of putting, of more than ten and more than a hundred. */
START_TEST(r19_the_clock_stands_still)
{
	const struct fsq_scan_options usual = {0};
	struct place place;
	struct fsq_scan *scan;
	struct fsq_item item;
	char number[16];

	open_at(&place, NOW);
	for (int i = 0; i < 200; i++) {
		snprintf(number, sizeof(number), "%d", i);
		enqueue(place.fsq, number, NULL, NULL);
	}
	ck_assert_int_eq(fsq_scan_open(&place.fsq, 1, &usual, &scan), 0);
	ck_assert_int_eq(fsq_scan_list(scan), 0);
	for (int i = 0; i < 200; i++) {
		ck_assert_int_eq(fsq_scan_next(scan, &item), FSQ_SCAN_ITEM);
		ck_assert_int_eq(atoi(fsq_name_arg(&item.name, 0)), i);
		fsq_finish(&item, FSQ_END_DONE, NULL);
	}
	fsq_scan_close(scan);
	close_at(&place);
}
END_TEST

static void expect_enqueued(struct place *place, const char *id, int64_t when)
{
	struct fsq_item item;

	ck_assert_int_eq(fsq_claim(place->fsq, id, &item), 0);
	ck_assert_int_eq(item.name.enqueued, when);
	fsq_finish(&item, FSQ_END_DONE, NULL);
}

START_TEST(r19_after_2038)
{
	static const int64_t times[] = {INT32_MAX, INT64_C(1) << 31,
		INT64_C(2147558400), INT64_C(4102444800)};
	struct place place;
	char id[FSQ_NAME_SIZE];

	open_at(&place, NOW);
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		wall = times[i];
		enqueue(place.fsq, "a", NULL, id);
		expect_enqueued(&place, id, wall);
	}
	close_at(&place);
}
END_TEST

/* An hour that comes twice gives the same name twice: once it is in done/, and
 * once it waits. */
START_TEST(r19_the_hour_that_comes_twice)
{
	struct place place;
	char first[FSQ_NAME_SIZE], second[FSQ_NAME_SIZE], third[FSQ_NAME_SIZE];
	char end[FSQ_NAME_SIZE];
	struct fsq_item item;

	open_at(&place, SUMMER_ENDS - HOUR / 2);
	enqueue(place.fsq, "a", NULL, first);
	ck_assert_int_eq(fsq_claim(place.fsq, first, &item), 0);
	fsq_finish(&item, FSQ_END_DONE, NULL);
	wall += HOUR;
	enqueue(place.fsq, "a", NULL, second);
	ck_assert_str_eq(first, second);
	wall -= HOUR;
	enqueue(place.fsq, "a", NULL, third);
	ck_assert_str_ne(second, third);
	ck_assert_int_eq(fsq_claim(place.fsq, second, &item), 0);
	ck_assert_int_eq(fsq_finish(&item, FSQ_END_DONE, end), 0);
	ck_assert_str_ne(first, end);
	expect_counts(place.fsq, 1, 2, 0, 0);
	close_at(&place);
}
END_TEST

/* What comes from the future is not old, and what is claimed has its time. */
START_TEST(r19_an_item_of_the_future)
{
	struct fsq_verdict verdict;
	struct place place;
	struct fsq_item item;
	char id[FSQ_NAME_SIZE];

	open_at(&place, NOW);
	place.rules.ttl_s = 60;
	place_reopen(&place);
	enqueue(place.fsq, "a", NULL, id);
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
	verdict = fsq_judge_before(
		fsq_rules_of(place.fsq), &item, NOW - 24 * HOUR);
	ck_assert_int_eq(verdict.end, FSQ_END_RELEASE);
	verdict = fsq_judge_before(fsq_rules_of(place.fsq), &item, NOW + 61);
	ck_assert_int_eq(verdict.reason, FSQ_EXPIRED);
	fsq_finish(&item, FSQ_END_RELEASE, NULL);
	close_at(&place);
}
END_TEST

/* The same text means another moment where the zone is another. */
START_TEST(the_zone_may_change)
{
	static const char id[] = "_20260921120000_0_1_vm_0";
	struct place place;
	struct fsq_item item;
	int64_t berlin;

	open_at(&place, NOW);
	plant(place.fsq, FSQ_QUEUE, id, "");
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
	berlin = item.name.enqueued;
	fsq_finish(&item, FSQ_END_RELEASE, NULL);
	setenv("TZ", "UTC0", 1);
	tzset();
	expect_enqueued(&place, id, berlin + 2 * HOUR);
	close_at(&place);
}
END_TEST

int main(void)
{
	return suite_run("fsq_clock", 60,
		(const TTest *const[]){
			r19_the_clock_goes_back_and_on_again,
			r19_the_clock_stands_still,
			r19_after_2038,
			r19_the_hour_that_comes_twice,
			r19_an_item_of_the_future,
			the_zone_may_change,
			NULL,
		});
}
