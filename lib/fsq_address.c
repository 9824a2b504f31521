#include "lib/fsq_address.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/clock.h"

enum {
	BACKLOG = 128,
	HOST_SIZE = 256,
	PORT_DIGITS = 5
};

static int parse_path(const char *path, struct fsq_address *address)
{
	struct sockaddr_un *unix_ = (struct sockaddr_un *)&address->where;
	size_t size = strlen(path) + 1;

	if (size > sizeof(unix_->sun_path))
		return -ENAMETOOLONG;
	unix_->sun_family = AF_UNIX;
	memcpy(unix_->sun_path, path, size);
	address->size = sizeof(*unix_);
	return 0;
}

static bool is_port(const char *text)
{
	size_t size = strlen(text);

	return size && size <= PORT_DIGITS &&
	       strspn(text, "0123456789") == size && atoi(text) <= UINT16_MAX;
}

/* "web1", "[::1]" or nothing, before the colon. */
static int copy_host(const char *text, const char *colon, char out[HOST_SIZE])
{
	size_t size = (size_t)(colon - text);

	if (size >= 2 && *text == '[' && colon[-1] == ']') {
		text++;
		size -= 2;
	} else if (memchr(text, ':', size)) {
		return -EINVAL;
	}
	if (size >= HOST_SIZE)
		return -EINVAL;
	memcpy(out, text, size);
	out[size] = '\0';
	return 0;
}

static int error_of(int code)
{
	switch (code) {
	case EAI_AGAIN:
		return -EAGAIN;
	case EAI_MEMORY:
		return -ENOMEM;
	case EAI_SYSTEM:
		return -errno;
	default:
		return -ENOENT;
	}
}

static int look_up(
	const char *host, const char *port, struct fsq_address *address)
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV,
	};
	struct addrinfo *found;
	int code = getaddrinfo(
		*host ? host : "127.0.0.1", port, &hints, &found);

	if (code)
		return error_of(code);
	memcpy(&address->where, found->ai_addr, found->ai_addrlen);
	address->size = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

int fsq_address_parse(const char *text, struct fsq_address *address)
{
	const char *colon = strrchr(text, ':');
	struct fsq_address parsed = {.size = 0};
	char host[HOST_SIZE];
	int error;

	if (strchr(text, '/'))
		error = parse_path(text, &parsed);
	else if (!colon || !is_port(colon + 1))
		error = -EINVAL;
	else
		error = copy_host(text, colon, host);
	if (!error && !parsed.size)
		error = look_up(host, colon + 1, &parsed);
	if (!error)
		*address = parsed;
	return error;
}

static const char *path_of(const struct fsq_address *address)
{
	const struct sockaddr_un *unix_ = (const void *)&address->where;

	return address->where.ss_family == AF_UNIX ? unix_->sun_path : NULL;
}

void fsq_address_format(
	const struct fsq_address *address, char out[FSQ_ADDRESS_SIZE])
{
	char host[HOST_SIZE], port[PORT_DIGITS + 1];
	const char *path = path_of(address);
	bool is_v6 = address->where.ss_family == AF_INET6;

	if (path)
		snprintf(out, FSQ_ADDRESS_SIZE, "%s", *path ? path : "?");
	else if (getnameinfo((const struct sockaddr *)&address->where,
			 address->size, host, sizeof(host), port, sizeof(port),
			 NI_NUMERICHOST | NI_NUMERICSERV))
		snprintf(out, FSQ_ADDRESS_SIZE, "?");
	else
		snprintf(out, FSQ_ADDRESS_SIZE,
			is_v6 ? "[%.100s]:%s" : "%.100s:%s", host, port);
}

static int open_socket(const struct fsq_address *address)
{
	int fd = socket(address->where.ss_family,
		SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? -errno : fd;
}

static int bind_to(int fd, const struct fsq_address *address)
{
	const int yes = 1;

	/* Or a port stays taken for minutes after its server has ended. */
	if (!path_of(address) &&
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)))
		return -errno;
	if (bind(fd, (const struct sockaddr *)&address->where, address->size))
		return -errno;
	return 0;
}

/* Does nobody listen to the socket that is there? */
static bool is_left_over(const struct fsq_address *address)
{
	struct stat st;
	int fd;

	if (lstat(path_of(address), &st) || !S_ISSOCK(st.st_mode))
		return false;
	fd = fsq_address_connect(address, clock_now());
	if (fd >= 0)
		close(fd);
	return fd == -ECONNREFUSED;
}

static int bind_anew(int fd, const struct fsq_address *address)
{
	int error = bind_to(fd, address);

	if (error != -EADDRINUSE || !path_of(address) || !is_left_over(address))
		return error;
	if (unlink(path_of(address)) && errno != ENOENT)
		return -errno;
	return bind_to(fd, address);
}

/* The port that we got, or the socket that is ours to remove. */
static int note_where(int fd, struct fsq_address *address)
{
	socklen_t size = sizeof(address->where);
	struct stat st;

	if (!path_of(address))
		return getsockname(
			       fd, (struct sockaddr *)&address->where, &size)
			       ? -errno
			       : 0;
	if (lstat(path_of(address), &st))
		return -errno;
	address->inode = st.st_ino;
	return 0;
}

int fsq_address_listen(struct fsq_address *address)
{
	int error, fd = open_socket(address);

	if (fd < 0)
		return fd;
	error = bind_anew(fd, address);
	if (!error && listen(fd, BACKLOG))
		error = -errno;
	if (!error)
		error = note_where(fd, address);
	if (!error)
		return fd;
	close(fd);
	return error;
}

void fsq_address_remove(const struct fsq_address *address)
{
	const char *path = path_of(address);
	struct stat st;

	if (path && !lstat(path, &st) && st.st_ino == address->inode)
		unlink(path);
}

static int wait_connected(int fd, uint64_t deadline_ns)
{
	struct pollfd ready = {.fd = fd, .events = POLLOUT};
	socklen_t size = sizeof(int);
	int n, error = 0;

	n = poll(&ready, 1, clock_poll_ms(deadline_ns));
	if (n < 0)
		return -errno;
	if (!n)
		return -ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size))
		return -errno;
	return -error;
}

/* Frames are written whole, so there is nothing to collect. */
static void send_at_once(int fd)
{
	const int yes = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
}

int fsq_address_connect(const struct fsq_address *address, uint64_t deadline_ns)
{
	int error = 0, fd = open_socket(address);

	if (fd < 0)
		return fd;
	if (connect(fd, (const struct sockaddr *)&address->where,
		    address->size))
		error = -errno;
	if (error == -EINPROGRESS)
		error = wait_connected(fd, deadline_ns);
	if (error) {
		close(fd);
		return error;
	}
	if (!path_of(address))
		send_at_once(fd);
	return fd;
}
