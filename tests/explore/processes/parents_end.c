/* finds: deadlock */
/* lesson: 03-pipes */
/* thinks: does not come while main has the writing end open */
/* thinks: main waits in wait\(any child\): close that end in main */
#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

/* Who waits for a reader has to let it come to the end. */
int main(void)
{
	int ends[2];
	char byte;

	assert(pipe(ends) == 0);
	if (fork() == 0) {
		close(ends[1]);
		while (read(ends[0], &byte, 1) == 1)
			;
		_exit(0);
	}
	assert(write(ends[1], "x", 1) == 1);
#ifdef FIXED
	close(ends[1]);
#endif
	wait(NULL);
	return 0;
}
