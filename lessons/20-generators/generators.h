/*
 * A generator gives one value at a time. Between two values it stands still:
 * all that it has to remember lies in its struct, since the locals of a C
 * function are gone when it returns.
 */
#include <stdbool.h>

/* Yields 1, 4, 9, ... up to limit * limit, and is then at its end. */
struct squares {
	int limit;
	int n; /* of the value that was yielded last */
};

void squares_begin(struct squares *squares, int limit);

/* The next value; false at the end, now and ever after. */
bool squares_next(struct squares *squares, int *value);

/* Yields pairs of two other generators, until one of them is at its end. */
struct zip {
	struct squares *first, *second;
};

struct pair {
	int first, second;
};

void zip_begin(struct zip *zip, struct squares *first, struct squares *second);
bool zip_next(struct zip *zip, struct pair *value);

/*
 * Yields 0, 1, 2, ... without end. What is sent is where it goes on from: the
 * next value is the number that was sent.
 */
struct counter {
	int next;
	bool begun;
};

void counter_begin(struct counter *counter);
int counter_next(struct counter *counter);

/* As next, but with a number sent; false, and nothing done, before begun. */
bool counter_send(struct counter *counter, int number, int *value);
