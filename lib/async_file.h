/*
 * async_file - files for tasks: each call blocks a thread, not the loop
 *
 * Files have no readiness to wait for: a read of a slow disk or of an empty
 * FIFO blocks whoever calls it. So a thread calls it (to_thread.h), and the
 * task alone waits. Where no loop runs, in a body of a pool or in a task that
 * is away (task_switch.h), the calls are made directly.
 *
 * A task that is cancelled during a call is told after it, as with
 * TO_THREAD_SHIELD; one that was cancelled before makes none. Closing happens
 * in any case: no descriptor is lost. Who reads what may never come, from a
 * FIFO for example, and wants to be cancelled meanwhile, leaves the thread
 * behind, and the file with it (async_file_read_or_leave).
 *
 * One call at a time: another task is refused with -EBUSY meanwhile. Reading
 * and writing may alternate in a file that was opened for both.
 *
 * Threads:  one at a time. In a callback of a loop, outside of any task, all
 *           are refused with -EPERM.
 * Blocking: the calling task alone, or the calling thread if it runs no loop.
 * Memory:   the caller's; zeroed memory is a file that is closed. A buffer of
 *           stdio's while it is open, and the longest line so far.
 */
#ifndef LIB_ASYNC_FILE_H
#define LIB_ASYNC_FILE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "lib/pool.h"

struct async_file {
	struct pool *pool;
	FILE *stream; /* NULL: it is not open */
	const char *path, *mode; /* NULL: it is not to be opened at first use */
	char *line;
	size_t line_size;
	int direction; /* of the last call */
	bool busy;
};

/*
 * Open nothing yet: the first call of the others does, and fails as
 * async_file_open would; the next one tries again. Both texts stay the
 * caller's, and as they are, until it is open or closed.
 */
void async_file_init(struct async_file *file, const char *path,
	const char *mode, struct pool *pool);

/*
 * The mode is that of fopen; the descriptor is closed on exec. NULL for a
 * pool: the default one. Returns 0; what open(2) fails with; and the errors of
 * to_thread, as all below.
 */
int async_file_open(struct async_file *file, const char *path, const char *mode,
	struct pool *pool);

/*
 * Returns 0, also if it is closed already; -EBUSY; or what the last writes
 * failed with, and then it is closed nevertheless.
 */
int async_file_close(struct async_file *file);

/*
 * Returns how many bytes: as many as asked for, unless the file ends, and 0 at
 * its end, each time; -EBADF: it is closed; -EBUSY; what read(2) fails with.
 */
ssize_t async_file_read(struct async_file *file, void *buffer, size_t size);

/*
 * The same, but a task that is told while the thread is busy with it returns
 * at once with what it was told: then the file is closed for the task, and the
 * thread closes it when the read comes back, if ever. The process does not
 * exit before (pool.h). -ENOMEM: for size bytes, which lie in between.
 */
ssize_t async_file_read_or_leave(
	struct async_file *file, void *buffer, size_t size);

/*
 * A line with its newline, which the last one may lack. It is the file's until
 * the next call. Returns its size, 0 at the end, errors as async_file_read.
 */
ssize_t async_file_line(struct async_file *file, const char **line);

/* Returns size, or errors as async_file_read; some may come with the flush. */
ssize_t async_file_write(
	struct async_file *file, const void *bytes, size_t size);
int async_file_flush(struct async_file *file);

/* As lseek: returns the new position. -ESPIPE: a FIFO has none. */
off_t async_file_seek(struct async_file *file, off_t offset, int whence);

/* What has been written before counts; the position stays. */
int async_file_truncate(struct async_file *file, off_t size);

#endif
