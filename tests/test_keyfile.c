/*
 * A settings file that is changed one line at a time: what is not that line
 * stays as it is.
 */
#include "cmd/config.h"
#include "cmd/keyfile.h"
#include "cmd/msg.h"
#include "tests/suite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct keyfile file;

static void parse(const char *text)
{
	ck_assert_int_eq(keyfile_parse(&file, "f", text, strlen(text)), 0);
}

static void expect_text(const char *text)
{
	ck_assert_uint_eq(file.length, strlen(text));
	ck_assert_str_eq(file.text, text);
}

START_TEST(values)
{
	parse("# c\n a = 1 \nb=2 = 3\n\na = 4");
	ck_assert_str_eq(keyfile_get(&file, "a"), "4");
	ck_assert_str_eq(keyfile_get(&file, "b"), "2 = 3");
	ck_assert_ptr_null(keyfile_get(&file, "c"));
	keyfile_free(&file);
}
END_TEST

START_TEST(only_the_line_is_changed)
{
	parse("#x\n\n b =  7 \n09-other.course   = 3\nz = \n");
	ck_assert_int_eq(keyfile_set(&file, "b", "8"), 0);
	expect_text("#x\n\n b = 8\n09-other.course   = 3\nz = \n");
	ck_assert_str_eq(keyfile_get(&file, "b"), "8");
	ck_assert_str_eq(keyfile_get(&file, "z"), "");
	keyfile_free(&file);
}
END_TEST

START_TEST(the_last_of_two_is_changed)
{
	parse("a = 1\na = 2");
	ck_assert_int_eq(keyfile_set(&file, "a", "3"), 0);
	expect_text("a = 1\na = 3\n");
	ck_assert_str_eq(keyfile_get(&file, "a"), "3");
	keyfile_free(&file);
}
END_TEST

START_TEST(a_new_line_comes_last)
{
	ck_assert_int_eq(keyfile_set(&file, "a", "1"), 0);
	expect_text("a = 1\n");
	keyfile_free(&file);
	parse("b = 2");
	ck_assert_int_eq(keyfile_set(&file, "a", "1"), 0);
	expect_text("b = 2\na = 1\n");
	keyfile_free(&file);
}
END_TEST

START_TEST(long_and_many_lines_are_kept)
{
	char text[CONFIG_MOST / 2];
	size_t n = 0;

	while (n < sizeof(text) - 5000)
		n += (size_t)sprintf(text + n, "k%zu = 1\n", n);
	n += (size_t)sprintf(text + n, "long = ");
	memset(text + n, 'x', 4000);
	strcpy(text + n + 4000, "\n");
	parse(text);
	ck_assert_int_eq(keyfile_set(&file, "k0", "2"), 0);
	text[5] = '2';
	expect_text(text);
	keyfile_free(&file);
}
END_TEST

START_TEST(what_could_not_be_read_again_is_not_set)
{
	char *value = malloc(CONFIG_MOST);

	memset(value, 'x', CONFIG_MOST - 1);
	value[CONFIG_MOST - 1] = '\0';
	parse("a = 1\n");
	ck_assert_int_eq(keyfile_set(&file, "a", value), -EFBIG);
	expect_text("a = 1\n");
	value[CONFIG_MOST - 6] = '\0';
	ck_assert_int_eq(keyfile_set(&file, "a", value), 0);
	free(value);
	keyfile_free(&file);
}
END_TEST

START_TEST(what_is_no_setting_is_refused)
{
	static const char nul[] = "a = 1\0b\n";

	msg_set_fd(-1);
	ck_assert_int_eq(keyfile_parse(&file, "f", "rubbish", 7), 2);
	ck_assert_int_eq(keyfile_parse(&file, "f", "= 1", 3), 2);
	ck_assert_int_eq(keyfile_parse(&file, "f", nul, sizeof(nul) - 1), 2);
	ck_assert_uint_eq(file.n, 0);
	ck_assert_ptr_null(file.text);
	keyfile_free(&file);
}
END_TEST

START_TEST(written_and_read_again)
{
	char path[] = "/tmp/conc-keyfile.XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	parse("#\na = 1\nb = 2");
	ck_assert_int_eq(keyfile_set(&file, "a", "3"), 0);
	ck_assert_int_eq(keyfile_write(&file, path), 0);
	keyfile_free(&file);
	ck_assert_int_eq(keyfile_read(&file, path), 0);
	expect_text("#\na = 3\nb = 2");
	unlink(path);
	keyfile_free(&file);
	ck_assert_int_eq(keyfile_read(&file, path), 0);
	ck_assert_uint_eq(file.length, 0);
	ck_assert_int_lt(keyfile_write(&file, "/nowhere/at/all"), 0);
	keyfile_free(&file);
}
END_TEST

int main(void)
{
	return suite_run("keyfile", 20,
		(const TTest *const[]){
			values,
			only_the_line_is_changed,
			the_last_of_two_is_changed,
			a_new_line_comes_last,
			long_and_many_lines_are_kept,
			what_could_not_be_read_again_is_not_set,
			what_is_no_setting_is_refused,
			written_and_read_again,
			NULL,
		});
}
