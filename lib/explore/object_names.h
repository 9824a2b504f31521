/*
 * object_names - which names object files define and which they ask for
 *
 * What nm prints, without its plugins: one of them may be all of LLVM, which
 * took it longer to load than a small program to be explored.
 *
 * Threads:  any.
 * Blocking: reads the files.
 * Memory:   the text is the caller's to free.
 */
#ifndef LIB_EXPLORE_OBJECT_NAMES_H
#define LIB_EXPLORE_OBJECT_NAMES_H

/*
 * A line for each name, "pthread_create U": U where it is asked for, w where
 * it may be missing, D where it is defined. They are in order in each object,
 * also of an archive.
 *
 * Returns 0; -ENOEXEC: one is neither an object nor an archive of them;
 * -ENOMEM; what open gives.
 */
int object_names(const char *const *objects, unsigned n, char **text);

#endif
