#include "cmd/savefile.h"
#include "tests/suite.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/conc-savefile.XXXXXX";

static void enter_folder(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static int nfiles(void)
{
	DIR *dir = opendir(".");
	int n = -2; /* . and .. */

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void leave_folder(void)
{
	unlink("file");
	unlink("link");
	ck_assert_int_eq(nfiles(), 0);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(folder), 0);
}

static void expect_content(const char *path, const char *content)
{
	char found[100] = "";
	FILE *in = fopen(path, "r");

	ck_assert_ptr_nonnull(in);
	if (!fgets(found, sizeof(found), in))
		*found = '\0';
	fclose(in);
	ck_assert_str_eq(found, content);
}

static void save(const char *path, const char *content)
{
	struct savefile file;

	ck_assert_int_eq(savefile_try(path), 0);
	ck_assert_int_eq(savefile_open(&file, path), 0);
	fputs(content, file.out);
	ck_assert_int_eq(savefile_close(&file), 0);
	expect_content(path, content);
}

START_TEST(a_file_appears_whole)
{
	struct savefile file;

	enter_folder();
	ck_assert_int_eq(savefile_open(&file, "file"), 0);
	fputs("new", file.out);
	fflush(file.out);
	ck_assert_int_lt(access("file", F_OK), 0);
	ck_assert_int_eq(savefile_close(&file), 0);
	expect_content("file", "new");
	ck_assert_int_eq(nfiles(), 1);
	leave_folder();
}
END_TEST

START_TEST(an_old_file_keeps_its_mode_and_its_link)
{
	struct stat st;

	enter_folder();
	umask(027);
	save("file", "old");
	ck_assert_int_eq(stat("file", &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0640);
	ck_assert_int_eq(chmod("file", 0604), 0);
	ck_assert_int_eq(symlink("file", "link"), 0);
	save("link", "new");
	expect_content("file", "new");
	ck_assert_int_eq(lstat("link", &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_int_eq(stat("file", &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0604);
	leave_folder();
}
END_TEST

/* Closed under its feet, so that the last write fails. */
START_TEST(a_failed_write_leaves_the_old_file)
{
	struct savefile file;

	enter_folder();
	save("file", "old");
	ck_assert_int_eq(savefile_open(&file, "file"), 0);
	fputs("half", file.out);
	close(fileno(file.out));
	ck_assert_int_eq(savefile_close(&file), -EBADF);
	expect_content("file", "old");
	ck_assert_int_eq(nfiles(), 1);
	leave_folder();
}
END_TEST

START_TEST(a_device_is_written_to_not_replaced)
{
	struct savefile file;
	struct stat st;

	ck_assert_int_eq(savefile_open(&file, "/dev/null"), 0);
	fputs("x", file.out);
	ck_assert_int_eq(savefile_close(&file), 0);
	ck_assert_int_eq(stat("/dev/null", &st), 0);
	ck_assert(S_ISCHR(st.st_mode));
}
END_TEST

/* Also when it is not the last write that fails. */
START_TEST(the_reason_of_a_failed_write_is_kept)
{
	struct savefile file;

	for (int size = 1; size < 100000; size = 2 * size + 1) {
		ck_assert_int_eq(savefile_open(&file, "/dev/full"), 0);
		for (int i = 0; i < size; i++)
			fputc('x', file.out);
		ck_assert_int_eq(savefile_close(&file), -ENOSPC);
	}
}
END_TEST

static void expect_refusal(const char *path, int error)
{
	struct savefile file;
	int status = savefile_open(&file, path);

	ck_assert_int_eq(savefile_try(path), error);
	ck_assert_int_eq(status, error);
}

START_TEST(what_cannot_be_is_known_beforehand)
{
	static char long_name[2 * PATH_MAX];

	enter_folder();
	memset(long_name, 'x', sizeof(long_name) - 1);
	expect_refusal("", -ENOENT);
	expect_refusal("no/such/folder", -ENOENT);
	expect_refusal("/dev/null/file", -ENOTDIR);
	expect_refusal(".", -EISDIR);
	expect_refusal(long_name, -ENAMETOOLONG);
	leave_folder();
}
END_TEST

int main(void)
{
	return suite_run("savefile", 20,
		(const TTest *const[]){
			a_file_appears_whole,
			an_old_file_keeps_its_mode_and_its_link,
			a_failed_write_leaves_the_old_file,
			a_device_is_written_to_not_replaced,
			the_reason_of_a_failed_write_is_kept,
			what_cannot_be_is_known_beforehand,
			NULL,
		});
}
