#include "lib/fsq_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/fsq_sys.h"

const char *fsq_folder_name(const struct fsq_rules *rules, enum fsq_folder f)
{
	const char *const names[FSQ_NFOLDERS] = {
		[FSQ_QUEUE] = rules->queue,
		[FSQ_DONE] = rules->done,
		[FSQ_FAIL] = rules->fail,
		[FSQ_TMP] = rules->tmp,
	};

	return names[f];
}

static struct fsq *new_queue(const struct fsq_rules *rules)
{
	struct fsq *fsq = calloc(1, sizeof(*fsq));

	if (!fsq)
		return NULL;
	fsq->rules = *rules;
	fsq->top = fsq->outer = -1;
	for (int i = 0; i < FSQ_NFOLDERS; i++)
		fsq->folders[i] = -1;
	if (gethostname(fsq->here, sizeof(fsq->here)) || !*fsq->here)
		strcpy(fsq->here, "localhost");
	fsq->here[HOST_NAME_MAX] = '\0';
	return fsq;
}

static int open_folder(int dir, const char *name, int *fd)
{
	int got = fsq_sys_open(
		dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (got < 0)
		return got == -ELOOP ? -ENOTDIR : got;
	*fd = got;
	return 0;
}

static int open_folders(struct fsq *fsq)
{
	for (int i = 0; i < FSQ_NFOLDERS; i++) {
		int error = open_folder(fsq->top,
			fsq_folder_name(&fsq->rules, i), &fsq->folders[i]);

		if (error)
			return error;
	}
	return fsq_owner_find(
		fsq->rules.item_user, fsq->rules.item_group, &fsq->item_owner);
}

/* The directory of a queue may be a symbolic link, nothing below it. */
static int open_top(struct fsq *fsq, const char *name)
{
	int error, root = fsq_sys_open(
			   AT_FDCWD, fsq->rules.root, O_PATH | O_DIRECTORY, 0);

	if (root < 0)
		return root;
	error = fsq_sys_open(root, name, O_RDONLY | O_DIRECTORY, 0);
	close(root);
	if (error < 0)
		return error;
	fsq->top = error;
	strcpy(fsq->name, name);
	return 0;
}

int fsq_open(
	const struct fsq_rules *rules, const char *name, struct fsq **result)
{
	struct fsq *fsq;
	int error;

	if (!fsq_name_plain(name) || fsq_rules_check(rules, NULL))
		return -EINVAL;
	fsq = new_queue(rules);
	if (!fsq)
		return -ENOMEM;
	error = open_top(fsq, name);
	if (!error)
		error = open_folders(fsq);
	if (error)
		fsq_close(fsq);
	else
		*result = fsq;
	return error;
}

static int open_host(struct fsq *fsq, int top, const char *host)
{
	int hosts, error = open_folder(top, fsq->rules.hosts, &hosts);

	if (error)
		return error;
	error = open_folder(hosts, host, &fsq->top);
	close(hosts);
	if (error)
		return error;
	fsq->outer = fcntl(top, F_DUPFD_CLOEXEC, 3);
	return fsq->outer < 0 ? -errno : open_folders(fsq);
}

int fsq_open_host(const struct fsq *fsq, const char *host, struct fsq **result)
{
	struct fsq *inner;
	int error;

	if (!fsq_name_plain(host))
		return -EINVAL;
	inner = new_queue(&fsq->rules);
	if (!inner)
		return -ENOMEM;
	strcpy(inner->name, fsq->name);
	strcpy(inner->host, host);
	error = open_host(inner, fsq->top, host);
	if (error)
		fsq_close(inner);
	else
		*result = inner;
	return error;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

void fsq_close(struct fsq *fsq)
{
	if (!fsq)
		return;
	for (int i = 0; i < FSQ_NFOLDERS; i++)
		close_if_open(fsq->folders[i]);
	close_if_open(fsq->outer);
	close_if_open(fsq->top);
	mutex_fini(&fsq->group.lock);
	cond_fini(&fsq->group.turned);
	free(fsq);
}

static int own_item(const struct fsq *fsq, int fd)
{
	const struct fsq_owner *owner = &fsq->item_owner;

	if (owner->uid == (uid_t)-1 && owner->gid == (gid_t)-1)
		return 0;
	return fsq_sys_chown(fd, owner->uid, owner->gid);
}

/* Whatever is there under that name means down, a file or not, ours or not. */
static void down_again(struct fsq *fsq)
{
	struct stat st;
	int fd = fsq_sys_open(fsq->top, fsq->rules.down,
		O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);

	if (fd < 0)
		return;
	if (!fsq_sys_fstat(fd, &st) && S_ISREG(st.st_mode) &&
		!own_item(fsq, fd))
		fsq_sys_chmod(fd, fsq->rules.item_mode);
	fsq_sys_close(fd);
}

int fsq_down(struct fsq *fsq)
{
	int error,
		fd = fsq_sys_open(fsq->top, fsq->rules.down,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK,
			fsq->rules.item_mode);

	if (fd == -EEXIST) {
		down_again(fsq);
		return 0;
	}
	if (fd < 0)
		return fd;
	error = own_item(fsq, fd);
	fsq_sys_close(fd);
	return error ? error : fsq_sync(fsq, fsq->top);
}

int fsq_up(struct fsq *fsq)
{
	int error = fsq_sys_unlink(fsq->top, fsq->rules.down);

	if (error == -ENOENT)
		return fsq_is_gone(fsq) ? -ENOENT : 0;
	return error ? error : fsq_sync(fsq, fsq->top);
}

static int is_there(int top, const char *name)
{
	struct stat st;
	int error = fsq_sys_stat(top, name, &st);

	return error ? error == -ENOENT ? 0 : error : 1;
}

int fsq_has_down(const struct fsq *fsq)
{
	int down = is_there(fsq->top, fsq->rules.down);

	return down || fsq->outer < 0 ? down
				      : is_there(fsq->outer, fsq->rules.down);
}

int fsq_is_gone(const struct fsq *fsq)
{
	struct stat st;
	int error = fsq_sys_fstat(fsq->top, &st);

	return error ? error : !st.st_nlink;
}

int fsq_is_down(const struct fsq *fsq)
{
	int down = fsq_has_down(fsq), gone = down ? 0 : fsq_is_gone(fsq);

	return gone > 0 ? -ENOENT : gone < 0 ? gone : down;
}

const struct fsq_rules *fsq_rules_of(const struct fsq *fsq)
{
	return &fsq->rules;
}

const char *fsq_name_of(const struct fsq *fsq)
{
	return fsq->name;
}

const char *fsq_host_of(const struct fsq *fsq)
{
	return *fsq->host ? fsq->host : NULL;
}

int fsq_folder_fd(const struct fsq *fsq, enum fsq_folder folder)
{
	return fsq->folders[folder];
}

int fsq_sync(const struct fsq *fsq, int fd)
{
	return fsq->rules.fast ? 0 : fsq_sys_fsync(fd);
}

/* With the lock held: sync for everyone who has a ticket by now. */
static void sync_for_all(struct fsq *fsq)
{
	struct fsq_group *group = &fsq->group;
	uint64_t last = group->ndrawn;
	int error;

	group->syncing = true;
	mutex_unlock(&group->lock);
	error = fsq_sys_fsync(fsq->folders[FSQ_QUEUE]);
	mutex_lock(&group->lock);
	group->syncing = false;
	if (error && !group->error)
		group->error = error;
	group->nsynced = last;
	cond_broadcast(&group->turned);
}

int fsq_sync_queue(struct fsq *fsq)
{
	struct fsq_group *group = &fsq->group;
	uint64_t ticket;
	int error;

	if (fsq->rules.fast)
		return 0;
	mutex_lock(&group->lock);
	ticket = ++group->ndrawn;
	while (group->nsynced < ticket && !group->error) {
		if (group->syncing)
			cond_wait(&group->turned, &group->lock, CLOCK_NEVER);
		else
			sync_for_all(fsq);
	}
	error = group->error;
	mutex_unlock(&group->lock);
	return error;
}
