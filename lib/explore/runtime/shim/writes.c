/* What is written to a pipe may not fit, and is then written in parts. */
#include "lib/explore/runtime/shim/shim.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* What fits, though it may wait for the rest: all others stand still. */
static ssize_t write_what_fits(int fd, const void *from, size_t size)
{
	int flags = REAL(fcntl)(fd, F_GETFL), error;
	ssize_t n;

	REAL(fcntl)(fd, F_SETFL, flags | O_NONBLOCK);
	n = REAL(write)(fd, from, size);
	error = errno;
	REAL(fcntl)(fd, F_SETFL, flags);
	errno = error;
	return n;
}

static void tell_written(ssize_t n, size_t size)
{
	if (n == (ssize_t)size)
		shim_tell(n);
	else
		shim_tell_words(n, "only %zd of them", n);
}

/* To a pipe, each time that there is room, until all has been written. */
static ssize_t write_all(
	uint64_t pc, int fd, shim_can_fn can, const char *from, size_t size)
{
	size_t written = 0;
	ssize_t n;

	do {
		size_t left = size - written;

		shim_about(fd);
		shim_ask(pc, can, &fd, "write(%d, %s%zu byte%s)", fd,
			written ? "the other " : "", left, shim_plural(left));
		n = write_what_fits(fd, from + written, left);
		tell_written(n, left);
		written += n > 0 ? (size_t)n : 0;
	} while (n >= 0 ? written < size : errno == EAGAIN);
	return written ? (ssize_t)written : n;
}

EXPORT ssize_t write(int fd, const void *from, size_t size)
{
	shim_can_fn can;
	ssize_t n;

	if (!shim_place() || !shim_is_seen(fd))
		return REAL(write)(fd, from, size);
	can = shim_can_write(fd);
	if (can && shim_type_of(fd) == S_IFIFO)
		return write_all(CALLER, fd, can, from, size);
	shim_about(fd);
	shim_ask(CALLER, can, &fd, "write(%d, %zu byte%s)", fd, size,
		shim_plural(size));
	n = REAL(write)(fd, from, size);
	tell_written(n, size);
	return n;
}
