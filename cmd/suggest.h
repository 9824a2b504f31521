/*
 * suggest - the known word that a mistyped one most likely meant
 *
 * Damerau-Levenshtein distance with the weights of git's help.c: a swap costs
 * 0, a substitution 2, an insertion 1, a deletion 3. A word that the typed
 * one begins is best of all. Nothing is suggested from a distance of 6 on,
 * nor a word that has nothing in common with the typed one.
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   none.
 */
#ifndef CMD_SUGGEST_H
#define CMD_SUGGEST_H

#include <stddef.h>

/* The i-th known word; NULL past the last. */
typedef const char *(*suggest_word_fn)(const void *from, size_t i);

/* NULL when no word is near enough. */
const char *suggest(const char *typed, suggest_word_fn word, const void *from);

#endif
