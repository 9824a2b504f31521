/*
 * refuse - a library to be preloaded, through which the system refuses things
 *
 * REFUSE=KIND:N:HOW, where KIND is
 *
 *	memory      malloc, calloc, realloc, mmap fail with ENOMEM
 *	workers     pthread_create and fork with EAGAIN
 *	descriptors pipe2, socketpair, eventfd, open with EMFILE
 *	calls       read, write, poll, send, recv, wait4 with EINTR
 *
 * and HOW is `once` (only the N-th call), `from` (the N-th and all after it)
 * or `every` (each N-th). The calls are counted over all threads; a forked
 * child counts on from what its parent had. The first refusal creates the
 * file that REFUSE_LOG names, so that who goes through N = 1, 2, … sees the
 * first run that nothing happened to.
 *
 * glibc only, because of __libc_malloc: asking dlsym for malloc may need it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static const char *kind;
static unsigned long first;
static char how;
static int log_folder = -1;
static atomic_ulong ncalls;

/* Before main, and without memory of our own. */
__attribute__((constructor)) static void read_orders(void)
{
	const char *orders = getenv("REFUSE"), *log = getenv("REFUSE_LOG");
	char *end;

	if (!orders || !strchr(orders, ':') || !log)
		return;
	first = strtoul(strchr(orders, ':') + 1, &end, 10);
	how = end[0] ? end[1] : 'o';
	log_folder = open(log, O_WRONLY | O_CLOEXEC | O_CREAT, 0666);
	if (log_folder < 3)
		log_folder = fcntl(log_folder, F_DUPFD_CLOEXEC, 100);
	kind = orders;
}

static void note_refusal(void)
{
	ssize_t (*real)(int, const void *, size_t);

	*(void **)&real = dlsym(RTLD_NEXT, "write");
	if (real(log_folder, "x", 1) < 0)
		abort();
}

static bool refused(const char *what)
{
	static atomic_flag noted = ATOMIC_FLAG_INIT;
	unsigned long n;

	if (!kind || strncmp(kind, what, strlen(what)))
		return false;
	n = atomic_fetch_add(&ncalls, 1) + 1;
	if (how == 'e' ? n % first : how == 'f' ? n < first : n != first)
		return false;
	if (!atomic_flag_test_and_set(&noted))
		note_refusal();
	return true;
}

/* The next definition of a function, which is the real one. */
#define REAL(name)                     \
	static __typeof__(&name) real; \
	if (!real)                     \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *memory, size_t size);

EXPORT void *malloc(size_t size)
{
	if (!refused("memory"))
		return __libc_malloc(size);
	errno = ENOMEM;
	return NULL;
}

EXPORT void *calloc(size_t n, size_t size)
{
	if (!refused("memory"))
		return __libc_calloc(n, size);
	errno = ENOMEM;
	return NULL;
}

EXPORT void *realloc(void *memory, size_t size)
{
	if (!refused("memory"))
		return __libc_realloc(memory, size);
	errno = ENOMEM;
	return NULL;
}

EXPORT void *mmap(
	void *address, size_t size, int protection, int flags, int fd, off_t at)
{
	REAL(mmap);
	if (!refused("memory"))
		return real(address, size, protection, flags, fd, at);
	errno = ENOMEM;
	return MAP_FAILED;
}

EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *), void *arg)
{
	REAL(pthread_create);
	return refused("workers") ? EAGAIN
				  : real(thread, attributes, start, arg);
}

EXPORT pid_t fork(void)
{
	REAL(fork);
	if (!refused("workers"))
		return real();
	errno = EAGAIN;
	return -1;
}

EXPORT int pipe2(int ends[2], int flags)
{
	REAL(pipe2);
	if (!refused("descriptors"))
		return real(ends, flags);
	errno = EMFILE;
	return -1;
}

EXPORT int socketpair(int domain, int type, int protocol, int ends[2])
{
	REAL(socketpair);
	if (!refused("descriptors"))
		return real(domain, type, protocol, ends);
	errno = EMFILE;
	return -1;
}

EXPORT int eventfd(unsigned count, int flags)
{
	REAL(eventfd);
	if (!refused("descriptors"))
		return real(count, flags);
	errno = EMFILE;
	return -1;
}

EXPORT ssize_t read(int fd, void *data, size_t size)
{
	REAL(read);
	if (!refused("calls"))
		return real(fd, data, size);
	errno = EINTR;
	return -1;
}

EXPORT ssize_t write(int fd, const void *data, size_t size)
{
	REAL(write);
	if (!refused("calls"))
		return real(fd, data, size);
	errno = EINTR;
	return -1;
}

EXPORT int poll(struct pollfd *polls, nfds_t n, int timeout_ms)
{
	REAL(poll);
	if (!refused("calls"))
		return real(polls, n, timeout_ms);
	errno = EINTR;
	return -1;
}

EXPORT ssize_t send(int fd, const void *data, size_t size, int flags)
{
	REAL(send);
	if (!refused("calls"))
		return real(fd, data, size, flags);
	errno = EINTR;
	return -1;
}

EXPORT ssize_t recv(int fd, void *data, size_t size, int flags)
{
	REAL(recv);
	if (!refused("calls"))
		return real(fd, data, size, flags);
	errno = EINTR;
	return -1;
}

EXPORT pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
	REAL(wait4);
	if (!refused("calls"))
		return real(pid, status, options, usage);
	errno = EINTR;
	return -1;
}
