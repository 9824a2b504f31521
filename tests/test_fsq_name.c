#include "lib/fsq_name.h"
#include "lib/rng.h"
#include "tests/suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct fsq_grammar usual = {'_', '%', "%Y%m%d%H%M%S"};

/* A local time as seconds. */
static int64_t at(int year, int month, int day, int hour, int min, int s)
{
	struct tm tm = {.tm_year = year - 1900,
		.tm_mon = month - 1,
		.tm_mday = day,
		.tm_hour = hour,
		.tm_min = min,
		.tm_sec = s,
		.tm_isdst = -1};

	return mktime(&tm);
}

static int decode(
	const struct fsq_grammar *g, const char *text, struct fsq_name *name)
{
	return fsq_name_decode(g, text, strlen(text), name);
}

/* Z1, and the odd names that programs of FSQ were seen to write. */
static const struct {
	struct fsq_grammar grammar;
	const char *name;
	const char *args[8];
} fixtures[] = {
	{{'_', '%', "%Y%m%d%H%M%S"},
		"_20261121053427_0_22429_vm_0_a%5fb_x%2fy_100%25_.__\303\251"
		"_nl\n_ sp",
		{"a_b", "x/y", "100%", ".", "", "\303\251", "nl\n", " sp"}},
	{{'_', '%', "%Y%m%d%H%M%S"}, "_20261121053427_0_22429_vm_0", {NULL}},
	{{'_', '%', "%Y%m%d%H%M%S"}, "_20261121053427_0_22429_vm_0_", {""}},
	{{'_', '%', "%Y%m%d%H%M%S"}, "_20261121053427_0_22429_vm_0_.._-rf",
		{"..", "-rf"}},
	{{':', '%', "%Y%m%d%H%M%S"}, ":20261121053427:0:22429:vm:0:a_b:c%3ad",
		{"a_b", "c:d"}},
	{{'_', '=', "%Y%m%d%H%M%S"},
		"_20261121053427_0_22429_vm_0_p%q=3dr_=5f=2f", {"p%q=r", "_/"}},
	{{' ', '%', "%Y%m%d%H%M%S"}, " 20261121053427 0 22429 vm 0 a%20b",
		{"a b"}},
	{{'_', '%', "%Y-%m-%dT%H:%M:%S"}, "_2026-11-21T05:34:27_0_22429_vm_0_a",
		{"a"}},
	{{'-', '%', "%Y-%m-%d %H.%M.%S"},
		"-2026%2d11%2d21 05.34.27-0-22429-vm-0-a", {"a"}},
};

enum {
	NFIXTURES = sizeof(fixtures) / sizeof(*fixtures)
};

static size_t count(const char *const *args)
{
	size_t n = 0;

	while (n < 8 && args[n])
		n++;
	return n;
}

START_TEST(z1_names_are_those_of_fsq_byte_for_byte)
{
	const struct fsq_stamp stamp = {.enqueued = at(2026, 11, 21, 5, 34, 27),
		.pid = 22429,
		.host = "vm"};
	char name[FSQ_NAME_SIZE];

	for (int i = 0; i < NFIXTURES; i++) {
		int size = fsq_name_encode(&fixtures[i].grammar, &stamp,
			fixtures[i].args, count(fixtures[i].args), name);

		ck_assert_str_eq(name, fixtures[i].name);
		ck_assert_int_eq(size, strlen(name));
	}
}
END_TEST

START_TEST(z1_and_are_read_back)
{
	struct fsq_name name;

	for (int i = 0; i < NFIXTURES; i++) {
		size_t n = count(fixtures[i].args);

		ck_assert_int_eq(
			decode(&fixtures[i].grammar, fixtures[i].name, &name),
			0);
		ck_assert_int_eq(name.enqueued, at(2026, 11, 21, 5, 34, 27));
		ck_assert_uint_eq(name.tries, 0);
		ck_assert_str_eq(fsq_name_field(&name, FSQ_FIELD_PID), "22429");
		ck_assert_str_eq(fsq_name_field(&name, FSQ_FIELD_HOST), "vm");
		ck_assert_uint_eq(fsq_name_nargs(&name), n);
		for (size_t j = 0; j < n; j++)
			ck_assert_str_eq(
				fsq_name_arg(&name, j), fixtures[i].args[j]);
	}
}
END_TEST

