/*
 * The defect: a number that several threads change, and nothing that keeps
 * them apart. This is a data race, which C gives no meaning, and it is here on
 * purpose: `conc race` counts what it costs. The tests expect the thread
 * sanitizer to report this file, and no other.
 */
#include "cmd/race.h"

/* tag::lost-update[] */
void race_add_unsynchronised(struct race_counter *counter, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		uint64_t seen = counter->plain;

		/* Or the compiler would add n in one go, */
		__asm__ __volatile__("" ::: "memory");
		counter->plain = seen + 1;
		/* or remember what it wrote instead of reading it again. */
		__asm__ __volatile__("" ::: "memory");
	}
}
/* end::lost-update[] */
