#include "lib/fsq_put.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "lib/fsq_impl.h"
#include "lib/fsq_lock.h"
#include "lib/fsq_sys.h"

enum {
	COUNTER_BITS = 24,
	MAX_RENAMES = 1 << 16, /* counters tried before we give up */
	COPY_SIZE = 64 * 1024,
	MANY = 8 /* files, for which one syncfs is cheaper */
};

/*
 * The second of the newest item of this process and, in the low bits, how many
 * it has had; a child begins anew, being alone when it first looks.
 */
static _Atomic uint64_t newest;
static _Atomic pid_t newest_of;

static uint64_t next_counter(int64_t second, pid_t pid)
{
	uint64_t first = (uint64_t)second << COUNTER_BITS;
	uint64_t old, new;

	if (atomic_load(&newest_of) != pid) {
		atomic_store(&newest, 0);
		atomic_store(&newest_of, pid);
	}
	old = atomic_load(&newest);
	do
		new = old >> COUNTER_BITS == (uint64_t)second ? old + 1 : first;
	while (!atomic_compare_exchange_weak(&newest, &old, new));
	return new - first;
}

static int make_id(struct fsq *fsq, const char *const *args, size_t nargs,
	char id[FSQ_NAME_SIZE])
{
	struct fsq_stamp stamp = {
		.enqueued = clock_wall(),
		.pid = getpid(),
		.host = fsq->here,
	};
	int size;

	stamp.counter = next_counter(stamp.enqueued, stamp.pid);
	size = fsq_name_encode(&fsq->rules.grammar, &stamp, args, nargs, id);
	return size < 0 ? size : 0;
}

static bool needs_a_name(int error)
{
	return error == -EOPNOTSUPP || error == -EISDIR || error == -ENOENT ||
	       error == -EINVAL;
}

static int open_named(struct fsq_put *put)
{
	struct fsq *fsq = put->fsq;
	int error = -EEXIST;

	for (int i = 0; error == -EEXIST && i < MAX_RENAMES; i++) {
		error = make_id(fsq, NULL, 0, put->tmp);
		if (!error)
			error = fsq_sys_open(fsq->folders[FSQ_TMP], put->tmp,
				O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
				fsq->rules.item_mode);
	}
	return error;
}

static int open_file(struct fsq_put *put)
{
	struct fsq *fsq = put->fsq;
	int fd;

	*put->tmp = '\0';
	if (fsq->rules.named_tmp)
		return open_named(put);
	fd = fsq_sys_open(fsq->folders[FSQ_TMP], ".", O_WRONLY | O_TMPFILE,
		fsq->rules.item_mode);
	return needs_a_name(fd) ? open_named(put) : fd;
}

static int begin(struct fsq_put *put)
{
	const struct fsq_owner *owner = &put->fsq->item_owner;
	int error = 0, fd = open_file(put);

	if (fd < 0)
		return fd;
	put->fd = fd;
	if (owner->uid != (uid_t)-1 || owner->gid != (gid_t)-1)
		error = fsq_sys_chown(fd, owner->uid, owner->gid);
	if (error)
		fsq_put_abort(put);
	return error;
}

int fsq_put_begin(struct fsq *fsq, const char *const *args, size_t nargs,
	struct fsq_put *put)
{
	int error = make_id(fsq, args, nargs, put->id);

	if (error)
		return error;
	put->fsq = fsq;
	put->fixed = false;
	return begin(put);
}

int fsq_put_begin_id(struct fsq *fsq, const char *id, struct fsq_put *put)
{
	if (!fsq_name_plain(id))
		return -EINVAL;
	strcpy(put->id, id);
	put->fsq = fsq;
	put->fixed = true;
	return begin(put);
}

int fsq_put_write(struct fsq_put *put, const void *data, size_t size)
{
	return fsq_sys_write(put->fd, data, size);
}

static int wait_readable(int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};

	if (poll(&ready, 1, -1) < 0 && errno != EINTR)
		return -errno;
	return 0;
}

int fsq_put_copy(struct fsq_put *put, int from)
{
	char data[COPY_SIZE];
	ssize_t n;
	int error = 0;

	while (!error && (n = fsq_sys_read(from, data, sizeof(data)))) {
		if (n == -EAGAIN)
			error = wait_readable(from);
		else
			error = n < 0 ? (int)n : fsq_put_write(put, data, n);
	}
	return error;
}

static void close_put(struct fsq_put *put)
{
	if (put->fd >= 0)
		fsq_sys_close(put->fd);
	put->fd = -1;
}

/* What cannot be removed now is tried once more when the put is let go of. */
static void remove_tmp(struct fsq_put *put)
{
	if (*put->tmp && !fsq_sys_unlink(put->fsq->folders[FSQ_TMP], put->tmp))
		*put->tmp = '\0';
}

