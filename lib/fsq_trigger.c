#include "lib/fsq_trigger.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "lib/fsq_impl.h"
#include "lib/fsq_install.h"
#include "lib/fsq_sys.h"

static int folder_of(const struct fsq *fsq)
{
	return fsq->outer < 0 ? fsq->top : fsq->outer;
}

static const char *name_of(const struct fsq *fsq)
{
	return fsq->outer < 0 ? fsq->rules.trigger : fsq->rules.hosts_trigger;
}

int fsq_trigger_make(struct fsq *fsq)
{
	return fsq_make_fifo(folder_of(fsq), name_of(fsq));
}

int fsq_trigger_remove(struct fsq *fsq)
{
	int error = fsq_sys_unlink(folder_of(fsq), name_of(fsq));

	return error == -ENOENT ? 0 : error;
}

static int open_fifo(struct fsq *fsq, int access)
{
	struct stat st;
	int error, fd = fsq_sys_open(folder_of(fsq), name_of(fsq),
			   access | O_NONBLOCK | O_NOFOLLOW, 0);

	if (fd < 0)
		return fd == -ELOOP ? -EINVAL : fd;
	error = fsq_sys_fstat(fd, &st);
	if (!error && !S_ISFIFO(st.st_mode))
		error = -EINVAL;
	if (!error)
		return fd;
	close(fd);
	return error;
}

/*
 * The listener may go between our open and our write, which is told by a
 * signal; that signal is blocked, and taken back if it is due to us.
 */
static int write_byte(int fd)
{
	const struct timespec at_once = {0};
	sigset_t pipe, pending, mask;
	int error = 0;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	sigpending(&pending);
	pthread_sigmask(SIG_BLOCK, &pipe, &mask);
	if (write(fd, "", 1) < 0)
		error = -errno;
	if (error == -EPIPE && !sigismember(&pending, SIGPIPE))
		sigtimedwait(&pipe, NULL, &at_once);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	return error;
}

int fsq_trigger_pull(struct fsq *fsq)
{
	int error, fd = open_fifo(fsq, O_WRONLY | O_APPEND);

	if (fd < 0)
		return fd;
	error = write_byte(fd);
	close(fd);
	if (error == -EAGAIN)
		return 0;
	return error == -EPIPE ? -ENXIO : error;
}

int fsq_trigger_listen(struct fsq *fsq, struct fsq_listener *listener)
{
	int reader = open_fifo(fsq, O_RDONLY), writer;

	if (reader < 0)
		return reader;
	writer = open_fifo(fsq, O_WRONLY);
	if (writer < 0) {
		close(reader);
		return writer;
	}
	*listener = (struct fsq_listener){.fd = reader, .writer = writer};
	return 0;
}

void fsq_trigger_clear(struct fsq_listener *listener)
{
	char bytes[4096];
	ssize_t n;

	do
		n = read(listener->fd, bytes, sizeof(bytes));
	while (n > 0 || (n < 0 && errno == EINTR));
}

void fsq_trigger_close(struct fsq_listener *listener)
{
	close(listener->fd);
	close(listener->writer);
	*listener = (struct fsq_listener){-1, -1};
}
