/* Calls to do with sockets: what comes of one, and who comes to one. */
#include "lib/explore/runtime/shim/shim.h"

#include <errno.h>
#include <sys/socket.h>

/* For a call that may wait unless it is told not to. */
static void ask(
	uint64_t pc, int *fd, shim_can_fn can, int flags, const char *name)
{
	shim_about(*fd);
	shim_ask(
		pc, flags & MSG_DONTWAIT ? NULL : can, fd, "%s(%d)", name, *fd);
}

static void tell_received(ssize_t n)
{
	if (n == 0)
		shim_tell_words(0, "the end");
	else
		shim_tell_words(n, "%zd byte%s", n, n == 1 ? "" : "s");
}

/* All of it, where that is asked for: piece by piece, as it comes. */
static ssize_t received(uint64_t pc, const char *name, int fd, void *to,
	size_t size, int flags, __SOCKADDR_ARG from, socklen_t *length)
{
	bool all = flags & MSG_WAITALL && !(flags & MSG_DONTWAIT);
	size_t got = 0;
	ssize_t n;

	do {
		ask(pc, &fd, shim_can_read(fd), flags, name);
		n = REAL(recvfrom)(fd, (char *)to + got, size - got,
			flags & ~MSG_WAITALL, from, length);
		tell_received(n);
		got += n > 0 ? (size_t)n : 0;
	} while (all && n > 0 && got < size);
	return got ? (ssize_t)got : n;
}

EXPORT ssize_t recv(int fd, void *to, size_t size, int flags)
{
	return shim_place() ? received(CALLER, "recv", fd, to, size, flags,
				      NULL, NULL)
			    : REAL(recv)(fd, to, size, flags);
}

EXPORT ssize_t recvfrom(int fd, void *to, size_t size, int flags,
	__SOCKADDR_ARG from, socklen_t *length)
{
	return shim_place() ? received(CALLER, "recvfrom", fd, to, size, flags,
				      from, length)
			    : REAL(recvfrom)(fd, to, size, flags, from, length);
}

EXPORT ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	ssize_t n;

	if (!shim_place())
		return REAL(recvmsg)(fd, message, flags);
	ask(CALLER, &fd, shim_can_read(fd), flags, "recvmsg");
	n = REAL(recvmsg)(fd, message, flags);
	tell_received(n);
	return n;
}

static ssize_t sent(uint64_t pc, const char *name, int fd, const void *from,
	size_t size, int flags, __CONST_SOCKADDR_ARG to, socklen_t length)
{
	ssize_t n;

	ask(pc, &fd, shim_can_write(fd), flags, name);
	n = REAL(sendto)(fd, from, size, flags, to, length);
	shim_tell_words(n, "%zd byte%s", n, n == 1 ? "" : "s");
	return n;
}

EXPORT ssize_t send(int fd, const void *from, size_t size, int flags)
{
	return shim_place()
		       ? sent(CALLER, "send", fd, from, size, flags, NULL, 0)
		       : REAL(send)(fd, from, size, flags);
}

EXPORT ssize_t sendto(int fd, const void *from, size_t size, int flags,
	__CONST_SOCKADDR_ARG to, socklen_t length)
{
	return shim_place() ? sent(CALLER, "sendto", fd, from, size, flags, to,
				      length)
			    : REAL(sendto)(fd, from, size, flags, to, length);
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	ssize_t n;

	if (!shim_place())
		return REAL(sendmsg)(fd, message, flags);
	ask(CALLER, &fd, shim_can_write(fd), flags, "sendmsg");
	n = REAL(sendmsg)(fd, message, flags);
	shim_tell(n);
	return n;
}

static int accepted(
	uint64_t pc, int fd, __SOCKADDR_ARG from, socklen_t *length, int flags)
{
	int result;

	ask(pc, &fd, shim_can_read(fd), 0, "accept");
	result = REAL(accept4)(fd, from, length, flags);
	shim_tell(result);
	return result;
}

EXPORT int accept(int fd, __SOCKADDR_ARG from, socklen_t *length)
{
	return shim_place() ? accepted(CALLER, fd, from, length, 0)
			    : REAL(accept)(fd, from, length);
}

EXPORT int accept4(int fd, __SOCKADDR_ARG from, socklen_t *length, int flags)
{
	return shim_place() ? accepted(CALLER, fd, from, length, flags)
			    : REAL(accept4)(fd, from, length, flags);
}

EXPORT int connect(int fd, __CONST_SOCKADDR_ARG to, socklen_t length)
{
	int result;

	if (!shim_place())
		return REAL(connect)(fd, to, length);
	ask(CALLER, &fd, NULL, 0, "connect");
	result = REAL(connect)(fd, to, length);
	shim_tell(result);
	return result;
}
