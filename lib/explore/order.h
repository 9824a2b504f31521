/*
 * order - which events of a traced execution had to come before which
 *
 * What orders two events of different threads: a thread's creation and its
 * join, a signal and the wake-up, a post and the wait that it lets through, a
 * barrier, and where the caller wants that, an atomic write and the reads
 * after it. Locks do not: who came first might as well have come second.
 *
 * Threads:  any, each with its own.
 * Blocking: never.
 * Memory:   order_open allocates, order_close frees.
 */
#ifndef LIB_EXPLORE_ORDER_H
#define LIB_EXPLORE_ORDER_H

#include "lib/explore/wire.h"

struct order;

/* Returns 0, -ENOMEM, or -E2BIG: too many events or threads for this. */
int order_open(const struct wire *wire, bool by_atomics, struct order **result);
void order_close(struct order *order);

/* Events by their index, of which a came earlier. */
bool order_before(const struct order *order, uint32_t a, uint32_t b);

#endif
