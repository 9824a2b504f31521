/* finds: assertion failed */
/* lesson: 04-filesystem-queue */
/* thinks: P2 removes it at step [0-9]+, before P1 comes to unlink at */
/* thinks: leave out access, call unlink at once, and go by whether */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static void worker(int n)
{
#ifdef FIXED
	char mine[20];
	snprintf(mine, sizeof(mine), "claimed.%d", n);
	if (rename("item", mine) < 0)
		exit(0);
#else
	if (access("item", F_OK) < 0)
		exit(0);
	int result = unlink("item");
	assert(result == 0);
#endif
	exit(0);
}
int main(void)
{
	close(open("item", O_CREAT | O_WRONLY, 0600));
	for (int i = 0; i < 2; i++)
		if (fork() == 0)
			worker(i);
	while (wait(NULL) > 0)
		;
	return 0;
}
