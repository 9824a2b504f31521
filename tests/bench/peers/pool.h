/*
 * pool - what every thread pool is asked to do, one program for each pool
 *
 * usage: PROGRAM CASE [-v]: -v prints the nanoseconds that a task took
 *
 *	noop N	1,000,000 tasks that do nothing, N workers
 *	us N	100,000 tasks of about 1 us, N workers
 *	inline	the same tasks without a pool, in a loop: what they are made of
 *	plain N	the same tasks in N threads that share them out beforehand: what
 *		N processors can do here
 *	trip	20,000 times: submit one to the one worker, wait for it
 *
 * A program defines the four functions below and includes this file.
 */
#ifndef TESTS_BENCH_PEERS_POOL_H
#define TESTS_BENCH_PEERS_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void peer_open(int nworkers);
static void peer_post(void (*fn)(void)); /* and nobody waits for it alone */
static void peer_close(void); /* when all have been run */
static void peer_trip(void (*fn)(void)); /* and wait for it */

enum {
	NNOOPS = 1000000,
	NMICROS = 100000,
	NTRIPS = 20000,
	MAX_PLAIN = 64
};

static uint64_t peer_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void do_nothing(void)
{
}

/* A chain of dependent steps: takes the same time wherever it runs. */
static void take_a_microsecond(void)
{
	uint64_t x = 1;

	for (int i = 0; i < 1150; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		__asm__ __volatile__("" : "+r"(x));
	}
}

static double ns_each(void (*fn)(void), int n, int nworkers)
{
	uint64_t start;

	peer_open(nworkers);
	peer_trip(do_nothing);
	start = peer_now();
	for (int i = 0; i < n; i++)
		peer_post(fn);
	peer_close();
	return (double)(peer_now() - start) / n;
}

static void *take_microseconds(void *n)
{
	for (intptr_t i = (intptr_t)n; i > 0; i--)
		take_a_microsecond();
	return NULL;
}

static double ns_inline(void)
{
	uint64_t start = peer_now();

	take_microseconds((void *)(intptr_t)NMICROS);
	return (double)(peer_now() - start) / NMICROS;
}

static double ns_plain(int nthreads)
{
	pthread_t threads[MAX_PLAIN];
	uint64_t start = peer_now();

	if (nthreads < 1 || nthreads > MAX_PLAIN)
		return 0;
	for (int i = 0; i < nthreads; i++)
		pthread_create(&threads[i], NULL, take_microseconds,
			(void *)(intptr_t)(NMICROS / nthreads));
	for (int i = 0; i < nthreads; i++)
		pthread_join(threads[i], NULL);
	return (double)(peer_now() - start) / NMICROS;
}

static double ns_trip(void)
{
	uint64_t start, ns;

	peer_open(1);
	peer_trip(do_nothing);
	start = peer_now();
	for (int i = 0; i < NTRIPS; i++)
		peer_trip(do_nothing);
	ns = peer_now() - start;
	peer_close();
	return (double)ns / NTRIPS;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int n = argc > 2 ? atoi(argv[2]) : 1;
	bool verbose = !strcmp(argv[argc - 1], "-v");
	double ns;

	if (!strcmp(what, "noop"))
		ns = ns_each(do_nothing, NNOOPS, n);
	else if (!strcmp(what, "us"))
		ns = ns_each(take_a_microsecond, NMICROS, n);
	else if (!strcmp(what, "inline"))
		ns = ns_inline();
	else if (!strcmp(what, "plain"))
		ns = ns_plain(n);
	else if (!strcmp(what, "trip"))
		ns = ns_trip();
	else
		return 2;
	if (verbose)
		printf("%.1f\n", ns);
	return 0;
}

#endif
