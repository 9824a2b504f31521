/*
 * descriptor - what the number of a descriptor stands for in a call
 *
 * The shim finds it out as the call is made; in the trace it is op.order, and
 * what is in `at` is op.second.
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   plain data.
 */
#ifndef LIB_EXPLORE_DESCRIPTOR_H
#define LIB_EXPLORE_DESCRIPTOR_H

#include <stdint.h>

enum {
	DESCRIPTOR_PATH_SIZE = 60,
};

enum descriptor_kind {
	DESCRIPTOR_UNKNOWN,
	DESCRIPTOR_IN, /* the variable at that address has its number */
	DESCRIPTOR_FIRST, /* the local array of the pipe made at that pc has */
	DESCRIPTOR_SECOND,
	DESCRIPTOR_READS, /* an end of the pipe that was made at that pc */
	DESCRIPTOR_WRITES,
	DESCRIPTOR_FILE, /* a path: in wire.output, op.second_size bytes */
	DESCRIPTOR_NKINDS
};

struct descriptor {
	uint8_t kind; /* enum descriptor_kind */
	uint16_t below; /* that array, in ints below the top of its frame; or
			   0: op.second_size */
	uint64_t at;
	char file[DESCRIPTOR_PATH_SIZE]; /* of DESCRIPTOR_FILE */
};

#endif
