/*
 * number - whole numbers as people type them, exactly
 *
 * number = digits ["." digits] [exponent | multiple] | digits power digits
 * exponent = ("e" | "E") ["+"] digits
 * multiple = ("k" | "K" | "M" | "G" | "T" | "P" | "E") ["i"]
 * power = "^" | "**"
 *
 * duration = digits ["." digits] ["ns" | "us" | "ms" | "s" | "min" | "h"]
 *
 * k, M, G, T, P and E are powers of 1000; with an i (Ki, Mi, ...) of 1024.
 * The value must come out whole: 1.5e6 is 1500000, 1.5 is refused. Nothing
 * is ever rounded; no floating point takes part.
 *
 * Text is a pointer and a length and needs no final NUL. The time taken is
 * linear in the length, whatever the text.
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   none.
 *
 * All return 0, -EINVAL when the text is not of that form or not
 * whole, or -ERANGE when the value is not in 0 ... 2^64 - 1.
 */
#ifndef CMD_NUMBER_H
#define CMD_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* Plain digits only, for counts such as a number of threads. */
int number_parse_count(const char *text, size_t length, uint64_t *value);

/* One number of the grammar above. */
int number_parse(const char *text, size_t length, uint64_t *value);

/*
 * A length of time in nanoseconds. Without a unit it is in seconds: 0.25 is
 * 250ms.
 */
int number_parse_duration(const char *text, size_t length, uint64_t *ns);

/* A fraction in billionths: 0.25 is 250000000; at most nine decimals. */
int number_parse_fraction(
	const char *text, size_t length, uint64_t *billionths);

/*
 * Sums and differences of such numbers, 1e18+1e8 or 2**64-1. Each term may
 * be at most 2^64; only the result has to fit 64 bits.
 */
int number_parse_sum(const char *text, size_t length, uint64_t *value);

#endif
