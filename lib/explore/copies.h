/*
 * copies - in what order the hooks of a struct copy are called
 *
 * For `*to = *from` gcc calls the hook of the write, then that of the read,
 * and then copies: others would seem to see what has not been written yet.
 * In its assembly the calls of such a pair get names of their own,
 * __tsan_store16 and __tsan_load16, by which the runtime puts them in order.
 *
 * Threads:  any.
 * Blocking: reads and writes a file.
 * Memory:   maps the file while it works.
 */
#ifndef LIB_EXPLORE_COPIES_H
#define LIB_EXPLORE_COPIES_H

/*
 * Rename the pairs in a file of assembly, of x86-64 or aarch64; there are none
 * in any other. Returns 0 or -errno.
 */
int copies_mark(const char *assembly);

#endif
