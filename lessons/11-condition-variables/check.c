/*
 * One sender and one receiver; then two receivers at once, and a second parcel
 * comes when the first has been fetched.
 */
#include "parcel.h"

#include "lesson.h"

#include <pthread.h>
#include <semaphore.h>

static sem_t fetched;

static void *sender(void *parcel)
{
	parcel_leave(*(int *)parcel);
	return NULL;
}

static void *receiver(void *parcel)
{
	*(int *)parcel = parcel_fetch();
	sem_post(&fetched);
	return NULL;
}

static void one_receiver(void)
{
	int sent = 1, got = 0;
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, receiver, &got);
	pthread_create(&threads[1], NULL, sender, &sent);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	sem_wait(&fetched);
	EXPECT(got == 1, "a receiver came away with nothing");
}

static void two_receivers(void)
{
	static int got[2];
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, receiver, &got[i]);
	parcel_leave(2);
	sem_wait(&fetched);
	parcel_leave(3);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	EXPECT(got[0] && got[1], "a receiver came away with nothing");
	EXPECT(got[0] != got[1], "two receivers came away with one parcel");
	EXPECT_EQUAL(got[0] + got[1], 5, "the sum of the parcels 2 and 3");
}

int main(void)
{
	sem_init(&fetched, 0, 0);
	one_receiver();
	two_receivers();
	return 0;
}
