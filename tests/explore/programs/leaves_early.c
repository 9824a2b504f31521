/* finds: assertion failed: assert\(sum == 3\), in main */
/* says: T1 reads closed = true at STEP .LINE. and leaves, though more */
/* says: is to be done: head == tail does not hold .STEP, LINE.. Let it leave */
/* says: only when that holds, too: if .closed && head == tail. Lesson: 12- */
#include <assert.h>
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int queue[2], head, tail;
static bool closed;

static void *add_all(void *arg)
{
	int *sum = arg;

	for (;;) {
		pthread_mutex_lock(&lock);
		while (head == tail && !closed)
			pthread_cond_wait(&changed, &lock);
#ifdef FIXED
		if (closed && head == tail)
#else
		if (closed)
#endif
			break;
		*sum += queue[head++];
		pthread_mutex_unlock(&lock);
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

int main(void)
{
	pthread_t thread;
	int sum = 0;

	pthread_create(&thread, NULL, add_all, &sum);
	for (int i = 1; i <= 2; i++) {
		pthread_mutex_lock(&lock);
		queue[tail++] = i;
		pthread_cond_signal(&changed);
		pthread_mutex_unlock(&lock);
	}
	pthread_mutex_lock(&lock);
	closed = true;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	assert(sum == 3);
	return 0;
}
