#include "cmd/suggest.h"
#include "cmd/term.h"
#include "cmd/text.h"
#include "tests/suite.h"

#include <string.h>

START_TEST(a_word_is_none_where_it_is_part_of_another)
{
	ck_assert(text_has_word("while (!done)", "done"));
	ck_assert(text_has_word("undone = done", "done"));
	ck_assert(text_has_word("q->done", "done"));
	ck_assert(!text_has_word("undone", "done"));
	ck_assert(!text_has_word("done_by = done2", "done"));
	ck_assert(!text_has_word("", "done"));
	ck_assert(!text_has_word("done", ""));
}
END_TEST

START_TEST(control_and_bidi_characters_become_visible)
{
	static const struct {
		const char *text, *escaped;
	} rows[] = {
		{"plain", "plain"},
		{"", ""},
		{"a\nb\tc\r", "a\\nb\\tc\\r"},
		{"\033[31mred", "\\x1b[31mred"},
		{"\x7f", "\\x7f"},
		{"\xc2\x9b", "\\x9b"},
		{"h\xc3\xa9", "h\xc3\xa9"},
		{"\xe2\x80\xae", "\\u202e"},
		{"\xe2\x81\xa6", "\\u2066"},
		{"\xe2\x80\xa8", "\\u2028"},
		{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
		{"\xff", "\\xff"},
		{"\xc3", "\\xc3"},
		{"\xe2\x80", "\\xe2\\x80"},
		{"\xc0\xaf", "\\xc0\\xaf"},
		{"\xed\xa0\x80", "\\xed\\xa0\\x80"},
		{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char out[64];
		size_t length = strlen(rows[i].text);

		ck_assert_uint_eq(
			text_escape(out, sizeof(out), rows[i].text, length),
			length);
		ck_assert_str_eq(out, rows[i].escaped);
	}
}
END_TEST

START_TEST(escaping_stops_before_what_does_not_fit)
{
	char out[6];

	ck_assert_uint_eq(text_escape(out, sizeof(out), "ab\033c", 4), 2);
	ck_assert_str_eq(out, "ab");
	ck_assert_uint_eq(text_escape(out, 5, "\033c", 2), 1);
	ck_assert_str_eq(out, "\\x1b");
	ck_assert_uint_eq(text_escape(out, 1, "a", 1), 0);
	ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(no_byte_is_read_past_the_length)
{
	uint32_t c;

	ck_assert_uint_eq(text_decode("\xe2\x80\xae", 2, &c), 1);
	ck_assert_uint_eq(c, TEXT_BAD);
	ck_assert_uint_eq(text_decode("\xe2\x80\xae", 3, &c), 3);
	ck_assert_uint_eq(c, 0x202e);
}
END_TEST

START_TEST(every_character_decodes_to_itself)
{
	for (uint32_t c = 0x80; c <= 0x10ffff; c += c < 0x3000 ? 1 : 17) {
		unsigned char byte[4];
		size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		uint32_t again, rest = c;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		for (size_t i = n - 1; i; i--, rest >>= 6)
			byte[i] = 0x80 | (rest & 0x3f);
		byte[0] = (unsigned char)(0xf00 >> n | rest);
		ck_assert_uint_eq(text_decode((char *)byte, n, &again), n);
		ck_assert_uint_eq(again, c);
	}
}
END_TEST

START_TEST(long_text_is_quoted_short)
{
	static char text[100001];

	memset(text, '9', sizeof(text) - 1);
	ck_assert_str_eq(text_quote(text).text,
		"'9999999999999999999999999999999999999999...'"
		" (100000 bytes)");
	ck_assert_str_eq(text_quote("4x").text, "'4x'");
	ck_assert_str_eq(text_quote("").text, "''");
	memset(text, 1, sizeof(text) - 1);
	ck_assert_uint_lt(strlen(text_quote(text).text), 200);
}
END_TEST

START_TEST(width_counts_columns_and_escapes)
{
	setenv("LC_ALL", "C.UTF-8", 1);
	ck_assert_uint_eq(text_width("abc", 3), 3);
	ck_assert_uint_eq(text_width("\033", 1), 4);
	if (!term_is_utf8())
		return;
	ck_assert_uint_eq(text_width("\xc3\xa9", 2), 1);
	ck_assert_uint_eq(text_width("\xe6\x97\xa5", 3), 2);
	ck_assert_uint_eq(text_width("e\xcc\x81", 3), 1);
}
END_TEST

static const char *word_at(const void *from, size_t i)
{
	return ((const char *const *)from)[i];
}

START_TEST(the_nearest_word_is_suggested)
{
	static const char *const words[] = {
		"primes", "compare", "help", "man", "completion", NULL};
	static const struct {
		const char *typed, *meant;
	} rows[] = {
		{"prmies", "primes"},
		{"pri", "primes"},
		{"prime", "primes"},
		{"primess", "primes"},
		{"comapre", "compare"},
		{"com", "compare"},
		{"hlep", "help"},
		{"zzzzzz", NULL},
		{"x", NULL},
		{"", NULL},
		{"1234567890123456789012345678901234567890123", NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *found = suggest(rows[i].typed, word_at, words);

		ck_assert_pstr_eq(found, rows[i].meant);
	}
}
END_TEST

int main(void)
{
	return suite_run("text", 20,
		(const TTest *const[]){
			control_and_bidi_characters_become_visible,
			escaping_stops_before_what_does_not_fit,
			no_byte_is_read_past_the_length,
			every_character_decodes_to_itself,
			long_text_is_quoted_short,
			width_counts_columns_and_escapes,
			the_nearest_word_is_suggested,
			a_word_is_none_where_it_is_part_of_another,
			NULL,
		});
}
