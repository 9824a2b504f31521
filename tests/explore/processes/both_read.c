/* finds: deadlock */
/* lesson: 03-pipes */
#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

static void talk(int in, int out, int speaks_first)
{
	char byte = 'x';

	if (speaks_first)
		assert(write(out, &byte, 1) == 1);
	assert(read(in, &byte, 1) == 1);
	if (!speaks_first)
		assert(write(out, &byte, 1) == 1);
}

int main(void)
{
	int there[2], back[2];

	assert(pipe(there) == 0 && pipe(back) == 0);
	if (fork() == 0) {
		talk(there[0], back[1], 0);
		_exit(0);
	}
#ifdef FIXED
	talk(back[0], there[1], 1);
#else
	talk(back[0], there[1], 0);
#endif
	wait(NULL);
	return 0;
}
