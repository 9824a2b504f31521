/* finds: assertion failed */
/* lesson: 02-signals */
/* thinks: kill\(P1, SIGTERM\) at step [0-9]+, and P1 dies of it at step */
/* thinks: it comes to signal\(SIGTERM\): set it before open\(ready, */
#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Who polls with a sleep in between lets the other come to what it does. */
static void leave(int number)
{
	(void)number;
	unlink("ready");
	_exit(0);
}

static void serve(void)
{
#ifdef FIXED
	signal(SIGTERM, leave);
#endif
	close(open("ready", O_CREAT | O_WRONLY, 0600));
#ifndef FIXED
	signal(SIGTERM, leave);
#endif
	for (;;)
		pause();
}

int main(void)
{
	pid_t child = fork();

	if (child == 0)
		serve();
	while (access("ready", F_OK) != 0)
		usleep(1000);
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	assert(access("ready", F_OK) != 0);
	return 0;
}
