/* Locks on files, whoever waits for one, and what gives them back. */
#include "lib/explore/runtime/shim/shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool has_locks; /* closing gives them back */

EXPORT int close(int fd)
{
	mode_t type;
	int result;

	if (fd == DESK_BELL || fd == WIRE_DESCRIPTOR) {
		errno = EBADF;
		return -1;
	}
	type = shim_type_of(fd);
	if (!shim_place() ||
		(!has_locks && type != S_IFIFO && type != S_IFSOCK))
		return REAL(close)(fd);
	shim_about(fd);
	shim_ask(CALLER, NULL, NULL, "close(%d)", fd);
	result = REAL(close)(fd);
	shim_tell(result);
	return result;
}

struct lock {
	int fd, how;
};

/* Whoever gets it gives it back at once: it has no turn yet. */
static bool can_flock(const void *wait)
{
	const struct lock *lock = wait;

	if (REAL(flock)(lock->fd, lock->how | LOCK_NB) < 0)
		return errno != EWOULDBLOCK;
	REAL(flock)(lock->fd, LOCK_UN);
	return true;
}

EXPORT int INSTEAD_OF(flock)(int fd, int how)
{
	struct lock lock = {fd, how};
	bool waits = !(how & (LOCK_UN | LOCK_NB));
	int result;

	if (!shim_place())
		return REAL(flock)(fd, how);
	has_locks = true;
	shim_about(fd);
	shim_ask(CALLER, waits ? can_flock : NULL, &lock, "flock(%d, %s)", fd,
		how & LOCK_UN   ? "LOCK_UN"
		: how & LOCK_SH ? "LOCK_SH"
				: "LOCK_EX");
	result = REAL(flock)(fd, how);
	shim_tell(result);
	return result;
}

/* A part of a file that a process locks, or a descriptor does. */
struct part {
	int fd, look, try;
	bool waits;
	const struct flock *wanted;
};

/* Nobody has what is in its way. */
static bool can_have(const void *wait)
{
	const struct part *part = wait;
	struct flock other = *part->wanted;

	return REAL(fcntl)(part->fd, part->look, &other) < 0 ||
	       other.l_type == F_UNLCK;
}

/* Whoever comes back without it was sent a signal. */
static int have_part(uint64_t pc, const char *name, const struct part *part)
{
	int type = part->wanted->l_type, result;
	bool waits = part->waits && type != F_UNLCK;

	has_locks = true;
	shim_about(part->fd);
	shim_ask_once(pc, waits ? can_have : NULL, part, "%s(%d, %s)", name,
		part->fd,
		type == F_UNLCK   ? "F_UNLCK"
		: type == F_RDLCK ? "F_RDLCK"
				  : "F_WRLCK");
	result = REAL(fcntl)(part->fd, part->try, part->wanted);
	if (waits && result < 0 && (errno == EAGAIN || errno == EACCES))
		errno = EINTR;
	shim_tell(result);
	return result;
}

EXPORT int fcntl(int fd, int what, ...)
{
	struct part part = {.fd = fd};
	va_list arguments;
	void *arg;

	va_start(arguments, what);
	arg = va_arg(arguments, void *);
	va_end(arguments);
	part.wanted = arg;
	part.waits = what == F_SETLKW || what == F_OFD_SETLKW;
	if (what == F_SETLK || what == F_SETLKW) {
		part.look = F_GETLK;
		part.try = F_SETLK;
	} else if (what == F_OFD_SETLK || what == F_OFD_SETLKW) {
		part.look = F_OFD_GETLK;
		part.try = F_OFD_SETLK;
	}
	return shim_place() && part.look ? have_part(CALLER, "fcntl", &part)
					 : REAL(fcntl)(fd, what, arg);
}

EXPORT int lockf(int fd, int what, off_t size)
{
	const struct flock wanted = {
		.l_type = what == F_ULOCK ? F_UNLCK : F_WRLCK,
		.l_whence = SEEK_CUR,
		.l_len = size};
	const struct part part = {.fd = fd,
		.look = F_GETLK,
		.try = F_SETLK,
		.waits = what == F_LOCK,
		.wanted = &wanted};

	return shim_place() && what != F_TEST
		       ? have_part(CALLER, "lockf", &part)
		       : REAL(lockf)(fd, what, size);
}

SHIM_ALSO(fcntl);
SHIM_ALSO(lockf);
