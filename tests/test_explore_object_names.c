/* Names in object files, and in files that are none. */
#include "tests/suite.h"

#include "lib/explore/object_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/test_explore_object_names.XXXXXX";
static char *text;

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void write_source(const char *name, const char *source)
{
	FILE *out = fopen(path_of(name), "we");

	ck_assert_ptr_nonnull(out);
	fputs(source, out);
	ck_assert_int_eq(fclose(out), 0);
}

static void begin(void)
{
	char command[256];

	ck_assert_ptr_nonnull(mkdtemp(folder));
	write_source("a.c", "extern int there(void);\n"
			    "extern int perhaps(void) __attribute__((weak));\n"
			    "static int hidden;\n"
			    "int shared = 1;\n"
			    "int main(void) { return perhaps ? perhaps() : "
			    "there() + hidden; }\n");
	write_source("b.c", "int there(void) { return 0; }\n");
	snprintf(command, sizeof(command),
		"cd %s && cc -fno-pie -c a.c b.c && ar rc all.a a.o b.o",
		folder);
	ck_assert_int_eq(system(command), 0);
}

static void end(void)
{
	static const char *const names[] = {
		"a.c", "b.c", "a.o", "b.o", "all.a", "cut.o"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path_of(names[i]));
	rmdir(folder);
	strcpy(strrchr(folder, '.'), ".XXXXXX");
}

static int read_names(const char *name)
{
	const char *path = path_of(name);

	text = NULL;
	return object_names(&path, 1, &text);
}

START_TEST(an_object_defines_and_asks)
{
	begin();
	ck_assert_int_eq(read_names("a.o"), 0);
	ck_assert_str_eq(
		text, "hidden D\nmain D\nperhaps w\nshared D\nthere U\n");
	free(text);
	end();
}
END_TEST

START_TEST(an_archive_is_all_of_its_objects)
{
	begin();
	ck_assert_int_eq(read_names("all.a"), 0);
	ck_assert_str_eq(text, "hidden D\nmain D\nperhaps w\nshared D\n"
			       "there U\nthere D\n");
	free(text);
	end();
}
END_TEST

START_TEST(what_is_no_object_is_refused)
{
	begin();
	ck_assert_int_eq(read_names("a.c"), -ENOEXEC);
	ck_assert_int_eq(read_names("missing.o"), -ENOENT);
	ck_assert_ptr_null(text);
	end();
}
END_TEST

/* Wherever it ends: it has names or has none, and is read no further. */
START_TEST(an_object_that_is_cut_off_does_no_harm)
{
	char data[16384];
	size_t size;
	FILE *in;

	begin();
	in = fopen(path_of("a.o"), "re");
	ck_assert_ptr_nonnull(in);
	size = fread(data, 1, sizeof(data), in);
	fclose(in);
	for (size_t n = 0; n < size; n += 7) {
		FILE *out = fopen(path_of("cut.o"), "we");

		ck_assert_ptr_nonnull(out);
		ck_assert_uint_eq(fwrite(data, 1, n, out), n);
		ck_assert_int_eq(fclose(out), 0);
		if (read_names("cut.o") == 0)
			free(text);
	}
	end();
}
END_TEST

int main(void)
{
	return suite_run("explore_object_names", 60,
		(const TTest *const[]){
			an_object_defines_and_asks,
			an_archive_is_all_of_its_objects,
			what_is_no_object_is_refused,
			an_object_that_is_cut_off_does_no_harm,
			NULL,
		});
}
