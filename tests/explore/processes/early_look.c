/* finds: wrong exit status */
/* lesson: 04-filesystem-queue */
/* thinks: nobody has made result when main looks for it at step 2 */
/* thinks: P1 has not ended: let main wait .* \(with waitpid\) before */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child makes is there when the child has ended, and not before. */
static void child(void)
{
	FILE *out = fopen("result", "w");

	fprintf(out, "42\n");
	fclose(out);
	_exit(0);
}

int main(void)
{
	FILE *in;
	int n = 0;

	if (fork() == 0)
		child();
#ifdef FIXED
	wait(NULL);
#endif
	in = fopen("result", "r");
	if (!in || fscanf(in, "%d", &n) != 1 || n != 42)
		return 1;
#ifndef FIXED
	wait(NULL);
#endif
	return 0;
}
