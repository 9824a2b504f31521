/* finds: data race on done */
/* says: main reads it at progress.c:[0-9]+ .in get_done, .*, holding no lock */
/* says: 06-mutex|05-data-race */
#include <pthread.h>
#include <stdio.h>

#define WORKERS 2

static int done;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *work(void *arg)
{
	pthread_mutex_lock(&lock);
	done++;
	pthread_mutex_unlock(&lock);
	return arg;
}

static int get_done(void)
{
	int n;

#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	n = done;
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return n;
}

int main(void)
{
	pthread_t threads[WORKERS];

	for (int i = 0; i < WORKERS; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	while (get_done() < WORKERS)
		;
	printf("all done\n");
	for (int i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
