/* finds: deadlock */
/* lesson: 03-pipes */
/* thinks: P1 itself has the writing end open: close that in P1 */
#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

/* A pipe ends for its reader when nobody can write to it any more. */
static void reader(const int *ends)
{
	char byte;

#ifdef FIXED
	close(ends[1]);
#endif
	while (read(ends[0], &byte, 1) == 1)
		;
	_exit(0);
}

int main(void)
{
	int ends[2];

	assert(pipe(ends) == 0);
	if (fork() == 0)
		reader(ends);
	close(ends[0]);
	assert(write(ends[1], "x", 1) == 1);
	close(ends[1]);
	wait(NULL);
	return 0;
}
