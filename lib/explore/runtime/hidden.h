/*
 * hidden - steps for what the C library keeps from one call to the next
 *
 * Where it is locked there is no race; but whose turn it is shows.
 *
 * Threads:  the one that runs, before it looks or changes what is kept.
 * Blocking: until it is picked, once there are other threads.
 * Memory:   variables of ours in the program's data, which tell what is meant.
 */
#ifndef LIB_EXPLORE_RUNTIME_HIDDEN_H
#define LIB_EXPLORE_RUNTIME_HIDDEN_H

#include "lib/explore/wire.h"

/* The list of handlers for the end. */
void hidden_at_exit(uint64_t pc);

/* Which keys there are; OP_ATOMIC_READ or OP_ATOMIC_UPDATE. */
void hidden_keys(enum op_kind kind, uint64_t pc);

#endif
