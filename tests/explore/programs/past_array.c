/* finds: bad memory access: uses queue.4., past the end of queue, which */
/* says: which has 4 elements, at LINE: test the */
/* says: Lesson: 12-bounded-queue */
#include <pthread.h>

enum {
	SIZE = 4
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
int before[SIZE] = {1};
int queue[SIZE] = {2};
int behind[SIZE] = {3};
int n;

static void *put(void *arg)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	for (int i = 0; i < 3 && n < SIZE; i++)
#else
	for (int i = 0; i < 3; i++)
#endif
		queue[n++] = i;
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, put, NULL);
	put(NULL);
	pthread_join(thread, NULL);
	return before[0] + behind[0] != 4;
}
