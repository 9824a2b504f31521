/* finds: data race on parcel, in (main|T1) at posts_early.c */
/* says: T1 writes it at LINE, holding no lock; main reads it at LINE */
/* says: T1 posts delivered at LINE, and uses parcel after that, at LINE */
/* says: Lesson: 10-semaphores */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t delivered;
int parcel;

static void *deliver(void *arg)
{
#ifdef FIXED
	parcel = 7;
	sem_post(&delivered);
#else
	sem_post(&delivered);
	parcel = 7;
#endif
	return arg;
}

int main(void)
{
	pthread_t thread;
	int got;

	sem_init(&delivered, 0, 0);
	pthread_create(&thread, NULL, deliver, NULL);
	sem_wait(&delivered);
	got = parcel;
	pthread_join(thread, NULL);
	sem_destroy(&delivered);
	return got < 0;
}
