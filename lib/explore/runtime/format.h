/*
 * format - which memory printf and scanf read and write through their formats
 *
 * What these functions do inside the C library has no hooks: here it is told
 * to access_memory instead.
 *
 * Threads:  of the program's threads whichever runs.
 * Blocking: as access_memory, which may be a step.
 * Memory:   reads the format and the strings that it names.
 */
#ifndef LIB_EXPLORE_RUNTIME_FORMAT_H
#define LIB_EXPLORE_RUNTIME_FORMAT_H

#include <stdarg.h>
#include <stdint.h>

/* Strings that are about to be printed. */
void format_prints(const char *format, va_list args, uint64_t pc);

/* The first n conversions have been stored. */
void format_scanned(int n, const char *format, va_list args, uint64_t pc);

#endif
