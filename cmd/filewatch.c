#include "cmd/filewatch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
	QUIET_MS = 200,
	POLL_MS = 500,
};

/* What differs when a file was saved, in place or by a rename. */
static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Whether it is another than last time. */
static bool has_changed(struct filewatch *watch)
{
	struct stat now;
	bool there = stat(watch->path, &now) == 0;
	bool changed = there != watch->there ||
		       (there && !is_same(&now, &watch->seen));

	watch->there = there;
	if (there)
		watch->seen = now;
	return changed;
}

int filewatch_open(struct filewatch *watch, const char *path, bool poll)
{
	const uint32_t mask = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM |
			      IN_DELETE | IN_ATTRIB;
	char folder[PATH_MAX];
	int error;

	*watch = (struct filewatch){.fd = -1};
	snprintf(watch->path, sizeof(watch->path), "%s", path);
	has_changed(watch);
	if (poll)
		return 0;
	snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (watch->fd >= 0 && inotify_add_watch(watch->fd, folder, mask) >= 0)
		return 0;
	error = -errno;
	filewatch_close(watch);
	return error;
}

void filewatch_close(struct filewatch *watch)
{
	if (watch->fd >= 0)
		close(watch->fd);
	watch->fd = -1;
}

/* The events themselves do not matter: the file is looked at. */
static void drain(const struct filewatch *watch)
{
	char events[4096];

	while (read(watch->fd, events, sizeof(events)) > 0)
		continue;
}

static bool is_quiet(struct filewatch *watch)
{
	struct pollfd news = {.fd = watch->fd, .events = POLLIN};

	return poll(&news, 1, QUIET_MS) == 0;
}

enum filewatch_event filewatch_wait(struct filewatch *watch, bool keys)
{
	struct pollfd news[2] = {
		{.fd = watch->fd, .events = POLLIN},
		{.fd = keys ? STDIN_FILENO : -1, .events = POLLIN},
	};

	for (;;) {
		int n = poll(news, 2, watch->fd < 0 ? POLL_MS : -1);

		if (n < 0)
			return FILEWATCH_SIGNAL;
		if (news[1].revents)
			return FILEWATCH_INPUT;
		if (news[0].revents)
			drain(watch);
		while (news[0].revents && !is_quiet(watch))
			drain(watch);
		if (has_changed(watch))
			return FILEWATCH_SAVED;
	}
}
