#include "lib/fsq_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/fsq_sys.h"

enum {
	MAX_DEPTH = 32
};

static int remove_any(int dir, const char *name, int depth);

/* As the kernel gives it. */
struct entry {
	uint64_t inode;
	int64_t next;
	uint16_t size;
	uint8_t type;
	char name[];
};

static int remove_entry(int dir, const char *name, int depth)
{
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return 0;
	return remove_any(dir, name, depth);
}

/* opendir would ask for memory, and this has to work where there is none. */
static int remove_entries(int dir, int depth)
{
	_Alignas(struct entry) char data[4096];
	int first = 0;
	long size;

	while ((size = syscall(SYS_getdents64, dir, data, sizeof(data))) > 0) {
		for (long at = 0; at < size;) {
			const struct entry *entry = (const void *)(data + at);
			int error = remove_entry(dir, entry->name, depth);

			if (error && !first)
				first = error;
			at += entry->size;
		}
	}
	return size < 0 ? -errno : first;
}

static int remove_directory(int dir, const char *name, int depth)
{
	int error, fd = fsq_sys_open(
			   dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (fd < 0)
		return fd;
	error = remove_entries(fd, depth);
	fsq_sys_close(fd);
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
