/* finds: deadlock */
/* lesson: 03-pipes */
/* thinks: P1 waits to write to a pipe .ends\[1\]. with [0-9]+ bytes in it, */
/* thinks: and of the others only main has its reading end open, and waits */
/* thinks: in wait.any child.: let main read it to its end before that */
#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SIZE = 70000
};

static char text[SIZE];

/* What is written does not fit, and is read too late. */
int main(void)
{
	int ends[2];

	assert(pipe(ends) == 0);
	if (fork() == 0) {
		close(ends[0]);
		for (int i = 0; i < 2; i++)
			assert(write(ends[1], text, SIZE / 2) == SIZE / 2);
		_exit(0);
	}
	close(ends[1]);
#ifdef FIXED
	while (read(ends[0], text, SIZE) > 0)
		;
	wait(NULL);
#else
	wait(NULL);
	while (read(ends[0], text, SIZE) > 0)
		;
#endif
	return 0;
}
