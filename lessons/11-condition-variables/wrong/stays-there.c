/* expect: two receivers came away with one parcel */
#include "parcel.h"

#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t rings = PTHREAD_COND_INITIALIZER;

/* guarded by lock */
static bool is_there;
static int place;

void parcel_leave(int parcel)
{
	pthread_mutex_lock(&lock);
	place = parcel;
	is_there = true;
	pthread_cond_signal(&rings);
	pthread_mutex_unlock(&lock);
}

int parcel_fetch(void)
{
	int parcel;

	pthread_mutex_lock(&lock);
	while (!is_there)
		pthread_cond_wait(&rings, &lock);
	parcel = place;
	pthread_mutex_unlock(&lock);
	return parcel;
}
