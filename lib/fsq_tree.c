#include "lib/fsq_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/fsq_sys.h"

enum {
	MAX_DEPTH = 32
};

static int remove_any(int dir, const char *name, int depth);

static int remove_entries(DIR *entries, int depth)
{
	const struct dirent *entry;
	int first = 0;

	while ((entry = readdir(entries))) {
		int error;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		error = remove_any(dirfd(entries), entry->d_name, depth);
		if (error && !first)
			first = error;
	}
	return first;
}

static int remove_directory(int dir, const char *name, int depth)
{
	int error, fd = fsq_sys_open(
			   dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	DIR *entries;

	if (fd < 0)
		return fd;
	entries = fdopendir(fd);
	if (!entries) {
		error = -errno;
		close(fd);
		return error;
	}
	error = remove_entries(entries, depth);
	closedir(entries);
	return error ? error : fsq_sys_rmdir(dir, name);
}

static int remove_any(int dir, const char *name, int depth)
{
	int error = fsq_sys_unlink(dir, name);

	if (error == -EISDIR || error == -EPERM)
		error = depth ? remove_directory(dir, name, depth - 1) : -ELOOP;
	return error == -ENOENT ? 0 : error;
}

int fsq_tree_remove(int dir, const char *name)
{
	return remove_any(dir, name, MAX_DEPTH);
}
