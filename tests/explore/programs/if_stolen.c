/* finds: assertion failed: assert\(got\[0\] \+ got\[1\] == 30\), in main */
/* says: T[12] tests count at LINE .STEP. before it waits, and not again */
/* says: though count = [0-9]+ then, too: use while instead of if */
/* says: Lesson: 11-condition-variables */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items[3], count = 1, got[2];

static void put(int item)
{
	pthread_mutex_lock(&lock);
	items[count++] = item;
	pthread_cond_broadcast(&filled);
	pthread_mutex_unlock(&lock);
}

static void *take(void *arg)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	while (count == 1)
#else
	if (count == 1)
#endif
		pthread_cond_wait(&filled, &lock);
	*(int *)arg = items[--count];
	pthread_mutex_unlock(&lock);
	return NULL;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, take, &got[i]);
	put(10);
	put(20);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert(got[0] + got[1] == 30);
	return 0;
}
