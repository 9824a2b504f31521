/*
 * atomicity - accesses that another thread's write came between
 *
 * T1 reads a variable and writes it, and between the two T2 writes it: no
 * order of the two threads, one after the other, gives the same. That is so
 * even where each access is made under a lock. Of the eight ways in which
 * three accesses of two threads to one variable can meet, four are such
 * (Lu, Tucek, Qin and Zhou, AVIO, ASPLOS 2006):
 *
 *	read  - WRITE - write   what was read is out of date: check-then-act
 *	read  - WRITE - read    two reads that differ
 *	write - WRITE - read    it finds another's value instead of its own
 *	write - READ  - write   the other saw what was not finished
 *
 * Much of that is meant. What an execution that ends well has, too, is, but
 * for the first: a write that forgets what it was based on may be forgiven by
 * luck. The rest explains a failure.
 *
 * Threads:  any, each with its own.
 * Blocking: never.
 * Memory:   atomicity_open allocates, atomicity_close frees.
 */
#ifndef LIB_EXPLORE_ATOMICITY_H
#define LIB_EXPLORE_ATOMICITY_H

#include "lib/explore/wire.h"

/* In the order of their likeliness. */
enum atomicity_kind {
	ATOMICITY_READ_WRITE, /* of T1, around a write */
	ATOMICITY_READ_READ,
	ATOMICITY_WRITE_READ,
	ATOMICITY_WRITE_WRITE, /* around a read */
	ATOMICITY_NKINDS
};

struct atomicity_triple {
	enum atomicity_kind kind;
	bool excused; /* seen in executions that ended well */
	uint32_t before, between, after; /* events */
};

struct atomicity;

/* Returns 0 or -ENOMEM. */
int atomicity_open(struct atomicity **result);
void atomicity_close(struct atomicity *atomicity);

/* An execution that ended well: what it has is meant. */
void atomicity_excuse(struct atomicity *atomicity, const struct wire *wire);

/*
 * What is left in an execution that failed, the likeliest first. Returns how
 * many, at most `most`.
 */
unsigned atomicity_find(const struct atomicity *atomicity,
	const struct wire *wire, struct atomicity_triple *triples,
	unsigned most);

#endif
