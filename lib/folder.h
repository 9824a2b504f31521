/*
 * folder - make a folder with those that it is in, and remove one with all
 * that is in it
 *
 * Threads:  any.
 * Blocking: for the disk.
 * Memory:   none.
 */
#ifndef LIB_FOLDER_H
#define LIB_FOLDER_H

#include <sys/types.h>

/* 0 when it is there afterwards, or a negative errno. */
int folder_make(const char *path, mode_t mode);

/*
 * What cannot be removed stays. Symbolic links are removed, and not followed.
 */
void folder_remove(const char *path);

#endif
