#include "lib/fsq_install.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/fsq_impl.h"
#include "lib/fsq_sys.h"
#include "lib/fsq_tree.h"

enum {
	HIDDEN_SIZE = 32,
	FIFO_MODE = 0640
};

/* What is built, and for whom. */
struct site {
	const struct fsq_rules *rules;
	const struct fsq_install *options;
	struct fsq_owner owner;
	bool is_host;
	int parent;
	char hidden[HIDDEN_SIZE];
};

static int sync_unless_fast(const struct fsq_rules *rules, int fd)
{
	return rules->fast ? 0 : fsq_sys_fsync(fd);
}

/* A name that nobody has; n is enough for what one process leaves behind. */
static int hide(int dir, char hidden[HIDDEN_SIZE])
{
	int error = -EEXIST;

	for (unsigned n = 0; error == -EEXIST && n < 10000; n++) {
		snprintf(hidden, HIDDEN_SIZE, ".fsq-%ld-%u", (long)getpid(), n);
		error = fsq_sys_mkdir(dir, hidden, 0700);
	}
	return error;
}

/* The mode is set last: a change of owner may clear bits of it. */
static int dress(const struct site *site, int fd)
{
	int error = 0;

	if (site->owner.uid != (uid_t)-1 || site->owner.gid != (gid_t)-1)
		error = fsq_sys_chown(fd, site->owner.uid, site->owner.gid);
	if (!error)
		error = fsq_sys_chmod(fd, site->rules->queue_mode);
	return error;
}

static int make_folder(const struct site *site, int dir, const char *name)
{
	int error = fsq_sys_mkdir(dir, name, 0700);
	int fd;

	if (error)
		return error;
	fd = fsq_sys_open(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0)
		return fd;
	error = dress(site, fd);
	if (!error)
		error = sync_unless_fast(site->rules, fd);
	fsq_sys_close(fd);
	return error;
}

static int make_down(const struct site *site, int dir)
{
	int fd = fsq_sys_open(dir, site->rules->down,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
		site->rules->item_mode);

	return fd < 0 ? fd : fsq_sys_close(fd);
}

/* The mode again, for what the umask took, of what was opened alone. */
static int set_fifo_mode(int dir, const char *name)
{
	struct stat st;
	int error, fd = fsq_sys_open(
			   dir, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0);

	if (fd < 0)
		return fd;
	error = fsq_sys_fstat(fd, &st);
	if (!error)
		error = S_ISFIFO(st.st_mode) ? fsq_sys_chmod(fd, FIFO_MODE)
					     : -EEXIST;
	fsq_sys_close(fd);
	return error;
}

int fsq_make_fifo(int dir, const char *name)
{
	int error = fsq_sys_mkfifo(dir, name, FIFO_MODE);

	if (error)
		return error == -EEXIST ? 0 : error;
	return set_fifo_mode(dir, name);
}

static bool wants_fifo(const struct site *site)
{
	return !site->is_host &&
	       (site->options->trigger || site->rules->use_trigger);
}

static int fill(const struct site *site, int dir)
{
	int error = 0;

	for (int i = 0; i < FSQ_NFOLDERS && !error; i++)
		error = make_folder(site, dir, fsq_folder_name(site->rules, i));
	if (!error && site->options->down)
		error = make_down(site, dir);
	if (!error && wants_fifo(site))
		error = fsq_make_fifo(dir, site->rules->trigger);
	if (!error)
		error = dress(site, dir);
	return error ? error : sync_unless_fast(site->rules, dir);
}

