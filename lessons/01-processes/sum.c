/* Each child adds its half to `sum`, and the parent gives that back. */
#include "sum.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* tag::child[] */
static int sum;

static void add_half(const int numbers[], int half)
{
	int n = NNUMBERS / 2;

	for (int i = 0; i < n; i++)
		sum += numbers[half * n + i];
}
/* end::child[] */

/* tag::parent[] */
int sum_in_two_processes(const int numbers[NNUMBERS])
{
	sum = 0;
	for (int half = 0; half < 2; half++) {
		if (fork() == 0) {
			add_half(numbers, half);
			exit(0);
		}
	}
	for (int half = 0; half < 2; half++)
		wait(NULL);
	return sum;
}
/* end::parent[] */
