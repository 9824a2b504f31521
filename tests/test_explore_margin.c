/* Room behind variables, and object files that are none. */
#include "tests/suite.h"

#include "lib/explore/margin.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/test_explore_margin.XXXXXX";
static char source[64], object[64], program[64];
static struct wire_margin margins[WIRE_MAX_MARGINS];

static void begin(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(source, sizeof(source), "%s/a.c", folder);
	snprintf(object, sizeof(object), "%s/a.o", folder);
	snprintf(program, sizeof(program), "%s/a", folder);
}

static void end(void)
{
	unlink(source);
	unlink(object);
	unlink(program);
	rmdir(folder);
	strcpy(strrchr(folder, '.'), ".XXXXXX");
}

static void compile(const char *text)
{
	FILE *out = fopen(source, "we");
	char command[400];

	ck_assert_ptr_nonnull(out);
	fputs(text, out);
	ck_assert_int_eq(fclose(out), 0);
	snprintf(command, sizeof(command),
		"cc -fno-pie -fdata-sections -c -o %s %s", object, source);
	ck_assert_int_eq(system(command), 0);
}

static void link_it(void)
{
	char command[400];

	snprintf(command, sizeof(command), "cc -no-pie -o %s %s", program,
		object);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(each_variable_has_room_behind_it)
{
	unsigned n;

	begin();
	compile("int a[3]; static char b[5] = \"abcd\"; double c = 1;\n"
		"static _Thread_local int d = 1; const int e = 1;\n"
		"int *f = a;\n"
		"int main(void) { return b[4] + (c != 1) + (d != 1) + "
		"(e != 1) + (f != a) + a[0]; }\n");
	ck_assert_int_eq(margin_widen(object), 0);
	link_it();
	n = margin_find(object, program, margins, WIRE_MAX_MARGINS);
	ck_assert_uint_eq(n, 4); /* a, b, c, f */
	for (unsigned i = 0; i < n; i++) {
		ck_assert_uint_gt(margins[i].end, margins[i].from);
		ck_assert_uint_ge(margins[i].to, margins[i].end + MARGIN_SIZE);
	}
	ck_assert_int_eq(system(program), 0);
	ck_assert_uint_eq(margin_find(object, program, margins, 2), 2);
	end();
}
END_TEST

START_TEST(up_to_the_next_variable_all_is_room)
{
	const struct wire_margin *first = &margins[0], *second = &margins[1];

	begin();
	compile("static char a[5]; static _Alignas(64) int b[8];\n"
		"int main(void) { return a[4] + b[0]; }\n");
	ck_assert_int_eq(margin_widen(object), 0);
	link_it();
	ck_assert_uint_eq(
		margin_find(object, program, margins, WIRE_MAX_MARGINS), 2);
	if (first->from > second->from) {
		first = &margins[1];
		second = &margins[0];
	}
	ck_assert_uint_ge(first->to, first->end + MARGIN_SIZE);
	ck_assert_uint_eq(first->to, second->from);
	ck_assert_uint_eq(second->to, second->end + MARGIN_SIZE);
	end();
}
END_TEST

START_TEST(what_was_not_widened_has_none)
{
	begin();
	compile("int a[3], b; int main(void) { return a[0] + b; }\n");
	link_it();
	ck_assert_uint_eq(
		margin_find(object, program, margins, WIRE_MAX_MARGINS), 0);
	end();
}
END_TEST

static unsigned char *read_object(size_t *size)
{
	unsigned char *bytes = malloc(1 << 20);
	FILE *in = fopen(object, "re");

	ck_assert_ptr_nonnull(bytes);
	ck_assert_ptr_nonnull(in);
	*size = fread(bytes, 1, 1 << 20, in);
	fclose(in);
	return bytes;
}

static void write_object(const unsigned char *bytes, size_t size)
{
	FILE *out = fopen(object, "we");

	ck_assert_ptr_nonnull(out);
	ck_assert_uint_eq(fwrite(bytes, 1, size, out), size);
	ck_assert_int_eq(fclose(out), 0);
}

/* Whatever is in it, nothing outside of it is looked at. */
START_TEST(every_byte_wrong)
{
	unsigned char *bytes;
	size_t size;

	begin();
	compile("int a = 1; static int b; int main(void) { return a + b; }\n");
	link_it();
	bytes = read_object(&size);
	for (size_t i = 0; i < size; i += i < 64 ? 1 : 3) {
		unsigned char old = bytes[i];

		bytes[i] = (unsigned char)(old + "\x01\x80\xff"[i % 3]);
		write_object(bytes, size);
		ck_assert_int_le(margin_widen(object), 0);
		margin_find(object, program, margins, WIRE_MAX_MARGINS);
		bytes[i] = old;
	}
	for (size_t n = 0; n < size; n += 5) {
		write_object(bytes, n);
		ck_assert_int_eq(margin_widen(object), 0);
		ck_assert_uint_eq(margin_find(program, object, margins, 4), 0);
	}
	free(bytes);
	end();
}
END_TEST

START_TEST(what_is_not_there)
{
	ck_assert_int_lt(margin_widen("nosuch"), 0);
	ck_assert_int_eq(margin_widen("/dev/null"), 0);
	ck_assert_uint_eq(margin_find("nosuch", "nosuch", margins, 1), 0);
}
END_TEST

int main(void)
{
	return suite_run("explore_margin", 60,
		(const TTest *const[]){
			each_variable_has_room_behind_it,
			up_to_the_next_variable_all_is_room,
			what_was_not_widened_has_none,
			every_byte_wrong,
			what_is_not_there,
			NULL,
		});
}
