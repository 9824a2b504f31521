/*
 * fsq_lock - have an entry of a directory to oneself
 *
 * A lock is on a file, not on a name: between opening a name and locking what
 * was opened, another may have locked the file, moved it away and let go of
 * it. So the name is looked at once more when the lock is held, and where it
 * does not mean the same file any longer, the entry is gone.
 *
 *	open; flock; fstat; stat
 *
 * The lock lives as long as any copy of the descriptor, in any process, and is
 * gone with the last: there is no lock that its owner's death left behind.
 *
 * Threads:  any.
 * Blocking: never for another's lock.
 * Memory:   none; the descriptor is the caller's to close.
 */
#ifndef LIB_FSQ_LOCK_H
#define LIB_FSQ_LOCK_H

#include <stdbool.h>

/*
 * Returns a descriptor, open for reading and locked, if `lock`. -ENOENT: no
 * such entry, or another one by now; -EAGAIN: someone else has it; -EINVAL: not
 * a plain file, and never opened for long enough to wait for what it is;
 * -EACCES, -EMFILE, -EIO, ….
 */
int fsq_lock(int dir, const char *name, bool lock);

#endif