/* What is escaped may have the delimiter among its digits. */
START_TEST(z2_a_delimiter_that_is_a_digit)
{
	const struct fsq_grammar grammar = {'2', '%', "%Y%m%d%H%M%S"};
	const struct fsq_stamp stamp = {.enqueued = at(2026, 11, 22, 5, 3, 2),
		.counter = 22,
		.pid = 2,
		.host = "h2"};
	const char *const args[] = {"2", "/2"};
	struct fsq_name name;
	char text[FSQ_NAME_SIZE];

	ck_assert_int_gt(fsq_name_encode(&grammar, &stamp, args, 2, text), 0);
	ck_assert_int_eq(decode(&grammar, text, &name), 0);
	ck_assert_str_eq(fsq_name_field(&name, FSQ_FIELD_COUNTER), "22");
	ck_assert_str_eq(fsq_name_field(&name, FSQ_FIELD_HOST), "h2");
	ck_assert_str_eq(fsq_name_arg(&name, 1), "/2");
}
END_TEST

START_TEST(z2_delimiter_and_escape_are_two_ascii_characters)
{
	static const char bad[][2] = {{'_', '_'}, {'/', '%'}, {'_', '/'},
		{'\0', '%'}, {'_', '\0'}, {'\303', '%'}, {'_', '\303'}};
	struct fsq_grammar grammar = usual;

	ck_assert_int_eq(fsq_grammar_check(&grammar), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		grammar.delimiter = bad[i][0];
		grammar.escape = bad[i][1];
		ck_assert_int_eq(fsq_grammar_check(&grammar), -EINVAL);
	}
	grammar = usual;
	grammar.time_format = "";
	ck_assert_int_eq(fsq_grammar_check(&grammar), -EINVAL);
}
END_TEST

START_TEST(z3_escapes_are_two_hex_digits)
{
	static const char *const bad[] = {"", "%", "_%", "_%5", "_a%", "_%5g",
		"_%g5", "_% 5", "_%+5", "_%00", "_%80", "_%ff", "_a/b", "/a",
		"_%-1", "\303\251"};
	struct fsq_name name;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_int_eq(
			fsq_name_split('%', bad[i], strlen(bad[i]), &name),
			-EINVAL);
	ck_assert_int_eq(fsq_name_split('%', "_\0", 2, &name), -EINVAL);
	ck_assert_int_eq(fsq_name_split('%', "_%5f%5F%41%7f_b", 15, &name), 0);
	ck_assert_uint_eq(name.nfields, 2);
	ck_assert_str_eq(name.text + name.at[0], "__A\177");
	ck_assert_str_eq(name.text + name.at[1], "b");
	ck_assert_int_eq(fsq_name_split('%', "_", 1, &name), 0);
	ck_assert_uint_eq(name.nfields, 0);
	ck_assert_int_eq(fsq_name_split('%', "__", 2, &name), 0);
	ck_assert_uint_eq(name.nfields, 2);
}
END_TEST

START_TEST(z17_what_is_no_item)
{
	static const char *const bad[] = {
		"_",
		"_20261121053427_0_1_vm", /* no tries */
		"_20261121053427_0_1_vm_", /* empty ones */
		"_20261121053427_0_1_vm_x",
		"_20261121053427_0_1_vm_-1",
		"_20261121053427_0_1_vm_+1",
		"_20261121053427_0_1_vm_ 1",
		"_20261121053427_0_1_vm_18446744073709551616",
		"_20261321053427_0_1_vm_0", /* month 13 */
		"_20261121053427x_0_1_vm_0",
		"_2026_0_1_vm_0",
		"__0_1_vm_0",
		"README",
		"-rf",
		".hidden",
	};
	struct fsq_name name;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_int_eq(decode(&usual, bad[i], &name), -EINVAL);
	ck_assert_int_eq(
		decode(&usual, "_20261121053427_0_1_vm_18446744073709551615",
			&name),
		0);
	ck_assert_uint_eq(name.tries, UINT64_MAX);
}
END_TEST

