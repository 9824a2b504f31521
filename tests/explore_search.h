/*
 * explore_search - what the tests of searches share: one that has settled
 */
#ifndef TESTS_EXPLORE_SEARCH_H
#define TESTS_EXPLORE_SEARCH_H

#include "lib/explore/session.h"

#include "tests/suite.h"

enum {
	SEARCH_TRIES = 50, /* for the set of racy accesses to settle */
};

/* Each time that an access became a step, from the beginning. */
static inline void search_with(
	struct session *session, const struct wire_config *config)
{
	struct wire *wire = session_wire(session);
	int wait_status, tries = 0;

	do {
		session_reset(session);
		wire->noutcomes = 0;
		wire->outcome_text_size = 0;
		wire->config = *config;
		ck_assert_int_eq(
			session_run(session, &wait_status), SESSION_ENDED);
	} while (wire->progress.end == END_NEW_RACE && ++tries < SEARCH_TRIES);
}

#endif
