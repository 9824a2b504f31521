/* expect: the processes share memory */
#define _GNU_SOURCE
#include "sum.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int *sum;

static void add_half(const int numbers[], int half)
{
	int n = NNUMBERS / 2;

	for (int i = 0; i < n; i++)
		*sum += numbers[half * n + i];
}

int sum_in_two_processes(const int numbers[NNUMBERS])
{
	sum = mmap(NULL, sizeof(*sum), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int half = 0; half < 2; half++) {
		if (fork() == 0) {
			add_half(numbers, half);
			exit(0);
		}
	}
	for (int half = 0; half < 2; half++)
		wait(NULL);
	return *sum;
}
