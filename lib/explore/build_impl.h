/*
 * What the parts of build share
 *
 * Threads:  any.
 * Blocking: writes a file.
 * Memory:   the caller's.
 */
#ifndef LIB_EXPLORE_BUILD_IMPL_H
#define LIB_EXPLORE_BUILD_IMPL_H

/* Make a source file of it. Returns 0 or -errno. */
int build_write_invariant(const char *path, const char *invariant);

#endif