static int build(const struct site *site)
{
	int error, dir = fsq_sys_open(site->parent, site->hidden,
			   O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (dir < 0)
		return dir;
	error = fill(site, dir);
	fsq_sys_close(dir);
	return error;
}

static bool has_folders(const struct site *site, int dir)
{
	struct stat st;
	bool has = true;

	for (int i = 0; i < FSQ_NFOLDERS && has; i++)
		has = !fsq_sys_stat(
			      dir, fsq_folder_name(site->rules, i), &st) &&
		      S_ISDIR(st.st_mode);
	return has;
}

/* Is a queue there? Anything else is not ours to remove. */
static bool is_queue(const struct site *site, const char *name)
{
	int dir = fsq_sys_open(
		site->parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	bool is = dir >= 0 && has_folders(site, dir);

	if (dir >= 0)
		fsq_sys_close(dir);
	return is;
}

/* After it, what was there has the hidden name, which is removed then. */
static int exchange(const struct site *site, const char *name)
{
	int error = 0;

	if (!is_queue(site, name)) {
		error = fsq_sys_rename_over(
			site->parent, site->hidden, site->parent, name);
		return error == -ENOTEMPTY || error == -EEXIST ? -ENOTDIR
							       : error;
	}

	if (renameat2(site->parent, site->hidden, site->parent, name,
		    RENAME_EXCHANGE) < 0)
		error = -errno;
	return error == -ENOENT ? fsq_sys_rename_over(site->parent,
					  site->hidden, site->parent, name)
				: error;
}

static int appear(const struct site *site, const char *name)
{
	int error;

	if (site->options->existing == FSQ_EXISTING_REPLACE)
		error = exchange(site, name);
	else
		error = fsq_sys_rename_over(
			site->parent, site->hidden, site->parent, name);
	if (error == -ENOTEMPTY)
		error = -EEXIST;
	return error ? error : sync_unless_fast(site->rules, site->parent);
}

static int install(struct site *site, const char *name)
{
	int error = fsq_owner_find(site->rules->queue_user,
		site->rules->queue_group, &site->owner);

	if (!error)
		error = hide(site->parent, site->hidden);
	if (error)
		return error;
	error = build(site);
	if (!error)
		error = appear(site, name);
	if (error || site->options->existing == FSQ_EXISTING_REPLACE)
		fsq_tree_remove(site->parent, site->hidden);
	return error == -EEXIST && site->options->existing == FSQ_EXISTING_KEEP
		       ? 0
		       : error;
}

static int open_root(const struct fsq_rules *rules)
{
	return fsq_sys_open(AT_FDCWD, rules->root, O_RDONLY | O_DIRECTORY, 0);
}

int fsq_install(const struct fsq_rules *rules, const char *name,
	const struct fsq_install *options)
{
	struct site site = {.rules = rules, .options = options};
	int error;

	if (!fsq_name_plain(name) || fsq_rules_check(rules, NULL))
		return -EINVAL;
	site.parent = open_root(rules);
	if (site.parent < 0)
		return site.parent;
	error = install(&site, name);
	fsq_sys_close(site.parent);
	return error;
}

static int take_away(
	const struct fsq_rules *rules, int parent, const char *name)
{
	char hidden[HIDDEN_SIZE];
	int error = hide(parent, hidden);

	if (error)
		return error;
	error = fsq_sys_rename_over(parent, name, parent, hidden);
	if (!error)
		error = sync_unless_fast(rules, parent);
	if (error)
		fsq_sys_rmdir(parent, hidden);
	return error ? error : fsq_tree_remove(parent, hidden);
}

/* What is open under that name, and not behind a symbolic link of it. */
static int is_itself(const struct fsq *fsq, int parent, const char *name)
{
	struct stat mine, there;
	int error = fsq_sys_fstat(fsq->top, &mine);

	if (!error)
		error = fsq_sys_stat(parent, name, &there);
	if (error)
		return error;
	return mine.st_dev == there.st_dev && mine.st_ino == there.st_ino
		       ? 0
		       : -ENOTDIR;
}

/* Stop it, so that nothing is begun, and take it away; or leave it as it was,
 * if it cannot be. */
static int stop_and_take_away(struct fsq *fsq, int parent, const char *name)
{
	bool was_down = fsq_is_down(fsq) == 1;
	int error = is_itself(fsq, parent, name);

	if (!error)
		error = fsq_down(fsq);
	if (error)
		return error;
	error = take_away(&fsq->rules, parent, name);
	if (error && !was_down && !is_itself(fsq, parent, name))
		fsq_up(fsq);
	return error;
}

int fsq_uninstall(const struct fsq_rules *rules, const char *name)
{
	struct fsq *fsq;
	int parent, error = fsq_open(rules, name, &fsq);

	if (error)
		return error;
	parent = open_root(rules);
	error = parent < 0 ? parent : stop_and_take_away(fsq, parent, name);
	if (parent >= 0)
		fsq_sys_close(parent);
	fsq_close(fsq);
	return error;
}

static int open_hosts(struct fsq *fsq)
{
	return fsq_sys_open(fsq->top, fsq->rules.hosts,
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

int fsq_host_add(
	struct fsq *fsq, const char *host, const struct fsq_install *options)
{
	struct site site = {
		.rules = &fsq->rules, .options = options, .is_host = true};
	int error = 0;

	if (!fsq_name_plain(host))
		return -EINVAL;
	site.parent = open_hosts(fsq);
	if (site.parent == -ENOENT) {
		error = fsq_owner_find(fsq->rules.queue_user,
			fsq->rules.queue_group, &site.owner);
		if (!error)
			error = make_folder(&site, fsq->top, fsq->rules.hosts);
		if (error && error != -EEXIST)
			return error;
		site.parent = open_hosts(fsq);
	}
	if (site.parent < 0)
		return site.parent;
	error = install(&site, host);
	fsq_sys_close(site.parent);
	return error;
}

int fsq_host_remove(struct fsq *fsq, const char *host)
{
	struct fsq *inner;
	int hosts, error = fsq_open_host(fsq, host, &inner);

	if (error)
		return error;
	hosts = open_hosts(fsq);
	error = hosts < 0 ? hosts : stop_and_take_away(inner, hosts, host);
	if (hosts >= 0)
		fsq_sys_close(hosts);
	fsq_close(inner);
	return error;
}
