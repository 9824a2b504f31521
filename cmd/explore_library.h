/*
 * explore_library - what functions of the C library keep from call to call
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   the caller's.
 */
#ifndef CMD_EXPLORE_LIBRARY_H
#define CMD_EXPLORE_LIBRARY_H

/*
 * `words`, of EXPLORE_WORDS_SIZE, is the name of a variable: where that is one
 * of ours, tell what it stands for instead.
 */
void explore_name_of_library(char *words);

#endif
