/*
 * keys - thread-specific data, and destructors at the end of a thread
 *
 * A key is a number. What it stands for in the thread that runs is of no
 * concern to others, but whether it was deleted before a thread ends is: that
 * is a step of both.
 *
 * Threads:  key_get and key_set are about the thread that runs.
 * Blocking: key_delete and keys_destroy stop before their steps.
 * Memory:   a part of struct thread.
 */
#ifndef LIB_EXPLORE_RUNTIME_KEYS_H
#define LIB_EXPLORE_RUNTIME_KEYS_H

#include <stdint.h>

struct thread;

/* Return 0, EAGAIN where there are too many, or EINVAL for what is no key. */
int key_create(unsigned *key, void (*destroy)(void *));
int key_delete(unsigned key, uint64_t pc);
int key_set(unsigned key, const void *value);

/* NULL where nothing was set, or for what is no key. */
void *key_get(unsigned key);

/* The thread ends: call the destructors, again where they set something. */
void keys_destroy(struct thread *thread);

#endif
