/*
 * refuse - a library to be preloaded, through which the system refuses things
 *
 * REFUSE=KIND:N:HOW, where KIND is
 *
 *	memory      malloc, calloc, realloc, mmap fail with ENOMEM
 *	workers     pthread_create and fork with EAGAIN
 *	descriptors pipe2, socketpair, eventfd, open with EMFILE
 *	calls       read, write, poll, send, recv, wait4 with EINTR
 *	interrupts  read, write, openat, flock with EINTR
 *	ENOSPC, …   what is done to files, with that error: openat, write,
 *	            fsync, syncfs, linkat, renameat, renameat2, unlinkat,
 *	            mkdirat, mkfifoat, fchmod, flock
 *	short       read and write are given one byte of what they ask for
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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

/* The error of what is done to files. */
static int file_error(void)
{
	static const struct {
		const char *kind;
		int error;
	} errors[] = {
		{"ENOSPC", ENOSPC},
		{"EIO", EIO},
		{"EDQUOT", EDQUOT},
		{"EROFS", EROFS},
		{"EACCES", EACCES},
		{"ENAMETOOLONG", ENAMETOOLONG},
		{"EMFILE", EMFILE},
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (refused(errors[i].kind))
			return errors[i].error;
	return 0;
}

static bool refused_a_file(void)
{
	int error = file_error();

	if (error)
		errno = error;
	return error != 0;
}

static bool interrupted(void)
{
	if (!refused("calls") && !refused("interrupts"))
		return false;
	errno = EINTR;
	return true;
}

EXPORT ssize_t read(int fd, void *data, size_t size)
{
	REAL(read);
	if (interrupted())
		return -1;
	return real(fd, data, size && refused("short") ? 1 : size);
}

/* What is said is not refused: why it has to be said is. */
EXPORT ssize_t write(int fd, const void *data, size_t size)
{
	REAL(write);
	if (interrupted() || (fd > STDERR_FILENO && refused_a_file()))
		return -1;
	return real(fd, data, size && refused("short") ? 1 : size);
}

EXPORT int openat(int dir, const char *name, int flags, ...)
{
	va_list list;
	mode_t mode;

	REAL(openat);
	va_start(list, flags);
	mode = va_arg(list, mode_t);
	va_end(list);
	if (refused("interrupts")) {
		errno = EINTR;
		return -1;
	}
	return refused_a_file() ? -1 : real(dir, name, flags, mode);
}

EXPORT int flock(int fd, int operation)
{
	REAL(flock);
	if (refused("interrupts")) {
		errno = EINTR;
		return -1;
	}
	return refused_a_file() ? -1 : real(fd, operation);
}

EXPORT int fsync(int fd)
{
	REAL(fsync);
	return refused_a_file() ? -1 : real(fd);
}

EXPORT int syncfs(int fd)
{
	REAL(syncfs);
	return refused_a_file() ? -1 : real(fd);
}

EXPORT int linkat(int from, const char *old, int to, const char *new, int flags)
{
	REAL(linkat);
	return refused_a_file() ? -1 : real(from, old, to, new, flags);
}

EXPORT int renameat(int from, const char *old, int to, const char *new)
{
	REAL(renameat);
	return refused_a_file() ? -1 : real(from, old, to, new);
}

EXPORT int renameat2(
	int from, const char *old, int to, const char *new, unsigned flags)
{
	REAL(renameat2);
	return refused_a_file() ? -1 : real(from, old, to, new, flags);
}

EXPORT int unlinkat(int dir, const char *name, int flags)
{
	REAL(unlinkat);
	return refused_a_file() ? -1 : real(dir, name, flags);
}

EXPORT int mkdirat(int dir, const char *name, mode_t mode)
{
	REAL(mkdirat);
	return refused_a_file() ? -1 : real(dir, name, mode);
}

EXPORT int mkfifoat(int dir, const char *name, mode_t mode)
{
	REAL(mkfifoat);
	return refused_a_file() ? -1 : real(dir, name, mode);
}

EXPORT int fchmod(int fd, mode_t mode)
{
	REAL(fchmod);
	return refused_a_file() ? -1 : real(fd, mode);
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
