/* Calls to do with files: most are done at once. */
#include "lib/explore/runtime/shim/shim.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A call with its arguments in words; it never waits. */
#define CALL(type, name, parameters, arguments, ...)       \
	EXPORT type name parameters                        \
	{                                                  \
		type result_;                              \
		if (!shim_place())                         \
			return REAL(name) arguments;       \
		shim_ask(CALLER, NULL, NULL, __VA_ARGS__); \
		result_ = REAL(name) arguments;            \
		shim_tell((long)result_);                  \
		return result_;                            \
	}

/* The same about a descriptor, fd. */
#define ABOUT_CALL(type, name, parameters, arguments, ...) \
	EXPORT type name parameters                        \
	{                                                  \
		type result_;                              \
		if (!shim_place())                         \
			return REAL(name) arguments;       \
		shim_about(fd);                            \
		shim_ask(CALLER, NULL, NULL, __VA_ARGS__); \
		result_ = REAL(name) arguments;            \
		shim_tell((long)result_);                  \
		return result_;                            \
	}

/* The same for what returns a pointer. */
#define POINTER_CALL(type, name, parameters, arguments, ...) \
	EXPORT type name parameters                          \
	{                                                    \
		type result_;                                \
		if (!shim_place())                           \
			return REAL(name) arguments;         \
		shim_ask(CALLER, NULL, NULL, __VA_ARGS__);   \
		result_ = REAL(name) arguments;              \
		shim_tell(result_ ? 0 : -1);                 \
		return result_;                              \
	}

const char *shim_plural(size_t n)
{
	return n == 1 ? "" : "s";
}

CALL(int, unlink, (const char *path), (path), "unlink(%s)", path)
CALL(int, remove, (const char *path), (path), "remove(%s)", path)
CALL(int, rmdir, (const char *path), (path), "rmdir(%s)", path)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), "mkdir(%s)",
	path)
CALL(int, rename, (const char *old, const char *new), (old, new),
	"rename(%s, %s)", old, new)
CALL(int, link, (const char *old, const char *new), (old, new), "link(%s, %s)",
	old, new)
CALL(int, symlink, (const char *old, const char *new), (old, new),
	"symlink(%s, %s)", old, new)
CALL(int, renameat, (int a, const char *old, int b, const char *new),
	(a, old, b, new), "renameat(%s, %s)", old, new)
CALL(int, linkat, (int a, const char *old, int b, const char *new, int flags),
	(a, old, b, new, flags), "linkat(%s, %s)", old, new)
CALL(int, unlinkat, (int folder, const char *path, int flags),
	(folder, path, flags), "unlinkat(%s)", path)
CALL(int, mkdirat, (int folder, const char *path, mode_t mode),
	(folder, path, mode), "mkdirat(%s)", path)
CALL(int, access, (const char *path, int how), (path, how), "access(%s)", path)
CALL(int, faccessat, (int folder, const char *path, int how, int flags),
	(folder, path, how, flags), "faccessat(%s)", path)
CALL(int, stat, (const char *path, struct stat *st), (path, st), "stat(%s)",
	path)
CALL(int, lstat, (const char *path, struct stat *st), (path, st), "lstat(%s)",
	path)
CALL(int, fstatat, (int folder, const char *path, struct stat *st, int flags),
	(folder, path, st, flags), "fstatat(%s)", path)
CALL(int, chmod, (const char *path, mode_t mode), (path, mode), "chmod(%s)",
	path)
CALL(int, truncate, (const char *path, off_t size), (path, size),
	"truncate(%s)", path)
ABOUT_CALL(
	int, ftruncate, (int fd, off_t size), (fd, size), "ftruncate(%d)", fd)
ABOUT_CALL(int, fsync, (int fd), (fd), "fsync(%d)", fd)
ABOUT_CALL(int, fdatasync, (int fd), (fd), "fdatasync(%d)", fd)
CALL(int, mkstemp, (char *path), (path), "mkstemp(%s)", path)
CALL(int, mkfifo, (const char *path, mode_t mode), (path, mode), "mkfifo(%s)",
	path)
CALL(int, creat, (const char *path, mode_t mode), (path, mode), "creat(%s)",
	path)
ABOUT_CALL(ssize_t, pread, (int fd, void *to, size_t size, off_t at),
	(fd, to, size, at), "pread(%d, %zu byte%s)", fd, size,
	shim_plural(size))
ABOUT_CALL(ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at),
	(fd, from, size, at), "pwrite(%d, %zu byte%s)", fd, size,
	shim_plural(size))
POINTER_CALL(DIR *, opendir, (const char *path), (path), "opendir(%s)", path)
CALL(int, fflush, (FILE * stream), (stream), "fflush(%d)",
	stream ? fileno(stream) : -1)

mode_t shim_type_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_mode & S_IFMT : 0;
}

