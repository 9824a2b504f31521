/* finds: assertion failed */
/* lesson: 04-filesystem-queue */
/* thinks: P1 makes result at step 2, and has not ended when main looks at it */
/* thinks: let main wait for P1 \(with waitpid\) before it looks */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* A file that is there may not be complete, however long one has slept. */
static void compute(void)
{
	FILE *out = fopen("result", "w");

	assert(out);
	fprintf(out, "%d\n", 6 * 7);
	fclose(out);
	exit(0);
}

static int get_result(void)
{
	FILE *in = fopen("result", "r");
	int result = -1;

	if (in && fscanf(in, "%d", &result) != 1)
		result = -1;
	if (in)
		fclose(in);
	return result;
}

int main(void)
{
	if (fork() == 0)
		compute();
#ifdef FIXED
	wait(NULL);
#endif
	sleep(1);
	assert(get_result() == 42);
	wait(NULL);
	return 0;
}
