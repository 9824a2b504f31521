/*
 * Files, which outlast an execution: refused, but where each has a process of
 * its own. Then it has an empty folder, too, in which it begins; it is removed
 * afterwards. Whoever touches files may be watched by any other thread that
 * does, so that each call is a step.
 */
#include "lib/explore/runtime/rt.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void enter_folder(uint64_t pc)
{
	if (rt->wire->has_files)
		return;
	rt->wire->has_files = true;
	if (mkdir(rt->wire->scratch, 0700) < 0 || chdir(rt->wire->scratch) < 0)
		fail(FOUND_REFUSED, pc, "there is no folder for its files");
}

/* Whoever has no file open does nothing to one: see file_call. */
void file_step(uint64_t pc)
{
	if (!rt->wire->has_files)
		return;
	point_at(OP_FILE, NULL, NULL, pc);
	trace(OP_FILE, pc, NULL);
}

void file_call(const char *name, uint64_t pc)
{
	if (!rt->wire->config.isolate)
		fail(FOUND_REFUSED, pc,
			"calls %s: what is done to files is not undone "
			"without --isolate",
			name);
	enter_folder(pc);
	rt->wire->progress.doubts |= DOUBT_FILES;
	file_step(pc);
}

/* A call that begins something with files, and one that may go on with it. */
#define BEGINS(type, name, parameters, arguments) \
	type WRAP(name) parameters                \
	{                                         \
		file_call(#name, CALLER);         \
		return name arguments;            \
	}
#define GOES_ON(type, name, parameters, arguments) \
	type WRAP(name) parameters                 \
	{                                          \
		file_step(CALLER);                 \
		return name arguments;             \
	}

static mode_t mode_of(int flags, va_list arguments)
{
	return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

int WRAP(open)(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	file_call("open", CALLER);
	return open(path, flags, mode);
}

int WRAP(openat)(int folder, const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	file_call("openat", CALLER);
	return openat(folder, path, flags, mode);
}

BEGINS(int, creat, (const char *path, mode_t mode), (path, mode))
BEGINS(FILE *, fopen, (const char *path, const char *how), (path, how))
BEGINS(FILE *, fdopen, (int fd, const char *how), (fd, how))
BEGINS(FILE *, freopen, (const char *path, const char *how, FILE *stream),
	(path, how, stream))
BEGINS(FILE *, tmpfile, (void), ())
BEGINS(int, mkstemp, (char *path), (path))
BEGINS(int, unlink, (const char *path), (path))
BEGINS(int, remove, (const char *path), (path))
BEGINS(int, rename, (const char *old, const char *new), (old, new))
BEGINS(int, link, (const char *old, const char *new), (old, new))
BEGINS(int, symlink, (const char *old, const char *new), (old, new))
BEGINS(int, mkdir, (const char *path, mode_t mode), (path, mode))
BEGINS(int, rmdir, (const char *path), (path))
BEGINS(int, truncate, (const char *path, off_t size), (path, size))
BEGINS(DIR *, opendir, (const char *path), (path))

GOES_ON(int, access, (const char *path, int how), (path, how))
GOES_ON(int, stat, (const char *path, struct stat *result), (path, result))
GOES_ON(int, lstat, (const char *path, struct stat *result), (path, result))
GOES_ON(ssize_t, pread, (int fd, void *to, size_t size, off_t at),
	(fd, to, size, at))
GOES_ON(ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at),
	(fd, from, size, at))
GOES_ON(off_t, lseek, (int fd, off_t to, int whence), (fd, to, whence))
GOES_ON(int, ftruncate, (int fd, off_t size), (fd, size))
GOES_ON(int, fsync, (int fd), (fd))
GOES_ON(int, close, (int fd), (fd))
GOES_ON(int, fclose, (FILE * stream), (stream))