static const char *whence_words(int whence)
{
	return whence == SEEK_SET   ? "SEEK_SET"
	       : whence == SEEK_CUR ? "SEEK_CUR"
	       : whence == SEEK_END ? "SEEK_END"
				    : "...";
}

/* What it goes by, the size of the file or a shared offset, is of others. */
EXPORT off_t lseek(int fd, off_t by, int whence)
{
	off_t at;

	if (!shim_place() || shim_type_of(fd) != S_IFREG)
		return REAL(lseek)(fd, by, whence);
	shim_about(fd);
	shim_ask(CALLER, NULL, NULL, "lseek(%d, %lld, %s)", fd, (long long)by,
		whence_words(whence));
	at = REAL(lseek)(fd, by, whence);
	shim_tell_words((long)at, "%lld", (long long)at);
	return at;
}

/* A fifo that is opened waits for its other end, inside of the system. */
static void refuse_fifo(uint64_t pc, const char *path, int flags)
{
	struct stat st;

	if (!(flags & (O_NONBLOCK | O_PATH)) && (flags & O_ACCMODE) != O_RDWR &&
		REAL(stat)(path, &st) == 0 && S_ISFIFO(st.st_mode))
		shim_fail(FOUND_REFUSED, pc,
			"opens the fifo %s, which waits for its other end",
			path);
}

/* As in the program, those that say what becomes of the file. */
static const char *flag_names(int flags, char *names, size_t size)
{
	static const struct {
		int flag;
		const char *name;
	} table[] = {
		{O_CREAT, "O_CREAT"}, {O_EXCL, "O_EXCL"}, {O_TRUNC, "O_TRUNC"}};
	size_t n = 0;

	names[0] = '\0';
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (flags & table[i].flag)
			n += (size_t)snprintf(names + n, size - n, "%s%s",
				n ? " | " : ", ", table[i].name);
	}
	return names;
}

static int opened(
	uint64_t pc, int folder, const char *path, int flags, mode_t mode)
{
	char names[40];
	int fd;

	if (!shim_place())
		return REAL(openat)(folder, path, flags, mode);
	shim_ask(pc, NULL, NULL, "open(%s%s)", path,
		flag_names(flags, names, sizeof(names)));
	refuse_fifo(pc, path, flags);
	fd = REAL(openat)(folder, path, flags, mode);
	shim_tell(fd);
	return fd;
}

static mode_t mode_of(int flags, va_list arguments)
{
	return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

EXPORT int open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	return opened(CALLER, AT_FDCWD, path, flags, mode);
}

EXPORT int openat(int folder, const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	return opened(CALLER, folder, path, flags, mode);
}

EXPORT FILE *fopen(const char *path, const char *how)
{
	FILE *stream;

	if (!shim_place())
		return REAL(fopen)(path, how);
	shim_ask(CALLER, NULL, NULL, "fopen(%s, %s)", path, how);
	stream = REAL(fopen)(path, how);
	shim_tell(stream ? fileno(stream) : -1);
	return stream;
}

static bool is_ready(int fd, short what)
{
	struct pollfd ready = {.fd = fd, .events = what};

	return REAL(poll)(&ready, 1, 0) != 0;
}

static bool can_read(const void *fd)
{
	return is_ready(*(const int *)fd, POLLIN);
}

static bool can_write(const void *wait)
{
	int fd = *(const int *)wait, n = -1;

	if (is_ready(fd, POLLOUT))
		return true;
	if (shim_type_of(fd) == S_IFIFO && ioctl(fd, FIONREAD, &n) < 0)
		n = -1;
	shim_place()->in_pipe = n;
	return false;
}

/* What O_NONBLOCK says never waits, whatever is ready. */
static shim_can_fn unless_nonblocking(int fd, shim_can_fn can)
{
	int flags = REAL(fcntl)(fd, F_GETFL);

	return flags < 0 || flags & O_NONBLOCK || shim_type_of(fd) == S_IFREG
		       ? NULL
		       : can;
}

shim_can_fn shim_can_read(int fd)
{
	return unless_nonblocking(fd, can_read);
}

shim_can_fn shim_can_write(int fd)
{
	return unless_nonblocking(fd, can_write);
}

EXPORT ssize_t read(int fd, void *to, size_t size)
{
	ssize_t n;

	if (!shim_place())
		return REAL(read)(fd, to, size);
	shim_about(fd);
	shim_ask(CALLER, shim_can_read(fd), &fd, "read(%d, %zu byte%s)", fd,
		size, shim_plural(size));
	n = REAL(read)(fd, to, size);
	if (n > 0)
		shim_tell_words(n, "%zd byte%s", n, shim_plural((size_t)n));
	else
		shim_tell_words(n, "the end");
	return n;
}

/* Nobody of them looks at a terminal or /dev/null. */
bool shim_is_seen(int fd)
{
	mode_t type = shim_type_of(fd);

	return type == S_IFREG || type == S_IFIFO || type == S_IFSOCK;
}

