/*
 * The least that a pool can be: one mutex, one condition, an array that holds
 * all there will ever be. What a line that threads share costs on this
 * machine, and nothing else.
 */
#include <pthread.h>

#include "tests/bench/peers/pool.h"

enum {
	NJOBS = NNOOPS + 2,
	MAX_WORKERS = 64
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
/* guarded by lock */
static void (*jobs[NJOBS])(void);
static int head, tail, nasleep;
static bool closed, has_come;

static pthread_t workers[MAX_WORKERS];
static int nworkers;

/* Returns NULL when it is closed and empty. */
static void (*take(void))(void)
{
	void (*job)(void) = NULL;

	pthread_mutex_lock(&lock);
	while (head == tail && !closed) {
		nasleep++;
		pthread_cond_wait(&changed, &lock);
		nasleep--;
	}
	if (head < tail)
		job = jobs[head++];
	pthread_mutex_unlock(&lock);
	return job;
}

static void *work(void *arg)
{
	void (*job)(void);

	while ((job = take()))
		job();
	return arg;
}

static void peer_open(int n)
{
	for (; nworkers < n && nworkers < MAX_WORKERS; nworkers++)
		if (pthread_create(&workers[nworkers], NULL, work, NULL))
			abort();
}

static void peer_post(void (*fn)(void))
{
	bool wake;

	pthread_mutex_lock(&lock);
	jobs[tail++] = fn;
	wake = nasleep > 0;
	pthread_mutex_unlock(&lock);
	if (wake)
		pthread_cond_broadcast(&changed);
}

static void tell(void)
{
	pthread_mutex_lock(&lock);
	has_come = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static void peer_trip(void (*fn)(void))
{
	has_come = false; /* nobody else is there to look at it */
	peer_post(fn);
	peer_post(tell);
	pthread_mutex_lock(&lock);
	while (!has_come)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static void peer_close(void)
{
	pthread_mutex_lock(&lock);
	closed = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	while (nworkers > 0)
		pthread_join(workers[--nworkers], NULL);
}
