/* expect: the sum is 21, and should be 24 */
#include "sum.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int sum_in_two_processes(const int numbers[NNUMBERS])
{
	(void)numbers;
	for (int half = 0; half < 2; half++)
		if (fork() == 0)
			exit(0);
	for (int half = 0; half < 2; half++)
		wait(NULL);
	return 21;
}
