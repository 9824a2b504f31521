/*
 * fsq_item - take an item, and say what became of it
 *
 * fsq_claim locks the file of an item (fsq_lock); fsq_finish renames it, once,
 * while the lock is held, and only then lets go:
 *
 *	claim	open, flock, fstat, stat			(see fsq_lock)
 *	finish	rename, fsync of the folder it went to, close
 *
 * Whoever dies before the rename leaves the item waiting as it was; whoever
 * dies after it has finished. A rename is one step of every filesystem with a
 * journal, so that syncing one of the two folders does for both. Nothing is
 * ever renamed over: where done/ or fail/ has the name already, the item gets
 * ".~1~" behind its name, or ".~2~", ….
 *
 * Threads:  any; an item is for one at a time.
 * Blocking: as filesystems do; fsq_finish for a sync of the disk unless fast.
 * Memory:   the caller's struct. A claimed item holds a descriptor until
 *           fsq_finish.
 */
#ifndef LIB_FSQ_ITEM_H
#define LIB_FSQ_ITEM_H

#include "lib/fsq.h"

struct fsq_item {
	struct fsq *fsq; /* in which it lies */
	int fd; /* open for reading, locked; -1: none */
	bool malformed; /* then there is no name, only an id */
	struct fsq_name name;
	char id[FSQ_NAME_SIZE]; /* its file's name */
};

/* Where an item goes. */
enum fsq_end {
	FSQ_END_DONE,
	FSQ_END_FAIL,
	FSQ_END_RETRY, /* back to queue/, tries one more */
	FSQ_END_RELEASE /* stays as it is, for the next to claim */
};

enum fsq_reason {
	FSQ_FINE,
	FSQ_MALFORMED, /* the name cannot be read */
	FSQ_TOO_MANY_TRIES,
	FSQ_EXPIRED, /* older than the TTL */
	FSQ_FAILED_FOR_NOW, /* the program's status was fail_tmp */
	FSQ_FAILED, /* … any other but success */
	FSQ_SIGNALLED, /* a signal ended the program */
	FSQ_TIMED_OUT, /* we ended it; counts as failed for now */
	FSQ_NREASONS
};

struct fsq_verdict {
	enum fsq_end end;
	enum fsq_reason reason;
};

/*
 * Take an item of queue/. Returns 0; -ENOENT: it is gone; -EAGAIN: someone has
 * it; -EINVAL: what has this name is no plain file (fsq_reject); -EACCES: not
 * ours to read; -EMFILE, -ENFILE, -EIO, …. A malformed name can be claimed.
 */
int fsq_claim(struct fsq *fsq, const char *id, struct fsq_item *item);

/*
 * Say what became of a claimed item, and let go of it whatever is returned.
 * `place`, if not NULL, is set to the name that it has now. A retry whose name
 * would be too long or is taken ends in fail/. Returns 0; errors of rename:
 * the item is where it was, and may be run again; errors of fsync: it has
 * moved, but a power cut may move it back.
 */
int fsq_finish(
	struct fsq_item *item, enum fsq_end end, char place[FSQ_NAME_SIZE]);

/*
 * The same for n items, which wait for the disk once for each folder that they
 * go to. Who runs many short items claims some, runs them, and finishes them
 * together; killed before that, it has run as many in vain. Returns 0; the
 * first error of one or of a folder, the others being finished all the same.
 */
int fsq_finish_all(struct fsq_item *items, const enum fsq_end *ends, size_t n);

/*
 * Move what is no plain file, and so can neither be locked nor run, from
 * queue/ to fail/. Returns 0; errors of rename.
 */
int fsq_reject(struct fsq *fsq, const char *id, char place[FSQ_NAME_SIZE]);

/*
 * Put what lies in done/ or fail/ back into queue/, with 0 tries. Returns 0;
 * -EINVAL: malformed, or from another folder; -EEXIST: it waits already;
 * -ENOENT; other errors of rename and fsync.
 */
int fsq_requeue(struct fsq *fsq, enum fsq_folder from, const char *id,
	char place[FSQ_NAME_SIZE]);

enum {
	FSQ_FIND_TRIES = 16
};

/*
 * Does the queue know the item: does it wait, does it run, has it ended, under
 * this id or under the one that up to `tries` more tries have given it? Each of
 * these names is looked for in each folder. What was removed from done/ or
 * fail/ is not known any longer. Returns a descriptor of its file, open for
 * reading; -ENOENT: it does not; -EACCES, -EMFILE, …. *where, if not NULL, is
 * set to where it was found.
 */
int fsq_find(struct fsq *fsq, const char *id, uint64_t tries,
	enum fsq_folder *where);

/* May it be run at this time? FSQ_END_RELEASE and FSQ_FINE: yes. */
struct fsq_verdict fsq_judge_before(const struct fsq_rules *rules,
	const struct fsq_item *item, int64_t now);

/*
 * What is to become of it after a program that ended with this status, as
 * waitpid gives it, by itself or because its time was up?
 */
struct fsq_verdict fsq_judge_after(const struct fsq_rules *rules,
	const struct fsq_item *item, int status, bool timed_out, int64_t now);

/* In words, such as "too many tries". */
const char *fsq_reason_text(enum fsq_reason reason);

#endif
