/*
 * coro_pth - what bench_coro does, done with GNU Pth
 *
 *	coro_pth switch|life N
 *
 * A thread of Pth that yields to the main one and back; one made, run and
 * joined.
 */
#include <pth.h>

#include <stdlib.h>
#include <string.h>

static void *yield_for_ever(void *arg)
{
	for (;;)
		pth_yield(NULL);
	return arg;
}

static void there_and_back(long n)
{
	pth_spawn(PTH_ATTR_DEFAULT, yield_for_ever, NULL);
	for (long i = 0; i < n; i++)
		pth_yield(NULL);
}

static void *do_nothing(void *arg)
{
	return arg;
}

static void life(long n)
{
	for (long i = 0; i < n; i++)
		pth_join(pth_spawn(PTH_ATTR_DEFAULT, do_nothing, NULL), NULL);
}

int main(int argc, char **argv)
{
	if (argc != 3 || !pth_init())
		return 2;
	if (!strcmp(argv[1], "switch"))
		there_and_back(atol(argv[2]));
	else
		life(atol(argv[2]));
	return 0;
}
