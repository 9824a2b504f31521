/*
 * future_impl - how those who wait hang on to a future
 *
 * A future keeps a ring of links, of which it knows the last. Rings are
 * guarded by a lock that is chosen by the address of the future from a small
 * table, as futex and WebKit's ParkingLot do it: 48 bytes less per future.
 * Who sets the state of a future takes that lock only if the state says that
 * somebody listens, so that a future on which nobody waits needs none.
 *
 * Lock order: a future's lock, then that of a struct future_wait. Never two
 * futures' locks: they may be the same.
 *
 * Threads:  any.
 * Blocking: for the locks; future_spin for some microseconds.
 * Memory:   the links' owners'.
 */
#ifndef LIB_FUTURE_IMPL_H
#define LIB_FUTURE_IMPL_H

#include "lib/future.h"

/* Returns false, and has done nothing, when the future is over. */
bool future_attach(struct future *future, struct future_link *link);

/*
 * True: it was there, and will not fire. False: it has been taken out to
 * fire; if it `wakes`, it has fired and is not touched any more.
 */
bool future_detach(struct future *future, struct future_link *link);

/* Look again for a while. Returns whether it is over. */
bool future_spin(const struct future *future);

/* Copy each future once, to where n have room. Returns how many. */
size_t future_distinct(
	struct future **to, struct future *const from[], size_t n);

bool future_wait_has_enough(struct future_wait *wait);

/* Let the caller do itself what it would wait for, as far as kinds allow. */
void future_wait_help(const struct future_wait *wait);

/* Sleep until `enough`. Returns 0; -ETIMEDOUT; what a kind refused with. */
int future_wait_sleep(struct future_wait *wait);

#endif
