/* expect: the parent has added up numbers itself */
#include "sum.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int add_half(const int numbers[], int half)
{
	int n = NNUMBERS / 2, sum = 0;

	for (int i = 0; i < n; i++)
		sum += numbers[half * n + i];
	return sum;
}

int sum_in_two_processes(const int numbers[NNUMBERS])
{
	int sum = 0;

	for (int half = 0; half < 2; half++)
		if (fork() == 0)
			exit(0);
	for (int half = 0; half < 2; half++) {
		wait(NULL);
		sum += add_half(numbers, half);
	}
	return sum;
}
