/*
 * async_file - tests of files, each in a folder of its own, whose descriptors
 * are counted before and after
 */
#ifndef TESTS_ASYNC_FILE_H
#define TESTS_ASYNC_FILE_H

#include <dirent.h>
#include <unistd.h>

#include "lib/async_file.h"
#include "tests/green.h"

static char folder[] = "/tmp/conc-async-file.XXXXXX";
static struct async_file file;

static inline unsigned count_descriptors(void)
{
	DIR *all = opendir("/proc/self/fd");
	unsigned n = 0;

	must(all);
	while (readdir(all))
		n++;
	closedir(all);
	return n;
}

static future_fn tested;

/* A loop's own descriptors may outlive it, for a poster: so within one. */
BODY(run_tested)
{
	unsigned before = count_descriptors();
	int status = tested(arg, value, failure);

	must(count_descriptors() == before);
	return status;
}

/* Each test in a folder of its own. */
static inline void run_in_folder(future_fn fn)
{
	must(mkdtemp(folder));
	must_zero(chdir(folder));
	tested = fn;
	ck_assert_int_eq(green_run(run_tested, NULL), 0);
	(void)!system("rm -rf \"$PWD\"");
}

static inline void write_file(const char *path, const void *bytes, size_t size)
{
	must_zero(async_file_open(&file, path, "w", NULL));
	must(async_file_write(&file, bytes, size) == (ssize_t)size);
	must_zero(async_file_close(&file));
}

/* By somebody else. */
static inline void write_apart(const char *path, const char *text)
{
	FILE *stream = fopen(path, "w");

	must(stream && fputs(text, stream) >= 0);
	must_zero(fclose(stream));
}

#endif
