#include "cmd/savefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MODE_NEW = 0666
};

static const char suffix[] = ".XXXXXX";

static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

/* The folder that the temporary file will be in. */
static void folder_of(const char *path, char *folder, size_t size)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		snprintf(folder, size, ".");
	else if (slash == path)
		snprintf(folder, size, "/");
	else
		snprintf(folder, size, "%.*s", (int)(slash - path), path);
}

/* A link is followed, so that it stays one. */
static int resolve(const char *path, char *out)
{
	if (strlen(path) + sizeof(suffix) > PATH_MAX)
		return -ENAMETOOLONG;
	if (*path == '\0')
		return -ENOENT;
	if (!realpath(path, out))
		strcpy(out, path);
	return strlen(out) + sizeof(suffix) > PATH_MAX ? -ENAMETOOLONG : 0;
}

int savefile_try(const char *path)
{
	char resolved[PATH_MAX], folder[PATH_MAX];
	int status = resolve(path, resolved);
	struct stat st;

	if (status < 0)
		return status;
	if (stat(resolved, &st) == 0 && S_ISDIR(st.st_mode))
		return -EISDIR;
	if (is_special(resolved))
		return access(resolved, W_OK) < 0 ? -errno : 0;
	folder_of(resolved, folder, sizeof(folder));
	if (stat(folder, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return access(folder, W_OK | X_OK) < 0 ? -errno : 0;
}

/* As the old file's, or what open() would have given a new one. */
static void set_mode(int fd, const char *path)
{
	struct stat st;
	mode_t mask = umask(0);

	umask(mask);
	fchmod(fd,
		stat(path, &st) == 0 ? st.st_mode & 07777 : MODE_NEW & ~mask);
}

static int open_temporary(struct savefile *file)
{
	int fd, status;

	strcpy(file->temporary, file->path);
	strcat(file->temporary, suffix);
	fd = mkostemp(file->temporary, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	set_mode(fd, file->path);
	file->out = fdopen(fd, "w");
	if (file->out)
		return 0;
	status = -errno;
	close(fd);
	unlink(file->temporary);
	return status;
}

int savefile_open(struct savefile *file, const char *path)
{
	int status = resolve(path, file->path);

	if (status < 0)
		return status;
	if (!is_special(file->path))
		return open_temporary(file);
	*file->temporary = '\0';
	file->out = fopen(file->path, "we");
	return file->out ? 0 : -errno;
}

/* A write failed before the last one, and its errno is gone: write again. */
static int ask_why(FILE *out)
{
	clearerr(out);
	errno = EIO;
	fputc('\n', out);
	fflush(out);
	return -errno;
}

static int finish_stream(FILE *out)
{
	int status = 0;

	if (ferror(out))
		status = ask_why(out);
	else if (fflush(out) != 0)
		status = -errno;
	if (fclose(out) != 0 && status == 0)
		status = -errno;
	return status;
}

int savefile_close(struct savefile *file)
{
	int status = finish_stream(file->out);

	if (!*file->temporary)
		return status;
	if (status == 0 && rename(file->temporary, file->path) < 0)
		status = -errno;
	if (status < 0)
		unlink(file->temporary);
	return status;
}
