/*
 * mpmc - a ring of words for any number of threads on either side
 *
 * Each slot has a turn, a number that says which push or pop may use it next.
 * A thread looks for a slot whose turn has come, claims it by moving the index
 * of its side, copies, and then gives the slot its next turn. So only the
 * index is fought over, and the two sides hardly meet (Dmitry Vyukov's bounded
 * queue).
 *
 * It is not free of waiting for others: a thread that is interrupted between
 * claiming a slot and giving it its turn makes the ring look empty, or full, to
 * those who come to that slot next, though there may be more behind it.
 *
 * An item is one word; pass pointers for what is larger.
 *
 * Threads:  any, but for _init and _fini. What was written before an item was
 *           pushed is seen by who pops it.
 * Blocking: never. For a queue that makes its users wait see lib/bq.h.
 * Memory:   the slots, from mpmc_init to mpmc_fini.
 */
#ifndef LIB_MPMC_H
#define LIB_MPMC_H

#include <errno.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MPMC_CACHE_LINE = 64
};

/*
 * Turn n: the n-th push may fill it. Turn n + 1: the n-th pop may empty it,
 * after which it is the turn of push n + capacity.
 */
struct mpmc_slot {
	_Atomic size_t turn;
	uint64_t item;
};

struct mpmc {
	struct mpmc_slot *slots;
	size_t mask;
	alignas(MPMC_CACHE_LINE) _Atomic size_t npushed; /* or claimed */
	alignas(MPMC_CACHE_LINE) _Atomic size_t npopped; /* or claimed */
};

/* Returns 0; -EINVAL: capacity is no power of 2, or 1; -ENOMEM. */
int mpmc_init(struct mpmc *mpmc, size_t capacity);
void mpmc_fini(struct mpmc *mpmc);

/*
 * The slot for the next push (shift 0) or pop (1), claimed, or NULL if its
 * turn has not come; *number is the number of the push or pop.
 */
static inline struct mpmc_slot *mpmc_claim(const struct mpmc *mpmc,
	_Atomic size_t *index, size_t shift, size_t *number)
{
	/* Relaxed, as all uses of an index: the turns order everything. */
	size_t n = atomic_load_explicit(index, memory_order_relaxed);

	for (;;) {
		struct mpmc_slot *slot = &mpmc->slots[n & mpmc->mask];
		/* Pairs with the release in mpmc_push and mpmc_pop. */
		size_t turn = atomic_load_explicit(
			&slot->turn, memory_order_acquire);
		ptrdiff_t ahead = (ptrdiff_t)(turn - (n + shift));

		if (ahead < 0)
			return NULL;
		if (ahead > 0) {
			n = atomic_load_explicit(index, memory_order_relaxed);
		} else if (atomic_compare_exchange_weak_explicit(index, &n,
				   n + 1, memory_order_relaxed,
				   memory_order_relaxed)) {
			*number = n;
			return slot;
		}
	}
}

/* tag::mpmc-push[] */
/* Returns 0; -EAGAIN: it is full. */
static inline int mpmc_push(struct mpmc *mpmc, uint64_t item)
{
	size_t n;
	struct mpmc_slot *slot = mpmc_claim(mpmc, &mpmc->npushed, 0, &n);

	if (!slot)
		return -EAGAIN;
	slot->item = item;
	/* Pairs with the acquire of the pop: first the item, then its turn. */
	atomic_store_explicit(&slot->turn, n + 1, memory_order_release);
	return 0;
}
/* end::mpmc-push[] */

/* Returns 0; -EAGAIN: it is empty, and *item is as it was. */
static inline int mpmc_pop(struct mpmc *mpmc, uint64_t *item)
{
	size_t n;
	struct mpmc_slot *slot = mpmc_claim(mpmc, &mpmc->npopped, 1, &n);

	if (!slot)
		return -EAGAIN;
	*item = slot->item;
	/* Pairs with the acquire of the push: the slot has been read. */
	atomic_store_explicit(
		&slot->turn, n + mpmc->mask + 1, memory_order_release);
	return 0;
}

#endif
