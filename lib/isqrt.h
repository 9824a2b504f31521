/*
 * isqrt - the integer square root
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   none.
 */
#ifndef LIB_ISQRT_H
#define LIB_ISQRT_H

#include <stdint.h>

/* The largest r with r * r <= n. */
uint32_t isqrt(uint64_t n);

#endif
