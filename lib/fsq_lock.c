#include "lib/fsq_lock.h"

#include <errno.h>
#include <fcntl.h>

#include "lib/fsq_sys.h"

/* O_NONBLOCK: a FIFO or a device that someone put there makes nobody wait. */
static int open_plain(int dir, const char *name, int access)
{
	int fd = fsq_sys_open(
		dir, name, access | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);

	return fd == -ELOOP || fd == -ENXIO || fd == -ENODEV ? -EINVAL : fd;
}

static int check_plain(int fd, struct stat *st)
{
	int error = fsq_sys_fstat(fd, st);

	if (error)
		return error;
	return S_ISREG(st->st_mode) ? 0 : -EINVAL;
}

static int check_name(int dir, const char *name, const struct stat *mine)
{
	struct stat now;
	/* tag::fsq-recheck[] */
	int error = fsq_sys_stat(dir, name, &now);

	if (error)
		return error;
	if (now.st_dev != mine->st_dev || now.st_ino != mine->st_ino)
		return -ENOENT;
	/* end::fsq-recheck[] */
	return 0;
}

static int open_and_lock(int dir, const char *name, int access, bool lock)
{
	struct stat mine;
	int error, fd = open_plain(dir, name, access);

	if (fd < 0)
		return fd;
	error = lock ? fsq_sys_flock(fd) : 0;
	if (!error)
		error = check_plain(fd, &mine);
	if (!error && lock)
		error = check_name(dir, name, &mine);
	if (!error)
		return fd;
	fsq_sys_close(fd);
	return error;
}

/* NFS locks for itself alone only what is open for writing. */
int fsq_lock(int dir, const char *name, bool lock)
{
	int fd = open_and_lock(dir, name, O_RDONLY, lock);

	return fd == -EBADF ? open_and_lock(dir, name, O_RDWR, lock) : fd;
}
