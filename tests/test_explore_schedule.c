#include "tests/suite.h"

#include "lib/explore/schedule.h"
#include "lib/rng.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	NROUNDS = 1000,
	MOST_CHOICES = 300
};

static struct choice given[WIRE_MAX_CHOICES], got[WIRE_MAX_CHOICES];
static char text[SCHEDULE_TEXT_SIZE];

static void make(struct rng *rng, struct schedule *schedule)
{
	*schedule = (struct schedule){
		.hash = (uint32_t)rng_next(rng),
		.spurious = (unsigned)rng_below(rng, 5),
		.memory = (enum memory_model)rng_below(rng, 3),
		.wait_all = rng_below(rng, 2),
		.outputs = rng_below(rng, 2),
		.ends_with = rng_below(rng, 2) ? FOUND_RACE : FOUND_NOTHING,
		.nlines = (unsigned)rng_below(rng, SCHEDULE_MAX_LINES + 1),
		.nchoices = (uint32_t)rng_below(rng, MOST_CHOICES),
		.choices = given,
	};
	for (unsigned i = 0; i < schedule->nlines; i++)
		schedule->lines[i] = (struct schedule_line){
			.file = 1 + (unsigned)rng_below(rng, 3),
			.line = (unsigned)rng_below(rng, 100000)};
	for (uint32_t i = 0; i < schedule->nchoices; i++)
		given[i] = (struct choice){
			.pick = (uint16_t)rng_below(
				rng, rng_below(rng, 9) ? 4 : WIRE_MAX_THREADS),
			.is_value = rng_below(rng, 10) == 0};
}

static void expect_same(const struct schedule *a, const struct schedule *b)
{
	ck_assert_uint_eq(a->hash, b->hash);
	ck_assert_uint_eq(a->spurious, b->spurious);
	ck_assert_int_eq(a->memory, b->memory);
	ck_assert(a->wait_all == b->wait_all && a->outputs == b->outputs &&
		  a->ends_with == b->ends_with);
	ck_assert_uint_eq(a->nlines, b->nlines);
	for (unsigned i = 0; i < a->nlines; i++)
		ck_assert(a->lines[i].file == b->lines[i].file &&
			  a->lines[i].line == b->lines[i].line);
	ck_assert_uint_eq(a->nchoices, b->nchoices);
	for (uint32_t i = 0; i < a->nchoices; i++)
		ck_assert(a->choices[i].pick == b->choices[i].pick &&
			  a->choices[i].is_value == b->choices[i].is_value);
}

START_TEST(what_is_written_is_read_again)
{
	struct schedule schedule, again = {.choices = got};
	struct rng rng;
	const char *bad;

	rng_init(&rng, 7);
	for (int i = 0; i < NROUNDS; i++) {
		make(&rng, &schedule);
		schedule_format(&schedule, text, sizeof(text));
		ck_assert_msg(
			schedule_parse(&again, text, &bad) == 0, "%s", text);
		expect_same(&schedule, &again);
	}
}
END_TEST

START_TEST(what_is_no_schedule_is_refused_where_it_goes_wrong)
{
	static const struct {
		const char *text;
		int bad_at;
	} table[] = {
		{"", 0},
		{"x2.00000000.s0-a", 0},
		{"x1.0000000g.s0-a", 10},
		{"x1.00000000.s-a", 13},
		{"x1.00000000.s0q-a", 14},
		{"x1.00000000.s0.r-a", 16},
		{"x1.00000000.s0.r0:1:2-a", 18},
		{"x1.00000000.s0-a0", 15},
		{"x1.00000000.s0-a99999999", 15},
		{"x1.00000000.s0-ab(999)", 17},
		{"x1.00000000.s0-a.999", 16},
		{"x1.00000000.s0-aA", 16},
		{"x1.00000000.s0", 14},
	};
	struct schedule schedule = {.choices = got};
	const char *bad;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		ck_assert_msg(schedule_parse(&schedule, table[i].text, &bad) ==
				      -EINVAL,
			"%s", table[i].text);
		ck_assert_msg(bad - table[i].text == table[i].bad_at,
			"%s: at %d instead of %d", table[i].text,
			(int)(bad - table[i].text), table[i].bad_at);
	}
}
END_TEST

/* Whatever becomes of a schedule on its way, it is not taken for another. */
START_TEST(what_was_cut_short_or_mistyped_is_refused)
{
	static char damaged[SCHEDULE_TEXT_SIZE];
	struct schedule schedule, again = {.choices = got};
	struct rng rng;
	const char *bad;
	size_t n;

	rng_init(&rng, 11);
	make(&rng, &schedule);
	schedule.nlines = 3;
	n = schedule_format(&schedule, text, sizeof(text));
	for (size_t i = 0; i < n; i++) {
		snprintf(damaged, sizeof(damaged), "%.*s", (int)i, text);
		ck_assert_msg(schedule_parse(&again, damaged, &bad) < 0, "%s",
			damaged);
		snprintf(damaged, sizeof(damaged), "%.*s%s", (int)i, text,
			text + i + 1);
		ck_assert_msg(schedule_parse(&again, damaged, &bad) < 0, "%s",
			damaged);
		snprintf(damaged, sizeof(damaged), "%s", text);
		damaged[i] = damaged[i] == 'a' ? 'b' : 'a';
		ck_assert_msg(schedule_parse(&again, damaged, &bad) < 0, "%s",
			damaged);
	}
}
END_TEST

START_TEST(a_check_that_does_not_fit_is_told_from_no_schedule)
{
	struct schedule schedule = {.choices = got};
	const char *bad, *const none = "x1.00000000.s0-a3b";
	const char *const wrong = "x1.00000000.s0-a3b-abcd";

	ck_assert_int_eq(schedule_parse(&schedule, none, &bad), -EBADMSG);
	ck_assert_str_eq(bad, "");
	ck_assert_uint_eq(schedule.nchoices, 4);
	ck_assert_int_eq(schedule_parse(&schedule, wrong, &bad), -EBADMSG);
	ck_assert_str_eq(bad, "abcd");
}
END_TEST

START_TEST(what_does_not_fit_is_left_out)
{
	struct schedule schedule = {.nchoices = 100, .choices = given};
	char small[32];

	for (int i = 0; i < 100; i++)
		given[i] = (struct choice){.pick = (uint16_t)(i % 2)};
	ck_assert_uint_lt(schedule_format(&schedule, small, sizeof(small)),
		sizeof(small));
	ck_assert_uint_lt(strlen(small), sizeof(small));
}
END_TEST

int main(void)
{
	return suite_run("explore_schedule", 20,
		(const TTest *const[]){what_is_written_is_read_again,
			what_is_no_schedule_is_refused_where_it_goes_wrong,
			what_was_cut_short_or_mistyped_is_refused,
			a_check_that_does_not_fit_is_told_from_no_schedule,
			what_does_not_fit_is_left_out, NULL});
}
