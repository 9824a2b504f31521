/*
 * process - how the explored program ends, and what it began with
 *
 * Threads:  one.
 * Blocking: never.
 * Memory:   rt->before_main lasts.
 */
#ifndef LIB_EXPLORE_RUNTIME_PROCESS_H
#define LIB_EXPLORE_RUNTIME_PROCESS_H

#include <stdint.h>

/* What the program's constructors did is so in every execution. */
void process_keep(void);
void process_begin(void);

/* Main returns; somebody calls exit. */
_Noreturn void process_end(int status);
_Noreturn void process_exit(int status, uint64_t pc);

/* Main has left by pthread_exit, and now the last thread has ended. */
_Noreturn void process_end_of_threads(void);

#endif
