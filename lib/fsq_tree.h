/*
 * fsq_tree - remove a directory with all that is in it
 *
 * Threads:  any.
 * Blocking: as filesystems do.
 * Memory:   allocates none; a descriptor for each level that it descends.
 */
#ifndef LIB_FSQ_TREE_H
#define LIB_FSQ_TREE_H

/*
 * Symbolic links are removed, never followed. Returns 0, also when there is
 * nothing; -ELOOP: more than 32 levels; the first error otherwise, with the
 * rest removed as far as it went.
 */
int fsq_tree_remove(int dir, const char *name);

#endif
