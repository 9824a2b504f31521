/* finds: deadlock */
/* lesson: 03-pipes */
/* thinks: main waits for what P1 is to write, and P1 waits in a read */
/* thinks: one of them has to write before it reads */
#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

/* A question and its answer, each in a pipe of its own. */
int main(void)
{
	int ask[2], answer[2];
	char byte;

	assert(pipe(ask) == 0 && pipe(answer) == 0);
	if (fork() == 0) {
		assert(read(ask[0], &byte, 1) == 1);
		assert(write(answer[1], "y", 1) == 1);
		_exit(0);
	}
#ifdef FIXED
	assert(write(ask[1], "q", 1) == 1);
	assert(read(answer[0], &byte, 1) == 1);
#else
	assert(read(answer[0], &byte, 1) == 1);
	assert(write(ask[1], "q", 1) == 1);
#endif
	wait(NULL);
	return 0;
}
