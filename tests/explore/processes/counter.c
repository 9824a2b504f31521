/* finds: assertion failed */
/* lesson: 04-filesystem-queue */
/* thinks: P1 reads count at step [0-9]+, P2 writes it at step */
/* thinks: hold one lock from counter.c:[0-9]+ to counter.c:[0-9]+, by */
#include <assert.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static void count(void)
{
	int fd = open("count", O_RDWR);
	char n;

	assert(fd >= 0);
#ifdef FIXED
	assert(flock(fd, LOCK_EX) == 0);
#endif
	assert(pread(fd, &n, 1, 0) == 1);
	n++;
	assert(pwrite(fd, &n, 1, 0) == 1);
	_exit(0);
}

int main(void)
{
	int fd = open("count", O_RDWR | O_CREAT | O_EXCL, 0600);
	char n = '0';

	assert(fd >= 0 && pwrite(fd, &n, 1, 0) == 1);
	for (int i = 0; i < 2; i++) {
		if (fork() == 0)
			count();
	}
	while (wait(NULL) > 0)
		;
	assert(pread(fd, &n, 1, 0) == 1);
	assert(n == '2');
	return 0;
}
