#include "cmd/number.h"
#include "tests/suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX UINT64_MAX

typedef int (*parse_fn)(const char *text, size_t length, uint64_t *value);

struct row {
	const char *text;
	int error;
	uint64_t value;
};

static const struct row counts[] = {
	{"0", 0, 0},
	{"7", 0, 7},
	{"007", 0, 7},
	{"18446744073709551615", 0, MAX},
	{"18446744073709551616", -ERANGE, 0},
	{"99999999999999999999", -ERANGE, 0},
	{"", -EINVAL, 0},
	{"-1", -EINVAL, 0},
	{"+1", -EINVAL, 0},
	{"4x", -EINVAL, 0},
	{"1e3", -EINVAL, 0},
	{" 4", -EINVAL, 0},
	{"4 ", -EINVAL, 0},
	{"99999999999999999999x", -EINVAL, 0},
};

static const struct row numbers[] = {
	{"1000000", 0, 1000000},
	{"1e6", 0, 1000000},
	{"1E6", 0, 1000000},
	{"1e+06", 0, 1000000},
	{"1.5e6", 0, 1500000},
	{"1.50e1", 0, 15},
	{"1.0", 0, 1},
	{"1.", -EINVAL, 0},
	{".5e1", -EINVAL, 0},
	{"1.5", -EINVAL, 0},
	{"1.25e1", -EINVAL, 0},
	{"10^6", 0, 1000000},
	{"2**40", 0, UINT64_C(1) << 40},
	{"2^63", 0, UINT64_C(1) << 63},
	{"2^64", -ERANGE, 0},
	{"0^0", 0, 1},
	{"0^5", 0, 0},
	{"1^99999999999999999999999", 0, 1},
	{"2^99999999999999999999999", -ERANGE, 0},
	{"4294967296^2", -ERANGE, 0},
	{"4294967297^2", -ERANGE, 0},
	{"4294967295^2", 0, UINT64_C(18446744065119617025)},
	{"18446744073709551615^1", 0, MAX},
	{"18446744073709551615^0", 0, 1},
	{"1k", 0, 1000},
	{"1K", 0, 1000},
	{"1M", 0, 1000000},
	{"1G", 0, 1000000000},
	{"1T", 0, UINT64_C(1000000000000)},
	{"1P", 0, UINT64_C(1000000000000000)},
	{"1E", 0, UINT64_C(1000000000000000000)},
	{"18E", 0, UINT64_C(18000000000000000000)},
	{"19E", -ERANGE, 0},
	{"1Ki", 0, 1024},
	{"1.5Ki", 0, 1536},
	{"0.1Ki", -EINVAL, 0},
	{"1.5M", 0, 1500000},
	{"15Ei", 0, UINT64_C(15) << 60},
	{"16Ei", -ERANGE, 0},
	{"0e99999999999999999999", 0, 0},
	{"1e19", 0, UINT64_C(10000000000000000000)},
	{"1e20", -ERANGE, 0},
	{"1e99999999999999999999", -ERANGE, 0},
	{"18.446744073709551615e18", 0, MAX},
	{"18.446744073709551616e18", -ERANGE, 0},
	{"0.00000000000000000000001e23", 0, 1},
	{"1e", -EINVAL, 0},
	{"1e-3", -EINVAL, 0},
	{"1e3k", -EINVAL, 0},
	{"1m", -EINVAL, 0},
	{"1kk", -EINVAL, 0},
	{"1 k", -EINVAL, 0},
	{"1_000", -EINVAL, 0},
	{"1,000", -EINVAL, 0},
	{"0x10", -EINVAL, 0},
	{"nan", -EINVAL, 0},
	{"inf", -EINVAL, 0},
	{"2^3^2", -EINVAL, 0},
	{"2*3", -EINVAL, 0},
	{"2**", -EINVAL, 0},
	{"**2", -EINVAL, 0},
	{"1+1", -EINVAL, 0},
	{"\xef\xbc\x91", -EINVAL, 0},
};

static const struct row durations[] = {
	{"0", 0, 0},
	{"3", 0, UINT64_C(3000000000)},
	{"0.25", 0, 250000000},
	{"1.5", 0, 1500000000},
	{"250ms", 0, 250000000},
	{"0.5ms", 0, 500000},
	{"1us", 0, 1000},
	{"7ns", 0, 7},
	{"1.5s", 0, 1500000000},
	{"2min", 0, UINT64_C(120000000000)},
	{"0.1min", 0, UINT64_C(6000000000)},
	{"1.5h", 0, UINT64_C(5400000000000)},
	{"0.000000001", 0, 1},
	{"18446744073709551615ns", 0, MAX},
	{"18446744073.709551615", 0, MAX},
	{"18446744073709551616ns", -ERANGE, 0},
	{"18446744074", -ERANGE, 0},
	{"99999999999999999999999h", -ERANGE, 0},
	{"0.5ns", -EINVAL, 0},
	{"0.0000000001", -EINVAL, 0},
	{"1m", -EINVAL, 0},
	{"1mss", -EINVAL, 0},
	{"1S", -EINVAL, 0},
	{"1 s", -EINVAL, 0},
	{"1.s", -EINVAL, 0},
	{".5", -EINVAL, 0},
	{"1e3", -EINVAL, 0},
	{"-1", -EINVAL, 0},
	{"99999999999999999999999x", -EINVAL, 0},
	{"ms", -EINVAL, 0},
	{"", -EINVAL, 0},
};

