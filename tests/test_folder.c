/* Folders that are made and removed with all that is in them. */
#include "lib/folder.h"

#include "lib/must.h"
#include "tests/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/folder.XXXXXX";

static void enter_root(void)
{
	strcpy(root + strlen(root) - 6, "XXXXXX");
	must(mkdtemp(root));
	must_zero(chdir(root));
}

static void make_file(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	must(fd >= 0);
	must_zero(close(fd));
}

START_TEST(those_that_it_is_in_are_made)
{
	enter_root();
	ck_assert_int_eq(folder_make("a/b/c", 0700), 0);
	ck_assert_int_eq(access("a/b/c", F_OK), 0);
	ck_assert_int_eq(folder_make("a/b/c", 0700), 0);
	make_file("a/file");
	ck_assert_int_eq(folder_make("a/file/d", 0700), -ENOTDIR);
	folder_remove(root);
}
END_TEST

START_TEST(a_path_that_is_too_long_is_refused)
{
	static char path[2 * PATH_MAX];

	memset(path, 'a', sizeof(path) - 1);
	ck_assert_int_eq(folder_make(path, 0700), -ENAMETOOLONG);
}
END_TEST

START_TEST(all_that_is_in_it_goes_and_nothing_else)
{
	enter_root();
	must_zero(folder_make("kept", 0700));
	make_file("kept/file");
	must_zero(folder_make("gone/deep", 0700));
	make_file("gone/deep/file");
	must_zero(symlink("../kept", "gone/link"));
	folder_remove("gone");
	folder_remove("gone");
	ck_assert_int_ne(access("gone", F_OK), 0);
	ck_assert_int_eq(access("kept/file", F_OK), 0);
	folder_remove(root);
	ck_assert_int_ne(access(root, F_OK), 0);
}
END_TEST

int main(void)
{
	return suite_run("folder", 20,
		(const TTest *const[]){
			those_that_it_is_in_are_made,
			a_path_that_is_too_long_is_refused,
			all_that_is_in_it_goes_and_nothing_else,
			NULL,
		});
}
