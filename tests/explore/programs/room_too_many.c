/* finds: assertion failed: assert\(got == i\) */
/* says: writes slots.[01]. at STEP over what it wrote at STEP, which nobody */
/* says: had read; T2 reads it at STEP: let who writes wait */
/* says: Lesson: 12-bounded-queue */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

enum {
	SIZE = 2,
	N = 3
};

#ifdef FIXED
#define ROOM SIZE
#else
#define ROOM (SIZE + 1)
#endif

static int slots[SIZE];
static sem_t room, items;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *produce(void *arg)
{
	for (int i = 0; i < N; i++) {
		sem_wait(&room);
		pthread_mutex_lock(&lock);
		slots[i % SIZE] = i;
		pthread_mutex_unlock(&lock);
		sem_post(&items);
	}
	return arg;
}

static void *consume(void *arg)
{
	for (int i = 0; i < N; i++) {
		int got;

		sem_wait(&items);
		pthread_mutex_lock(&lock);
		got = slots[i % SIZE];
		pthread_mutex_unlock(&lock);
		sem_post(&room);
		assert(got == i);
	}
	return arg;
}

int main(void)
{
	pthread_t producer, consumer;

	sem_init(&room, 0, ROOM);
	sem_init(&items, 0, 0);
	pthread_create(&producer, NULL, produce, NULL);
	pthread_create(&consumer, NULL, consume, NULL);
	pthread_join(producer, NULL);
	pthread_join(consumer, NULL);
	return 0;
}
