/* finds: deadlock */
/* says: T2 waits at buffer.c:[0-9]+ for a signal on not_empty */
/* says: nobody signals not_empty */
/* says: 11-condition-variables */
#include <pthread.h>
#include <stdio.h>

#define MAX 1

static int buffer[MAX];
static int fill, use, count;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER;
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER;

static void *producer(void *arg)
{
	for (int i = 0; i < 2; i++) {
		pthread_mutex_lock(&mutex);
		while (count == MAX)
			pthread_cond_wait(&not_full, &mutex);
		buffer[fill] = i;
		fill = (fill + 1) % MAX;
		count++;
#ifdef FIXED
		pthread_cond_signal(&not_empty);
#else
		pthread_cond_signal(&not_full);
#endif
		pthread_mutex_unlock(&mutex);
	}
	return arg;
}

static void *consumer(void *arg)
{
	for (int i = 0; i < 2; i++) {
		int item;

		pthread_mutex_lock(&mutex);
		while (count == 0)
			pthread_cond_wait(&not_empty, &mutex);
		item = buffer[use];
		use = (use + 1) % MAX;
		count--;
		pthread_cond_signal(&not_full);
		pthread_mutex_unlock(&mutex);
		printf("%d\n", item);
	}
	return arg;
}

int main(void)
{
	pthread_t p, c;

	pthread_create(&p, NULL, producer, NULL);
	pthread_create(&c, NULL, consumer, NULL);
	pthread_join(p, NULL);
	pthread_join(c, NULL);
	return 0;
}