static const struct row sums[] = {
	{"5", 0, 5},
	{"1e18+1e8", 0, UINT64_C(1000000000100000000)},
	{"2**64-1", 0, MAX},
	{"2^64-2^64", 0, 0},
	{"16Ei-1", 0, MAX},
	{"18446744073709551616-1", 0, MAX},
	{"2**64-1+1", -ERANGE, 0},
	{"2**64+2**64-2**64-1", 0, MAX},
	{"2**65-1", -ERANGE, 0},
	{"1-2", -ERANGE, 0},
	{"1-2+5", 0, 4},
	{"1-2-3+4", 0, 0},
	{"1+", -EINVAL, 0},
	{"+1", -EINVAL, 0},
	{"-1", -EINVAL, 0},
	{"1--1", -EINVAL, 0},
	{"1+-1", -EINVAL, 0},
	{"2**65+x", -EINVAL, 0},
	{"", -EINVAL, 0},
};

static void check_rows(parse_fn parse, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];
		uint64_t value = 12345;
		int error = parse(r->text, strlen(r->text), &value);

		ck_assert_msg(error == r->error, "'%s' gave %d, expected %d",
			r->text, error, r->error);
		ck_assert_msg(value == (error ? 12345 : r->value),
			"'%s' gave %llu", r->text, (unsigned long long)value);
	}
}

#define CHECK_ROWS(parse, rows) \
	check_rows(parse, rows, sizeof(rows) / sizeof(*(rows)))

START_TEST(counts_are_plain_digits)
{
	CHECK_ROWS(number_parse_count, counts);
}
END_TEST

START_TEST(numbers_are_exact)
{
	CHECK_ROWS(number_parse, numbers);
}
END_TEST

START_TEST(sums_may_pass_2_64_on_the_way)
{
	CHECK_ROWS(number_parse_sum, sums);
}
END_TEST

START_TEST(fractions_have_nine_decimals)
{
	static const struct row fractions[] = {
		{"0", 0, 0},
		{"1", 0, 1000000000},
		{"0.1", 0, 100000000},
		{"0.250", 0, 250000000},
		{"0.000000001", 0, 1},
		{"18446744073.709551615", 0, MAX},
		{"18446744073.709551616", -ERANGE, 0},
		{"0.0000000001", -EINVAL, 0},
		{"", -EINVAL, 0},
		{".5", -EINVAL, 0},
		{"0.", -EINVAL, 0},
		{"-0.1", -EINVAL, 0},
		{"1e-1", -EINVAL, 0},
		{"0.1s", -EINVAL, 0},
		{"0.1k", -EINVAL, 0},
		{"nan", -EINVAL, 0},
	};

	CHECK_ROWS(number_parse_fraction, fractions);
}
END_TEST

START_TEST(durations_are_whole_nanoseconds)
{
	CHECK_ROWS(number_parse_duration, durations);
}
END_TEST

START_TEST(nothing_is_read_past_the_length)
{
	uint64_t value;

	ck_assert_int_eq(number_parse("12345", 2, &value), 0);
	ck_assert_uint_eq(value, 12);
	ck_assert_int_eq(number_parse("1e5", 2, &value), -EINVAL);
	ck_assert_int_eq(number_parse("2**5", 3, &value), -EINVAL);
	ck_assert_int_eq(number_parse("12", 0, &value), -EINVAL);
	ck_assert_int_eq(number_parse("1\0002", 3, &value), -EINVAL);
}
END_TEST

START_TEST(long_text_takes_linear_time)
{
	enum {
		SIZE = 1000 * 1000
	};
	char *text = malloc(SIZE);
	uint64_t value;

	ck_assert_ptr_nonnull(text);
	memset(text, '9', SIZE);
	ck_assert_int_eq(number_parse_sum(text, SIZE, &value), -ERANGE);
	memset(text, '0', SIZE);
	text[1] = '.';
	ck_assert_int_eq(number_parse_sum(text, SIZE, &value), 0);
	ck_assert_uint_eq(value, 0);
	text[SIZE - 1] = '1';
	ck_assert_int_eq(number_parse_sum(text, SIZE, &value), -EINVAL);
	for (int i = 0; i < SIZE; i++)
		text[i] = i % 2 ? '+' : '1';
	ck_assert_int_eq(number_parse_sum(text, SIZE - 1, &value), 0);
	ck_assert_uint_eq(value, SIZE / 2);
	free(text);
}
END_TEST

int main(void)
{
	return suite_run("number", 20,
		(const TTest *const[]){
			counts_are_plain_digits,
			numbers_are_exact,
			sums_may_pass_2_64_on_the_way,
			durations_are_whole_nanoseconds,
			fractions_have_nine_decimals,
			nothing_is_read_past_the_length,
			long_text_takes_linear_time,
			NULL,
		});
}