/* What is in the buffer already need not be waited for. */
static bool can_get(const void *wait)
{
	FILE *stream = (FILE *)(uintptr_t)wait;

	return feof(stream) || stream->_IO_read_ptr < stream->_IO_read_end ||
	       is_ready(fileno(stream), POLLIN);
}

static void ask_to_get(uint64_t pc, const char *name, FILE *stream)
{
	int fd = fileno(stream);

	shim_about(fd);
	shim_ask(pc, unless_nonblocking(fd, can_get), stream, "%s(%d)", name,
		fd);
}

/* What is in the buffer is taken at once; to fill it is a step, a read. */
static int get(uint64_t pc, const char *name, FILE *stream)
{
	bool is_step = stream->_IO_read_ptr >= stream->_IO_read_end;
	int byte;

	if (is_step)
		ask_to_get(pc, name, stream);
	byte = getc_unlocked(stream);
	if (is_step)
		shim_tell(byte != EOF ? 1 : ferror(stream) ? -1 : 0);
	return byte;
}

EXPORT char *fgets(char *to, int size, FILE *stream)
{
	int n = 0, byte = 0;

	if (!shim_place())
		return REAL(fgets)(to, size, stream);
	while (n < size - 1 && byte != '\n') {
		byte = get(CALLER, "fgets", stream);
		if (byte == EOF)
			break;
		to[n++] = (char)byte;
	}
	if (size > 0)
		to[n] = '\0';
	return size > 0 && n > 0 && !ferror(stream) ? to : NULL;
}

EXPORT size_t fread(void *to, size_t size, size_t n, FILE *stream)
{
	unsigned char *bytes = to;
	size_t wanted, got = 0;
	int byte;

	if (!shim_place() || __builtin_mul_overflow(size, n, &wanted) ||
		wanted == 0)
		return REAL(fread)(to, size, n, stream);
	while (got < wanted && (byte = get(CALLER, "fread", stream)) != EOF)
		bytes[got++] = (unsigned char)byte;
	return got / size;
}

static int got(uint64_t pc, const char *name, FILE *stream)
{
	return shim_place() ? get(pc, name, stream) : getc_unlocked(stream);
}

EXPORT int fgetc(FILE *stream)
{
	return got(CALLER, "fgetc", stream);
}

EXPORT int INSTEAD_OF(getc)(FILE *stream)
{
	return got(CALLER, "getc", stream);
}

/* By another name: stdio.h has it inline where it optimises. */
EXPORT int got_from_stdin(void) __asm__("getchar");
EXPORT int got_from_stdin(void)
{
	return got(CALLER, "getchar", stdin);
}

static bool has_room(char **line, size_t *size, size_t wanted)
{
	char *longer;

	if (*line && wanted <= *size)
		return true;
	longer = realloc(*line, 2 * wanted + 80);
	if (!longer)
		return false;
	*line = longer;
	*size = 2 * wanted + 80;
	return true;
}

static ssize_t get_line(
	uint64_t pc, char **line, size_t *size, int end, FILE *stream)
{
	size_t n = 0;
	int byte;

	do {
		byte = get(pc, "getline", stream);
		if (byte == EOF)
			break;
		if (!has_room(line, size, n + 2))
			return -1;
		(*line)[n++] = (char)byte;
	} while (byte != end);
	if (n == 0 || ferror(stream))
		return -1;
	(*line)[n] = '\0';
	return (ssize_t)n;
}

EXPORT ssize_t getdelim(char **line, size_t *size, int end, FILE *stream)
{
	return shim_place() ? get_line(CALLER, line, size, end, stream)
			    : REAL(getdelim)(line, size, end, stream);
}

EXPORT ssize_t got_line(char **line, size_t *size, FILE *stream) __asm__(
	"getline");
EXPORT ssize_t got_line(char **line, size_t *size, FILE *stream)
{
	return shim_place() ? get_line(CALLER, line, size, '\n', stream)
			    : REAL(getline)(line, size, stream);
}

EXPORT int fclose(FILE *stream)
{
	int result;

	if (!shim_place() || !shim_is_seen(fileno(stream)))
		return REAL(fclose)(stream);
	shim_about(fileno(stream));
	shim_ask(CALLER, NULL, NULL, "fclose(%d)", fileno(stream));
	result = REAL(fclose)(stream);
	shim_tell(result);
	return result;
}

SHIM_ALSO(open);
SHIM_ALSO(openat);
SHIM_ALSO(creat);
SHIM_ALSO(fopen);
SHIM_ALSO(stat);
SHIM_ALSO(lstat);
SHIM_ALSO(fstatat);
SHIM_ALSO(mkstemp);
SHIM_ALSO(truncate);
SHIM_ALSO(ftruncate);
SHIM_ALSO(lseek);
SHIM_ALSO(pread);
SHIM_ALSO(pwrite);
