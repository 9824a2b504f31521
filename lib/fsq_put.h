/*
 * fsq_put - put an item into a queue
 *
 * An item is written where nobody looks and gets its name when it is whole:
 *
 *	begin	open in tmp/ without a name [fchown]
 *	write	write, as often as it takes
 *	publish	fsync the file; link into queue/; fsync queue/; close
 *
 * The data is on the disk before the name is, and the name before publish
 * returns: so no power cut shows half an item or forgets one that was
 * acknowledged. A failed fsync is final: nobody asks a second time, since the
 * kernel would say yes, and the item is taken back.
 *
 * Where a file cannot be without a name (NFS, overlays, old kernels, or
 * rules.named_tmp) it has one in tmp/, is closed, and the close checked, before
 * it is linked, and the name in tmp/ is removed after that. A crash may then
 * leave a name in tmp/ (fsq_sweep). Who is not root gives a nameless file its
 * name by way of /proc on kernels before 6.10; without /proc, set named_tmp.
 *
 * The cost of durability is two waits for the disk. Who has several items
 * publishes them together and pays for few: the files are handed to the disk
 * all at once, from 8 on by one syncfs in place of an fsync each, and queue/ is
 * synced once for all. (A syncfs waits for what others write to that filesystem
 * as well.) Threads that publish at the same time in one open queue share the
 * sync of queue/ among themselves; processes leave this to the filesystem,
 * which answers those who ask at the same time by one write of its journal.
 *
 * Threads:  any; a put is for one at a time.
 * Blocking: as filesystems do, fsq_publish for two syncs unless fast;
 *           fsq_put_copy for its source.
 * Memory:   the caller's struct; one descriptor from begin to publish or abort.
 */
#ifndef LIB_FSQ_PUT_H
#define LIB_FSQ_PUT_H

#include "lib/fsq.h"

struct fsq_put {
	struct fsq *fsq;
	int fd;
	bool fixed; /* the id was given and is not to be changed */
	char id[FSQ_NAME_SIZE]; /* final once it is published */
	char tmp[FSQ_NAME_SIZE]; /* its name in tmp/, or "" */
};

/*
 * Begin an item with these arguments. Returns 0, and nothing is left behind
 * otherwise: -ENAMETOOLONG: the name would be over 255 bytes; -ENOSPC, -EDQUOT,
 * -EROFS, -EACCES, -EMFILE, …; -ENOENT: the queue is gone.
 */
int fsq_put_begin(struct fsq *fsq, const char *const *args, size_t nargs,
	struct fsq_put *put);

/*
 * Begin a copy of an item under its own id, in another queue. To publish it
 * where it is waiting already is no error and changes nothing. Returns as
 * begin; -EINVAL: not a name.
 */
int fsq_put_begin_id(struct fsq *fsq, const char *id, struct fsq_put *put);

/* Returns 0; -ENOSPC, -EDQUOT, -EFBIG, -EIO: abort it. */
int fsq_put_write(struct fsq_put *put, const void *data, size_t size);

/*
 * Write what a descriptor gives until its end, from where it stands, waiting
 * if it is non-blocking. Returns as write, or errors of read or poll.
 */
int fsq_put_copy(struct fsq_put *put, int from);

void fsq_put_abort(struct fsq_put *put);

/*
 * Publish n items, all or none, and let go of them whatever is returned.
 * Their ids are the names that they have then: an id that was taken gets a
 * higher counter. On failure those that have a name already are withdrawn, but
 * for what someone has begun to run meanwhile. Returns 0; errors of fsync,
 * close, link (-ENOSPC, -EDQUOT, …); -ENOENT: the queue is gone.
 */
int fsq_publish(struct fsq_put *puts, size_t n);

/* Begin, write and publish one. id, if not NULL, is set to its name. */
int fsq_enqueue(struct fsq *fsq, const char *const *args, size_t nargs,
	const void *data, size_t size, char id[FSQ_NAME_SIZE]);

#endif
