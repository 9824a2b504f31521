/* What is told of a queue without touching it. */
#include "lib/fsq_numbers.h"

#include "lib/fsq_holders.h"
#include "tests/fsq_place.h"

/* Who runs what is seen without taking a lock. */
START_TEST(what_runs_is_seen)
{
	struct place place;
	struct fsq_numbers numbers;
	struct fsq_holders holders;
	struct fsq_item item;
	struct stat st;
	char id[FSQ_NAME_SIZE];

	place_open(&place);
	enqueue(place.fsq, NULL, NULL, NULL);
	enqueue(place.fsq, NULL, NULL, id);
	plant(place.fsq, FSQ_QUEUE, "junk", "");
	plant(place.fsq, FSQ_FAIL, "a", "");
	plant(place.fsq, FSQ_DONE, "a", "");
	plant(place.fsq, FSQ_DONE, "b", "");
	ck_assert_int_eq(fsq_claim(place.fsq, id, &item), 0);
	ck_assert_int_eq(fstat(item.fd, &st), 0);
	ck_assert_int_eq(fsq_numbers_read(place.fsq, &numbers), 0);
	ck_assert_uint_eq(numbers.ndone, 2);
	ck_assert_uint_eq(numbers.nfailed, 1);
	ck_assert_uint_eq(numbers.nwriting, 0);
	ck_assert_uint_eq(numbers.nmalformed, 1);
	ck_assert_int_ge(numbers.oldest, item.name.enqueued - 1);
	ck_assert_int_le(numbers.oldest, item.name.enqueued);
	ck_assert(!numbers.down);
	ck_assert_uint_eq(numbers.nwaiting, numbers.sees_locks ? 2 : 3);
	ck_assert_uint_eq(numbers.nrunning, numbers.sees_locks);
	if (!fsq_holders_read(&holders)) {
		ck_assert_int_eq(fsq_holder_of(place.fsq, &holders, st.st_ino),
			getpid());
		ck_assert_int_eq(
			fsq_holder_of(place.fsq, &holders, st.st_ino + 1), 0);
		fsq_holders_fini(&holders);
	}
	fsq_finish(&item, FSQ_END_RELEASE, NULL);
	place_close(&place);
}
END_TEST

int main(void)
{
	return suite_run("fsq_numbers", 20,
		(const TTest *const[]){
			what_runs_is_seen,
			NULL,
		});
}
