#include "lib/fsq_sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/utsname.h>
#include <unistd.h>

static fsq_sys_hook_fn sys_hook;
static void *sys_hook_arg;

void fsq_sys_set_hook(fsq_sys_hook_fn hook, void *arg)
{
	sys_hook = hook;
	sys_hook_arg = arg;
}

static inline int ask(enum fsq_call call, const char *name)
{
	return sys_hook ? sys_hook(call, name, sys_hook_arg) : 0;
}

/* The call, asked about first and repeated after a signal. */
#define CALL(what, name, expression)                \
	do {                                        \
		int asked = ask(what, name);        \
		long got;                           \
		if (asked < 0)                      \
			return asked;               \
		do                                  \
			got = (expression);         \
		while (got < 0 && errno == EINTR);  \
		return got < 0 ? -errno : (int)got; \
	} while (0)

int fsq_sys_open(int dir, const char *name, int flags, mode_t mode)
{
	CALL(FSQ_OPEN, name, openat(dir, name, flags | O_CLOEXEC, mode));
}

/* Linux has closed the descriptor even when it reports EINTR. */
int fsq_sys_close(int fd)
{
	int asked = ask(FSQ_CLOSE, "");
	int error = close(fd) < 0 && errno != EINTR ? -errno : 0;

	return asked < 0 ? asked : error;
}

ssize_t fsq_sys_read(int fd, void *data, size_t size)
{
	int asked = ask(FSQ_READ, "");
	ssize_t n;

	if (asked < 0)
		return asked;
	if (asked > 0 && (size_t)asked < size)
		size = (size_t)asked;
	do
		n = read(fd, data, size);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

static ssize_t write_some(int fd, const void *data, size_t size)
{
	int asked = ask(FSQ_WRITE, "");
	ssize_t n;

	if (asked < 0)
		return asked;
	if (asked > 0 && (size_t)asked < size)
		size = (size_t)asked;
	n = write(fd, data, size);
	return n < 0 ? -errno : n;
}

int fsq_sys_write(int fd, const void *data, size_t size)
{
	const char *from = data;

	while (size) {
		ssize_t n = write_some(fd, from, size);

		if (n == -EINTR)
			continue;
		if (n < 0)
			return (int)n;
		if (n == 0)
			return -EIO;
		from += n;
		size -= (size_t)n;
	}
	return 0;
}

int fsq_sys_chown(int fd, uid_t uid, gid_t gid)
{
	CALL(FSQ_CHOWN, "", fchown(fd, uid, gid));
}

int fsq_sys_chmod(int fd, mode_t mode)
{
	CALL(FSQ_CHMOD, "", fchmod(fd, mode));
}

/* Not repeated after any failure: the kernel has forgotten the dirty pages. */
int fsq_sys_fsync(int fd)
{
	int asked = ask(FSQ_FSYNC, "");

	if (asked < 0)
		return asked;
	return fsync(fd) < 0 ? -errno : 0;
}

static bool syncfs_tells(void)
{
	struct utsname kernel;
	unsigned major = 0, minor = 0;

	return uname(&kernel) == 0 &&
	       sscanf(kernel.release, "%u.%u", &major, &minor) == 2 &&
	       (major > 5 || (major == 5 && minor >= 8));
}

int fsq_sys_syncfs(int fd)
{
	int asked;

	if (!syncfs_tells())
		return -ENOSYS;
	asked = ask(FSQ_FSYNC, "");
	if (asked < 0)
		return asked;
	return syncfs(fd) < 0 ? -errno : 0;
}

int fsq_sys_link(int from, const char *old, int to, const char *new)
{
	CALL(FSQ_LINK, new, linkat(from, old, to, new, 0));
}

/*
 * A file may be linked by its bare descriptor by root, since Linux 6.10 also
 * by who opened it; by its name in /proc always.
 */
static int link_descriptor(int fd, int to, const char *name)
{
	char path[sizeof("/proc/self/fd/") + 3 * sizeof(fd)];

	if (linkat(fd, "", to, name, AT_EMPTY_PATH) == 0)
		return 0;
	if (errno != ENOENT && errno != EPERM)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, path, to, name, AT_SYMLINK_FOLLOW);
}

int fsq_sys_link_fd(int fd, int to, const char *name)
{
	CALL(FSQ_LINK, name, link_descriptor(fd, to, name));
}

int fsq_sys_unlink(int dir, const char *name)
{
	CALL(FSQ_UNLINK, name, unlinkat(dir, name, 0));
}

int fsq_sys_rename(int from, const char *old, int to, const char *new)
{
	CALL(FSQ_RENAME, old, renameat2(from, old, to, new, RENAME_NOREPLACE));
}

int fsq_sys_rename_over(int from, const char *old, int to, const char *new)
{
	CALL(FSQ_RENAME, old, renameat(from, old, to, new));
}

int fsq_sys_flock(int fd)
{
	CALL(FSQ_FLOCK, "", flock(fd, LOCK_EX | LOCK_NB));
}

int fsq_sys_fstat(int fd, struct stat *st)
{
	CALL(FSQ_FSTAT, "", fstat(fd, st));
}

int fsq_sys_stat(int dir, const char *name, struct stat *st)
{
	CALL(FSQ_STAT, name, fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW));
}

int fsq_sys_mkdir(int dir, const char *name, mode_t mode)
{
	CALL(FSQ_MKDIR, name, mkdirat(dir, name, mode));
}

int fsq_sys_rmdir(int dir, const char *name)
{
	CALL(FSQ_RMDIR, name, unlinkat(dir, name, AT_REMOVEDIR));
}

int fsq_sys_mkfifo(int dir, const char *name, mode_t mode)
{
	CALL(FSQ_MKFIFO, name, mkfifoat(dir, name, mode));
}
