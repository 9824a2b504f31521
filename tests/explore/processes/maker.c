/* finds: wrong exit status */
/* lesson: 04-filesystem-queue */
/* thinks: P1 finds no key at step [0-9]+, P2 makes it at step */
/* thinks: leave out stat, and open it with O_CREAT [|] O_EXCL, which */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Who finds no key makes one, and says so. */
static void make(void)
{
	int fd;

#ifdef FIXED
	fd = open("key", O_WRONLY | O_CREAT | O_EXCL, 0600);
#else
	struct stat st;

	if (stat("key", &st) == 0)
		_exit(0);
	fd = open("key", O_WRONLY | O_CREAT, 0600);
#endif
	_exit(fd < 0 ? 0 : 1);
}

int main(void)
{
	int status, nmakers = 0;

	for (int i = 0; i < 2; i++) {
		if (fork() == 0)
			make();
	}
	while (wait(&status) > 0)
		nmakers += WEXITSTATUS(status);
	return nmakers == 1 ? 0 : 1;
}
