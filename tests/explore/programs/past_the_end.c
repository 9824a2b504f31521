/* finds: bad memory access: uses 4 bytes past the end of the 16 that malloc */
/* says: main allocated it at LINE */
/* says: is used from byte 16 on at LINE: test the index there */
/* says: Lesson: 12-bounded-queue */
#include <pthread.h>
#include <stdlib.h>

enum {
	SIZE = 4
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int *queue;
static int n;

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

	queue = malloc(SIZE * sizeof(*queue));
	pthread_create(&thread, NULL, put, NULL);
	put(NULL);
	pthread_join(thread, NULL);
	free(queue);
	return 0;
}
