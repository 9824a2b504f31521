/* expect: for a signal on has_room */
#include "queue.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t has_room = PTHREAD_COND_INITIALIZER;
static pthread_cond_t has_item = PTHREAD_COND_INITIALIZER;

/* guarded by lock */
static int items[QUEUE_ROOM];
static int nitems, oldest;
static bool closed;

bool queue_push(int item)
{
	bool open;

	pthread_mutex_lock(&lock);
	while (nitems == QUEUE_ROOM && !closed)
		pthread_cond_wait(&has_room, &lock);
	open = !closed;
	if (open)
		items[(oldest + nitems++) % QUEUE_ROOM] = item;
	pthread_cond_signal(&has_item);
	pthread_mutex_unlock(&lock);
	return open;
}

bool queue_pop(int *item)
{
	bool got;

	pthread_mutex_lock(&lock);
	while (nitems == 0 && !closed)
		pthread_cond_wait(&has_item, &lock);
	got = nitems > 0;
	if (got) {
		*item = items[oldest];
		oldest = (oldest + 1) % QUEUE_ROOM;
		nitems--;
	}
	pthread_cond_signal(&has_room);
	pthread_mutex_unlock(&lock);
	return got;
}

void queue_close(void)
{
	pthread_mutex_lock(&lock);
	closed = true;
	pthread_cond_broadcast(&has_item);
	pthread_mutex_unlock(&lock);
}
