/* Producers wait while it is full, consumers while it is empty. */
#include "queue.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

/* guarded by lock */
static int items[QUEUE_ROOM];
static int nitems, oldest;
static bool closed;

/* tag::push[] */
bool queue_push(int item)
{
	bool open;

	pthread_mutex_lock(&lock);
	while (nitems == QUEUE_ROOM && !closed)
		pthread_cond_wait(&changed, &lock);
	open = !closed;
	if (open)
		items[(oldest + nitems++) % QUEUE_ROOM] = item;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return open;
}
/* end::push[] */

bool queue_pop(int *item)
{
	bool got;

	pthread_mutex_lock(&lock);
	while (nitems == 0 && !closed)
		pthread_cond_wait(&changed, &lock);
	got = nitems > 0;
	if (got) {
		*item = items[oldest];
		oldest = (oldest + 1) % QUEUE_ROOM;
		nitems--;
	}
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return got;
}

/* tag::close[] */
void queue_close(void)
{
	pthread_mutex_lock(&lock);
	closed = true;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
}
/* end::close[] */
