/* The file system that the program sees. */
#include "lib/box_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	COPY_SIZE = 1 << 20, /* at most, of one file */
	COPY_MOST = 200,
};

const char *const box_system_places[] = {"/usr", "/bin", "/sbin", "/lib",
	"/lib64", "/lib32", "/libx32", "/opt", "/nix", "/etc/alternatives",
	"/etc/ld.so.cache", "/etc/localtime", NULL};

/* A folder that is nearly everywhere, and holds nothing that is wanted. */
static const char *const roots[] = {"/sys", "/mnt", "/srv", NULL};

static bool inside(char path[PATH_MAX], const char *root, const char *place)
{
	return snprintf(path, PATH_MAX, "%s%s", root, place) < PATH_MAX;
}

/* All folders on the way, and the last one, too. */
static void make_folders(const char *root, const char *place)
{
	char path[PATH_MAX];
	char *end;

	if (!inside(path, root, place))
		return;
	for (end = path + strlen(root) + 1; *end; end++) {
		if (*end == '/') {
			*end = '\0';
			mkdir(path, 0755);
			*end = '/';
		}
	}
	mkdir(path, 0755);
}

/* The flags that a mount has already have to stay. */
static void make_read_only(const char *path)
{
	struct statvfs now;
	unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID;

	if (statvfs(path, &now) < 0)
		return;
	flags |= now.f_flag & ST_NODEV ? MS_NODEV : 0;
	flags |= now.f_flag & ST_NOEXEC ? MS_NOEXEC : 0;
	flags |= now.f_flag & ST_NOATIME ? MS_NOATIME : 0;
	flags |= now.f_flag & ST_RELATIME ? MS_RELATIME : 0;
	flags |= now.f_flag & ST_NODIRATIME ? MS_NODIRATIME : 0;
	mount(NULL, path, NULL, flags, NULL);
}

static int bind_at(const char *root, const char *place, bool writable)
{
	char path[PATH_MAX];

	if (!inside(path, root, place))
		return -ENAMETOOLONG;
	if (mount(place, path, NULL, MS_BIND | MS_REC, NULL) < 0)
		return -errno;
	if (!writable)
		make_read_only(path);
	return 0;
}

static int bind_folder(const char *root, const char *place, bool writable)
{
	make_folders(root, place);
	return bind_at(root, place, writable);
}

static int bind_file(const char *root, const char *place)
{
	char path[PATH_MAX];
	int fd;

	if (!inside(path, root, place))
		return -ENAMETOOLONG;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	close(fd);
	return bind_at(root, place, true);
}

/* A link stays one: /bin, which is usr/bin. */
static int show_system_place(const char *root, const char *place)
{
	char path[PATH_MAX], target[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (lstat(place, &st) < 0 || !inside(path, root, place))
		return 0;
	if (S_ISDIR(st.st_mode))
		return bind_folder(root, place, false);
	if (!S_ISLNK(st.st_mode))
		return bind_file(root, place);
	n = readlink(place, target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	return symlink(target, path) < 0 && errno != EEXIST ? -errno : 0;
}

static int show_system(const char *root)
{
	int error = 0;

	make_folders(root, "/etc");
	for (unsigned i = 0; !error && box_system_places[i]; i++)
		error = show_system_place(root, box_system_places[i]);
	return error;
}

static int show_devices(const char *root)
{
	char path[PATH_MAX];
	int error;

	make_folders(root, "/dev");
	if (inside(path, root, "/dev/shm") && symlink("/tmp", path) < 0)
		return -errno;
	error = bind_file(root, "/dev/null");
	return error ? error : bind_file(root, "/dev/urandom");
}

/* With less of it some programs work no worse; so it may be missing. */
static void show_processes(const char *root)
{
	char path[PATH_MAX];

	make_folders(root, "/proc");
	if (inside(path, root, "/proc"))
		mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
			NULL);
}

static int mount_tmp(const char *root, const struct box_limits *limits)
{
	char path[PATH_MAX], how[100];

	make_folders(root, "/tmp");
	snprintf(how, sizeof(how), "mode=1777,size=%llu,nr_inodes=%llu",
		(unsigned long long)limits->tmp_size,
		(unsigned long long)limits->nfiles);
	if (!inside(path, root, "/tmp"))
		return -ENAMETOOLONG;
	if (mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, how) < 0)
		return -errno;
	return 0;
}

static void copy_bytes(int from, int to)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(from, bytes, sizeof(bytes))) > 0) {
		if (write(to, bytes, (size_t)n) != n)
			return;
	}
}

static void copy_file(int from_folder, int to_folder, const char *name)
{
	int from = openat(from_folder, name,
		O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	int to;

	if (from < 0)
		return;
	if (fstat(from, &st) == 0 && S_ISREG(st.st_mode) &&
		st.st_size <= COPY_SIZE) {
		to = openat(to_folder, name,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0644);
		if (to >= 0) {
			copy_bytes(from, to);
			close(to);
		}
	}
	close(from);
}

static int copy_folder(const char *root, const char *place)
{
	DIR *from = opendir(place);
	char path[PATH_MAX];
	const struct dirent *entry;
	int to;

	if (!from)
		return -errno;
	make_folders(root, place);
	to = inside(path, root, place)
		     ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
		     : -1;
	for (int i = 0; to >= 0 && i < COPY_MOST && (entry = readdir(from));
		i++)
		copy_file(dirfd(from), to, entry->d_name);
	closedir(from);
	if (to < 0)
		return -EIO;
	close(to);
	return 0;
}

static int show_places(const char *root, const struct box_options *options)
{
	int error = 0;

	for (unsigned i = 0; !error && i < BOX_MOST_PLACES; i++) {
		const struct box_place *place = &options->places[i];

		if (!place->path)
			break;
		error = place->access == BOX_COPY
				? copy_folder(root, place->path)
				: bind_folder(root, place->path,
					  place->access == BOX_WRITE);
	}
	return error;
}

static int show_all(const char *root, const struct box_options *options)
{
	int error = show_system(root);

	if (!error)
		error = show_devices(root);
	if (!error)
		error = mount_tmp(root, &options->limits);
	if (!error)
		error = show_places(root, options);
	show_processes(root);
	if (options->folder)
		make_folders(root, options->folder);
	return error;
}

/* The old one comes to lie upon the new one, and is taken off. */
static int change_root(const char *root)
{
	if (chdir(root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
		return -errno;
	umount2(".", MNT_DETACH);
	make_read_only("/");
	return chdir("/") < 0 ? -errno : 0;
}

static const char *mount_root(void)
{
	for (unsigned i = 0; roots[i]; i++) {
		if (mount("tmpfs", roots[i], "tmpfs", MS_NOSUID | MS_NODEV,
			    "mode=755,size=16m,nr_inodes=4k") == 0)
			return roots[i];
	}
	return NULL;
}

void box_view(struct box_plan *plan)
{
	const char *root = NULL;
	mode_t mask = umask(022);

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
		root = mount_root();
	if (!root) {
		plan->missing |= BOX_FILES;
	} else if (show_all(root, plan->options) < 0 || change_root(root) < 0) {
		umount2(root, MNT_DETACH);
		plan->missing |= BOX_FILES;
	}
	umask(mask);
}
