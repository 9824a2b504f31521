/* finds: deadlock */
/* lesson: 04-filesystem-queue */
/* thinks: each waits for a lock that another has .*EDEADLK\): let all */
#include <assert.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Two bytes of a file, each with a lock of its own. */
static void lock(int fd, off_t byte)
{
	struct flock part = {.l_type = F_WRLCK, .l_start = byte, .l_len = 1};

	assert(fcntl(fd, F_SETLKW, &part) == 0);
}

static void move(off_t from, off_t to)
{
	int fd = open("accounts", O_CREAT | O_RDWR, 0600);

#ifdef FIXED
	lock(fd, from < to ? from : to);
	lock(fd, from < to ? to : from);
#else
	lock(fd, from);
	lock(fd, to);
#endif
	close(fd);
	_exit(0);
}

int main(void)
{
	if (fork() == 0)
		move(0, 1);
	if (fork() == 0)
		move(1, 0);
	while (wait(NULL) > 0)
		;
	return 0;
}
