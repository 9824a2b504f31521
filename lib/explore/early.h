/*
 * early - what a thread used before another had made it
 *
 * An execution that failed is held against its twin, one that ended well. In
 * the twin a read found what another thread had written; in the failure the
 * same read came while that write was still to come. A lock, or an atomic,
 * makes nobody wait for it: what is missing is an order.
 *
 * That the order is missing, rather than something else, is for the caller to
 * find out: no execution that ends well has the read so early.
 *
 * Threads:  any, each with its own.
 * Blocking: never.
 * Memory:   early_learn allocates, early_fini frees; zeroed memory is an
 *           early_twin that knows nothing.
 */
#ifndef LIB_EXPLORE_EARLY_H
#define LIB_EXPLORE_EARLY_H

#include "lib/explore/wire.h"

enum {
	EARLY_MOST = 4, /* writers that a read had to wait for */
};

struct early_writer {
	uint16_t thread;
	uint64_t pc; /* of its write, in the twin */
	uint64_t join; /* where the reader waits for its end, too late; or 0 */
};

struct early {
	uint32_t step; /* index + 1 of the read in the failure; 0: none */
	uint16_t reader;
	uint64_t pc, object; /* of the read */
	unsigned nwriters;
	struct early_writer writers[EARLY_MOST];
	uint64_t sign, sign_pc; /* what told the reader to go on; or 0 */
	uint64_t seen_pc; /* it did, if what the reader does there is a test */
	bool is_post; /* of a semaphore; else it is a variable */
};

/* Who ended without what it does in the twin. */
struct early_left {
	uint16_t thread; /* WIRE_NOBODY: nobody did */
	uint64_t seen_pc; /* the last that it read of another */
	uint64_t write_pc, object; /* what it writes in the twin */
};

struct early_twin {
	struct event *events;
	uint32_t nevents;
};

void early_fini(struct early_twin *twin);

/* An execution that ended well; only the first counts. 0 or -ENOMEM. */
int early_learn(struct early_twin *twin, const struct wire *wire);

/* What the thread that failed had read too early; false: nothing. */
bool early_find(const struct early_twin *twin, const struct wire *wire,
	const struct finding *failure, struct early *early);

/*
 * The one writer had written something else, which the reader had seen, or had
 * posted what the reader took: that may have told it to go on. False when it
 * had not. The failure is shown.
 */
bool early_find_sign(const struct wire *wire, struct early *early);

/*
 * What the thread that failed reads in the twin, and another left undone,
 * though not for want of what a third one left undone.
 */
bool early_find_left(const struct early_twin *twin, const struct wire *wire,
	const struct finding *failure, struct early_left *left);

/* Take the first read of the same instead, since the writers were started. */
void early_to_first(const struct wire *wire, struct early *early);

/* Whether in an execution the reader never comes to that read so early. */
bool early_is_kept(const struct wire *wire, const struct early *early);

/* Whether the writer, or all of those, had written when event `end` came. */
bool early_has_written(
	const struct wire *wire, const struct early *early, uint32_t end);

#endif