START_TEST(z20_255_bytes_are_a_name_and_256_are_not)
{
	const struct fsq_stamp stamp = {.enqueued = at(2026, 11, 21, 5, 34, 27),
		.pid = 22429,
		.host = "vm"};
	char long_arg[FSQ_NAME_SIZE] = "", text[FSQ_NAME_SIZE];
	const char *args[] = {long_arg};
	struct fsq_name name;
	size_t room = FSQ_NAME_MAX - strlen("_20261121053427_0_22429_vm_0_");

	memset(long_arg, 'x', room);
	ck_assert_int_eq(
		fsq_name_encode(&usual, &stamp, args, 1, text), FSQ_NAME_MAX);
	ck_assert_int_eq(fsq_name_decode(&usual, text, FSQ_NAME_MAX, &name), 0);
	ck_assert_uint_eq(strlen(fsq_name_arg(&name, 0)), room);
	long_arg[0] = '/';
	ck_assert_int_eq(
		fsq_name_encode(&usual, &stamp, args, 1, text), -ENAMETOOLONG);
	long_arg[0] = 'x';
	long_arg[room] = 'x';
	ck_assert_int_eq(
		fsq_name_encode(&usual, &stamp, args, 1, text), -ENAMETOOLONG);
	memset(text, '_', sizeof(text));
	ck_assert_int_eq(
		fsq_name_split('%', text, FSQ_NAME_SIZE, &name), -EINVAL);
	ck_assert_int_eq(fsq_name_split('%', text, FSQ_NAME_MAX, &name), 0);
	ck_assert_uint_eq(name.nfields, FSQ_NAME_MAX);
}
END_TEST

START_TEST(a_retry_changes_the_tries_alone)
{
	const struct fsq_grammar others = {':', '%', "%Y%m%d%H%M%S"};
	struct fsq_name name;
	char text[FSQ_NAME_SIZE];

	ck_assert_int_eq(
		decode(&others,
			"_20261121053427_007_x_h%41_9_a%2fb%5f_\303\251",
			&name),
		0);
	ck_assert_int_gt(fsq_name_retry(&others, &name, text), 0);
	ck_assert_str_eq(text, "_20261121053427_007_x_hA_10_a%2fb%5f_\303\251");
	name.tries = UINT64_MAX;
	ck_assert_int_eq(fsq_name_retry(&others, &name, text), -EOVERFLOW);
	ck_assert_int_gt(
		fsq_name_recount(&others, &name, FSQ_FIELD_COUNTER, 8, text),
		0);
	ck_assert_str_eq(text, "_20261121053427_8_x_hA_9_a%2fb%5f_\303\251");
}
END_TEST

static int order(const char *a, const char *b)
{
	struct fsq_key x, y;

	fsq_name_key(a, strlen(a), &x);
	fsq_name_key(b, strlen(b), &y);
	return fsq_key_compare(&x, &y);
}

START_TEST(numbers_are_ordered_as_numbers)
{
	static const char *const sorted[] = {
		"_20261121053427_0_5_vm_0",
		"_20261121053427_2_5_vm_0",
		"_20261121053427_2_30_vm_0",
		":20261121053427:10:1:vm:0",
		"_20261121053427_100_1_vm_0",
		"_20261121053428_0_1_vm_0",
	};
	size_t n = sizeof(sorted) / sizeof(*sorted);

	for (size_t i = 0; i < n; i++) {
		ck_assert_int_eq(order(sorted[i], sorted[i]), 0);
		ck_assert_int_eq(order(sorted[i], "README"), -1);
		ck_assert_int_eq(order("_1_2", sorted[i]), 1);
		for (size_t j = i + 1; j < n; j++) {
			ck_assert_int_eq(order(sorted[i], sorted[j]), -1);
			ck_assert_int_eq(order(sorted[j], sorted[i]), 1);
		}
	}
	ck_assert_int_eq(order("README", "_"), 0);
}
END_TEST

