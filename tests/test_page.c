#include "cmd/page.h"

#include "tests/suite.h"

#include <stdio.h>
#include <string.h>

/* What page_wrap_within makes of the text, from the first column on. */
static const char *wrapped(unsigned width, const char *text)
{
	static char lines[500];
	FILE *out = tmpfile();
	size_t n;

	ck_assert(out);
	page_wrap_within(out, width, text, 0, 2);
	rewind(out);
	n = fread(lines, 1, sizeof(lines) - 1, out);
	lines[n] = '\0';
	fclose(out);
	return lines;
}

START_TEST(lines_end_before_the_width)
{
	ck_assert_str_eq(wrapped(10, "one two three"), "one two\n  three\n");
	ck_assert_str_eq(wrapped(10, "one two\nthree"), "one two\n  three\n");
	ck_assert_str_eq(wrapped(8, "one two three"), "one two\n  three\n");
	ck_assert_str_eq(wrapped(7, "one two three"), "one\n  two\n  three\n");
	ck_assert_str_eq(wrapped(4, "overlong"), "overlong\n");
}
END_TEST

START_TEST(a_number_and_its_unit_stay_together)
{
	ck_assert_str_eq(wrapped(14, "steps, 0.68 s"), "steps, 0.68 s\n");
	ck_assert_str_eq(wrapped(13, "steps, 0.68 s"), "steps,\n  0.68 s\n");
	ck_assert_str_eq(wrapped(13, "steps, 0.68\ns"), "steps,\n  0.68 s\n");
	ck_assert_str_eq(wrapped(13, "steps, 0.68 s."), "steps,\n  0.68 s.\n");
	ck_assert_str_eq(
		wrapped(15, "memory (12 MiB)"), "memory\n  (12 MiB)\n");
	ck_assert_str_eq(
		wrapped(10, "about 5 \u00b5s"), "about\n  5 \u00b5s\n");
	ck_assert_str_eq(wrapped(3, "0.68 s 1 s"), "0.68 s\n  1 s\n");
}
END_TEST

START_TEST(a_number_and_another_word_do_not)
{
	ck_assert_str_eq(wrapped(9, "step 5 is"), "step 5\n  is\n");
	ck_assert_str_eq(wrapped(9, "step 5, s"), "step 5,\n  s\n");
	ck_assert_str_eq(wrapped(9, "all in. s"), "all in.\n  s\n");
	ck_assert_str_eq(wrapped(6, "- 4 5"), "- 4 5\n");
}
END_TEST

int main(void)
{
	return suite_run("page", 20,
		(const TTest *const[]){
			lines_end_before_the_width,
			a_number_and_its_unit_stay_together,
			a_number_and_another_word_do_not,
			NULL,
		});
}
