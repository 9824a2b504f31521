/*
 * primality - is this one number prime?
 *
 * Threads:  any.
 * Blocking: never; a few microseconds for a prime near 2^64.
 * Memory:   none.
 * Source: Miller, 1976, and Rabin, 1980; that seven bases are enough below
 * 2^64 was found by Jim Sinclair, 2011.
 */
#ifndef LIB_PRIMALITY_H
#define LIB_PRIMALITY_H

#include <stdbool.h>
#include <stdint.h>

bool primality_test(uint64_t n);

#endif
