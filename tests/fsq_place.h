/*
 * fsq_place - a root of queues for one test, and what each test asks of it
 *
 * In memory where that is possible, since most tests are not about the disk.
 */
#ifndef TESTS_FSQ_PLACE_H
#define TESTS_FSQ_PLACE_H

#include "lib/fsq_install.h"
#include "lib/fsq_item.h"
#include "lib/fsq_put.h"
#include "lib/fsq_sys.h"
#include "lib/fsq_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/suite.h"

struct place {
	char root[64];
	struct fsq_rules rules;
	struct fsq *fsq;
};

static inline void place_open(struct place *place)
{
	const struct fsq_install options = {0};

	strcpy(place->root, access("/dev/shm", W_OK) ? "/tmp/fsq-XXXXXX"
						     : "/dev/shm/fsq-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(place->root));
	place->rules = fsq_rules_default;
	place->rules.root = place->root;
	ck_assert_int_eq(fsq_install(&place->rules, "q", &options), 0);
	ck_assert_int_eq(fsq_open(&place->rules, "q", &place->fsq), 0);
}

static inline void place_close(struct place *place)
{
	fsq_close(place->fsq);
	ck_assert_int_eq(fsq_tree_remove(AT_FDCWD, place->root), 0);
}

/* Open it again, after the rules were changed. */
static inline void place_reopen(struct place *place)
{
	fsq_close(place->fsq);
	ck_assert_int_eq(fsq_open(&place->rules, "q", &place->fsq), 0);
}

static inline int count_at(int dir, const char *name)
{
	int n = 0, fd = openat(dir, name, O_RDONLY | O_DIRECTORY);
	DIR *entries = fdopendir(fd);
	const struct dirent *entry;

	ck_assert_ptr_nonnull(entries);
	while ((entry = readdir(entries)))
		n += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	closedir(entries);
	return n;
}

static inline int count_in(struct fsq *fsq, enum fsq_folder folder)
{
	return count_at(fsq_folder_fd(fsq, folder), ".");
}

/* How many wait, are done, have failed, are being written. */
static inline void expect_counts(
	struct fsq *fsq, int queue, int done, int fail, int tmp)
{
	ck_assert_int_eq(count_in(fsq, FSQ_QUEUE), queue);
	ck_assert_int_eq(count_in(fsq, FSQ_DONE), done);
	ck_assert_int_eq(count_in(fsq, FSQ_FAIL), fail);
	ck_assert_int_eq(count_in(fsq, FSQ_TMP), tmp);
}

/* An entry as someone else may have left it. */
static inline void plant(struct fsq *fsq, enum fsq_folder folder,
	const char *name, const char *text)
{
	int fd = openat(fsq_folder_fd(fsq, folder), name,
		O_WRONLY | O_CREAT | O_EXCL, 0640);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static inline bool is_in(
	struct fsq *fsq, enum fsq_folder folder, const char *name)
{
	struct stat st;

	return fsq_sys_stat(fsq_folder_fd(fsq, folder), name, &st) == 0;
}

/* Enqueue "text" with up to two arguments. */
static inline void enqueue(
	struct fsq *fsq, const char *a, const char *b, char id[FSQ_NAME_SIZE])
{
	const char *const args[] = {a, b};

	ck_assert_int_eq(fsq_enqueue(fsq, args, !!a + !!b, "text", 4, id), 0);
}

#endif
