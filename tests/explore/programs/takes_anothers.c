/* finds: assertion failed: assert\(page\[!me\] == round\), in T[12] at */
/* says: Think: T[12] takes one from gate.open at STEP and another at STEP, */
/* says: and T[12], which has waited for one since STEP, gets none: who comes */
/* says: take turns with two semaphores, one for each time that all meet, or */
/* says: use pthread_barrier_wait Lesson: 14-barrier */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

enum {
	NTHREADS = 2,
	NROUNDS = 2
};

static struct {
	pthread_mutex_t lock;
	sem_t open, next;
	int nhere;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER};
static int page[NTHREADS];

/* The last one to come lets all go on. */
static void meet(sem_t *open)
{
	pthread_mutex_lock(&gate.lock);
	if (++gate.nhere == NTHREADS) {
		gate.nhere = 0;
		for (int i = 0; i < NTHREADS; i++)
			sem_post(open);
	}
	pthread_mutex_unlock(&gate.lock);
	sem_wait(open);
}

static void *write_and_read(void *arg)
{
	long me = (int *)arg - page;

	for (int round = 1; round <= NROUNDS; round++) {
		page[me] = round;
		meet(&gate.open);
		assert(page[!me] == round);
#ifdef FIXED
		meet(&gate.next);
#else
		meet(&gate.open);
#endif
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[NTHREADS];

	sem_init(&gate.open, 0, 0);
	sem_init(&gate.next, 0, 0);
	for (int i = 0; i < NTHREADS; i++)
		pthread_create(&threads[i], NULL, write_and_read, &page[i]);
	for (int i = 0; i < NTHREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
