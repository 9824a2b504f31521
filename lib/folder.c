#include "lib/folder.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

enum {
	MOST_OPEN = 16,
};

static int make_one(const char *path, mode_t mode)
{
	return mkdir(path, mode) < 0 && errno != EEXIST ? -errno : 0;
}

int folder_make(const char *path, mode_t mode)
{
	char part[PATH_MAX];
	int error = 0;

	if (snprintf(part, sizeof(part), "%s", path) >= PATH_MAX)
		return -ENAMETOOLONG;
	for (char *p = part; *p && !error; p++) {
		if (*p != '/' || p == part)
			continue;
		*p = '\0';
		error = make_one(part, mode);
		*p = '/';
	}
	return error ? error : make_one(part, mode);
}

static int remove_one(
	const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

void folder_remove(const char *path)
{
	nftw(path, remove_one, MOST_OPEN, FTW_DEPTH | FTW_PHYS);
}
