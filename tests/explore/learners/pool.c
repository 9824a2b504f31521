/* finds: deadlock */
/* says: main signalled at step [0-9]+ .pool.c:[0-9]+. and woke T1 */
/* says: a signal wakes one of those who wait, a broadcast all */
/* says: 11-condition-variables */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct job {
	void (*function)(int);
	int argument;
	struct job *next;
} job_t;

static job_t *jobs;
static bool stop;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wakeup = PTHREAD_COND_INITIALIZER;

static void print_square(int n)
{
	printf("%d\n", n * n);
}

static void submit(void (*function)(int), int argument)
{
	job_t *job = malloc(sizeof(job_t));

	job->function = function;
	job->argument = argument;
	pthread_mutex_lock(&mutex);
	job->next = jobs;
	jobs = job;
	pthread_mutex_unlock(&mutex);
	pthread_cond_signal(&wakeup);
}

static void *worker(void *unused)
{
	for (;;) {
		job_t *job;

		pthread_mutex_lock(&mutex);
		while (jobs == NULL && !stop)
			pthread_cond_wait(&wakeup, &mutex);
		if (jobs == NULL) {
			pthread_mutex_unlock(&mutex);
			return unused;
		}
		job = jobs;
		jobs = job->next;
		pthread_mutex_unlock(&mutex);
		job->function(job->argument);
		free(job);
	}
}

static void shutdown_pool(void)
{
	pthread_mutex_lock(&mutex);
	stop = true;
	pthread_mutex_unlock(&mutex);
#ifdef FIXED
	pthread_cond_broadcast(&wakeup);
#else
	pthread_cond_signal(&wakeup);
#endif
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, worker, NULL);
	submit(print_square, 3);
	shutdown_pool();
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
