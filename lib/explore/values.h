/*
 * values - what the bytes of a variable mean, by its type
 *
 * An access may be to one number, to a part of one, or to several members at
 * once, as where a small struct is copied; a pointer, a character or an
 * enumerator is more to a reader than the number that it is.
 *
 * Threads:  one at a time.
 * Blocking: never.
 * Memory:   names live until symbols_close.
 */
#ifndef LIB_EXPLORE_VALUES_H
#define LIB_EXPLORE_VALUES_H

#include "lib/explore/symbols.h"

enum value_kind {
	VALUE_NUMBER,
	VALUE_NATURAL, /* without a sign */
	VALUE_REAL,
	VALUE_TRUTH,
	VALUE_CHARACTER,
	VALUE_ENUM,
	VALUE_POINTER,
	VALUE_STRING, /* a pointer to characters */
	VALUE_THREAD, /* a pthread_t */
};

struct value_field {
	enum value_kind kind;
	unsigned at, nbits; /* in bits, from the first of the access */
	const char *bits; /* the name of a bit-field; NULL: it is none */
	uint64_t type; /* of an enum; what a pointer points to, 0: anything */
};

/*
 * Find what lies in `size` bytes there. Returns how many fields; 0 when there
 * are more than `most`, or one lies there in part.
 */
unsigned values_fields(struct symbols *symbols, const struct symbols_spot *spot,
	uint64_t size, struct value_field *fields, unsigned most);

/* The enumerator with that value, or NULL. */
const char *values_enumerator(
	struct symbols *symbols, uint64_t type, int64_t value);

#endif
