/* finds: deadlock */
/* lesson: 03-pipes */
/* thinks: main waits to write to a pipe .to\[1\]. with [0-9]+ bytes in it, */
/* thinks: and only P1 can read that; P1 waits to write to a pipe .from */
/* thinks: and only main can read that: let main read what has come before */
#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SIZE = 4096,
	MOST = 40
};

static int to[2], from[2];
static char page[SIZE];

static void answer(void)
{
	ssize_t n;

	close(to[1]);
	close(from[0]);
	while ((n = read(to[0], page, SIZE)) > 0)
		assert(write(from[1], page, (size_t)n) == n);
	_exit(0);
}

/* All is asked before any answer is read. */
int main(void)
{
	assert(pipe(to) == 0 && pipe(from) == 0);
	if (fork() == 0)
		answer();
	close(to[0]);
	close(from[1]);
	for (int i = 0; i < MOST; i++) {
		assert(write(to[1], page, SIZE) == SIZE);
#ifdef FIXED
		assert(read(from[0], page, SIZE) == SIZE);
#endif
	}
	close(to[1]);
	while (read(from[0], page, SIZE) > 0)
		;
	wait(NULL);
	return 0;
}
