/*
 * A lamp lights one desk. Who finds it in use goes away, and always says thank
 * you at the door. Bring two people to the desk.
 */
/* title: thank you for nothing */
/* par: 1 */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

enum {
	N = 3
};

static sem_t desk;
static atomic_int at_desk;

static void *guest(void *arg)
{
	if (sem_trywait(&desk) == 0) {
		assert(++at_desk == 1);
		at_desk--;
#ifdef FIXED
	} else {
		return arg;
#endif
	}
	sem_post(&desk);
	return arg;
}

int main(void)
{
	pthread_t guests[N];

	sem_init(&desk, 0, 1);
	for (int i = 0; i < N; i++)
		pthread_create(&guests[i], NULL, guest, NULL);
	for (int i = 0; i < N; i++)
		pthread_join(guests[i], NULL);
	return 0;
}
/* win: 1 1 1 2 2 2 3 3 3 */
/* why: who got no permit gave one back, and now there are two: post */
/* why: only what you have taken */
/* lesson: 10-semaphores */