void fsq_put_abort(struct fsq_put *put)
{
	close_put(put);
	remove_tmp(put);
}

/* What has a name can be closed before it is linked, and that be checked. */
static int close_named(struct fsq_put *put)
{
	int error = 0;

	if (*put->tmp) {
		error = fsq_sys_close(put->fd);
		put->fd = -1;
	}
	return error;
}

static int link_as(const struct fsq_put *put, const char *id)
{
	const int *folders = put->fsq->folders;

	if (*put->tmp)
		return fsq_sys_link(
			folders[FSQ_TMP], put->tmp, folders[FSQ_QUEUE], id);
	return fsq_sys_link_fd(put->fd, folders[FSQ_QUEUE], id);
}

/* The same id with the next counter. */
static int renumber(struct fsq_put *put)
{
	const struct fsq_grammar *grammar = &put->fsq->rules.grammar;
	struct fsq_name name;
	int error = fsq_name_decode(grammar, put->id, strlen(put->id), &name);
	uint64_t counter;

	if (error)
		return error;
	counter = next_counter(name.enqueued, getpid());
	error = fsq_name_recount(
		grammar, &name, FSQ_FIELD_COUNTER, counter, put->id);
	return error < 0 ? error : 0;
}

static int link_one(struct fsq_put *put)
{
	int error = link_as(put, put->id);

	if (put->fixed)
		return error == -EEXIST ? 0 : error;
	for (int i = 0; error == -EEXIST && i < MAX_RENAMES; i++) {
		error = renumber(put);
		if (!error)
			error = link_as(put, put->id);
	}
	return error;
}

/* Begin to write the data of all before waiting for that of the first. */
static int sync_each(const struct fsq_put *puts, size_t n)
{
	int error = 0;

	for (size_t i = 0; n > 1 && i < n; i++)
		sync_file_range(puts[i].fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	for (size_t i = 0; i < n && !error; i++)
		error = fsq_sys_fsync(puts[i].fd);
	return error;
}

/* How many of them, from the first, are for one queue: on one filesystem. */
static size_t run_length(const struct fsq_put *puts, size_t n)
{
	size_t same = 1;

	while (same < n && puts[same].fsq == puts->fsq)
		same++;
	return same;
}

/* Each fsync flushes the disk's cache; one syncfs does that once. */
static int sync_files(const struct fsq_put *puts, size_t n)
{
	int error = 0;

	for (size_t same; n && !error; puts += same, n -= same) {
		same = run_length(puts, n);
		if (puts->fsq->rules.fast)
			continue;
		error = same < MANY ? -ENOSYS : fsq_sys_syncfs(puts->fd);
		if (error == -ENOSYS)
			error = sync_each(puts, same);
	}
	return error;
}

/* A copy under a given id may have been there before: it is left. */
static void withdraw(struct fsq_put *put)
{
	int queue = put->fsq->folders[FSQ_QUEUE];
	int fd = put->fixed ? -EEXIST : fsq_lock(queue, put->id, true);

	if (fd < 0)
		return;
	fsq_sys_unlink(queue, put->id);
	fsq_sys_close(fd);
}

static int sync_queues(const struct fsq_put *puts, size_t n)
{
	int error = 0;

	for (size_t same; n && !error; puts += same, n -= same) {
		same = run_length(puts, n);
		error = fsq_sync_queue(puts->fsq);
	}
	return error;
}

static int publish(struct fsq_put *puts, size_t n)
{
	size_t nlinked = 0;
	int error = sync_files(puts, n);

	for (size_t i = 0; i < n && !error; i++)
		error = close_named(&puts[i]);
	while (!error && nlinked < n) {
		error = link_one(&puts[nlinked]);
		if (!error)
			remove_tmp(&puts[nlinked++]);
	}
	if (!error)
		error = sync_queues(puts, n);
	for (size_t i = 0; error && i < nlinked; i++)
		withdraw(&puts[i]);
	return error;
}

int fsq_publish(struct fsq_put *puts, size_t n)
{
	int error = publish(puts, n);

	for (size_t i = 0; i < n; i++)
		fsq_put_abort(&puts[i]);
	return error;
}

int fsq_enqueue(struct fsq *fsq, const char *const *args, size_t nargs,
	const void *data, size_t size, char id[FSQ_NAME_SIZE])
{
	struct fsq_put put;
	int error = fsq_put_begin(fsq, args, nargs, &put);

	if (error)
		return error;
	error = fsq_put_write(&put, data, size);
	if (error) {
		fsq_put_abort(&put);
		return error;
	}
	error = fsq_publish(&put, 1);
	if (!error && id)
		memcpy(id, put.id, sizeof(put.id));
	return error;
}