START_TEST(z6_plain_names)
{
	char longest[FSQ_NAME_SIZE + 1] = "";

	ck_assert(fsq_name_plain("q"));
	ck_assert(fsq_name_plain("..."));
	ck_assert(fsq_name_plain(" \n"));
	ck_assert(!fsq_name_plain(""));
	ck_assert(!fsq_name_plain("."));
	ck_assert(!fsq_name_plain(".."));
	ck_assert(!fsq_name_plain("a/b"));
	memset(longest, 'q', FSQ_NAME_MAX);
	ck_assert(fsq_name_plain(longest));
	longest[FSQ_NAME_MAX] = 'q';
	ck_assert(!fsq_name_plain(longest));
}
END_TEST

/* A random argument of bytes that need care more often than not. */
static void random_argument(struct rng *rng, char *arg, size_t size)
{
	static const char odd[] = "_%/=:. \n\t-~\001\177\303\251\377";

	for (size_t i = 0; i < size; i++)
		arg[i] = rng_below(rng, 3)
				 ? (char)(rng_below(rng, 255) + 1)
				 : odd[rng_below(rng, sizeof(odd) - 1)];
	arg[size] = '\0';
}

static void check_round_trip(struct rng *rng, const struct fsq_grammar *grammar)
{
	char args[6][40], text[FSQ_NAME_SIZE];
	const char *list[6];
	size_t n = rng_below(rng, 7);
	struct fsq_stamp stamp = {.enqueued = 1000000000 + (int64_t)n,
		.counter = rng_next(rng),
		.pid = (pid_t)rng_below(rng, 1 << 22),
		.host = "h_%",
		.tries = rng_next(rng)};
	struct fsq_name name;
	int size;

	for (size_t i = 0; i < n; i++) {
		random_argument(rng, args[i], rng_below(rng, 30));
		list[i] = args[i];
	}
	size = fsq_name_encode(grammar, &stamp, list, n, text);
	if (size == -ENAMETOOLONG)
		return;
	ck_assert_int_eq(fsq_name_decode(grammar, text, size, &name), 0);
	ck_assert_int_eq(name.enqueued, stamp.enqueued);
	ck_assert_uint_eq(name.tries, stamp.tries);
	ck_assert_uint_eq(fsq_name_nargs(&name), n);
	for (size_t i = 0; i < n; i++)
		ck_assert_str_eq(fsq_name_arg(&name, i), args[i]);
}

START_TEST(random_arguments_come_back)
{
	static const struct fsq_grammar grammars[] = {
		{'_', '%', "%Y%m%d%H%M%S"},
		{':', '=', "%Y-%m-%d %H:%M:%S"},
		{'5', 'f', "%Y%m%d%H%M%S"},
		{'\n', '~', "%Y%m%d%H%M%S"},
	};
	struct rng rng;

	rng_init(&rng, 18);
	for (int i = 0; i < 50000; i++)
		check_round_trip(&rng, &grammars[i % 4]);
}
END_TEST

int main(void)
{
	return suite_run("fsq_name", 20,
		(const TTest *const[]){
			z1_names_are_those_of_fsq_byte_for_byte,
			z1_and_are_read_back,
			z2_a_delimiter_that_is_a_digit,
			z2_delimiter_and_escape_are_two_ascii_characters,
			z3_escapes_are_two_hex_digits,
			z17_what_is_no_item,
			z20_255_bytes_are_a_name_and_256_are_not,
			a_retry_changes_the_tries_alone,
			numbers_are_ordered_as_numbers,
			z6_plain_names,
			random_arguments_come_back,
			NULL,
		});
}
