/* finds: invariant broken */
/* lesson: 04-filesystem-queue */
/* with: --kills 1 --invariant 'test ! -e made -o -e item -o -e done' */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void make(const char *name)
{
	int fd = open(name, O_CREAT | O_WRONLY, 0600);

	assert(fd >= 0);
	close(fd);
}

static void work(void)
{
#ifdef FIXED
	rename("item", "done");
#else
	unlink("item");
	make("done");
#endif
	_exit(0);
}

int main(void)
{
	make("item.new");
	rename("item.new", "item");
	make("made");
	if (fork() == 0)
		work();
	wait(NULL);
	return 0;
}
