/*
 * fsq_census - where each item is, by the number that is its only argument
 */
#ifndef TESTS_FSQ_CENSUS_H
#define TESTS_FSQ_CENSUS_H

#include "lib/fsq_snapshot.h"
#include "tests/fsq_place.h"

enum {
	CENSUS_MAX = 10000
};

struct census {
	int nitems;
	off_t size; /* of each item: none is torn */
	unsigned char n[FSQ_NFOLDERS][CENSUS_MAX]; /* not of tmp/ */
};

static inline int census_number(struct fsq *fsq, const char *id)
{
	struct fsq_name name;

	ck_assert_int_eq(fsq_name_decode(&fsq_rules_of(fsq)->grammar, id,
				 strlen(id), &name),
		0);
	ck_assert_uint_eq(fsq_name_nargs(&name), 1);
	return atoi(fsq_name_arg(&name, 0));
}

static inline void census_of_folder(
	struct census *census, struct fsq *fsq, enum fsq_folder folder)
{
	struct fsq_snapshot snapshot = {0};
	struct fsq_entry entry;
	struct stat st;

	ck_assert_int_eq(fsq_snapshot_take(&snapshot, &fsq, 1, folder, 0), 0);
	while (fsq_snapshot_next(&snapshot, &entry)) {
		int number = census_number(fsq, entry.id);

		ck_assert_int_lt(number, census->nitems);
		census->n[folder][number]++;
		ck_assert_int_eq(
			fsq_sys_stat(fsq_folder_fd(fsq, folder), entry.id, &st),
			0);
		ck_assert_int_eq(st.st_size, census->size);
	}
	fsq_snapshot_fini(&snapshot);
}

/* Of a queue in which nobody is at work. */
static inline void census_take(
	struct census *census, struct fsq *fsq, int nitems, off_t size)
{
	*census = (struct census){.nitems = nitems, .size = size};
	census_of_folder(census, fsq, FSQ_QUEUE);
	census_of_folder(census, fsq, FSQ_DONE);
	census_of_folder(census, fsq, FSQ_FAIL);
}

static inline int census_count(const struct census *census, int number)
{
	return census->n[FSQ_QUEUE][number] + census->n[FSQ_DONE][number] +
	       census->n[FSQ_FAIL][number];
}

#endif
