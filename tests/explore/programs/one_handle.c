/* finds: assertion failed: assert\(total == 3\), in main at one_handle.c */
/* says: Think: main reads words\[0\] at STEP, before T1 has written it */
/* says: thread is overwritten at one_handle.c:36, so T1 is never joined: */
/* says: one pthread_t for each thread, and join T1, too, before that */
/* says: Lesson: 05-data-race */
#include <assert.h>
#include <pthread.h>

enum {
	NTHREADS = 2
};

static int words[NTHREADS];

static void *count(void *arg)
{
	int *mine = arg;

	*mine = 1 + (mine != words);
	return NULL;
}

int main(void)
{
#ifdef FIXED
	pthread_t threads[NTHREADS];
#else
	pthread_t thread;
#endif
	int total = 0;

	for (int i = 0; i < NTHREADS; i++) {
#ifdef FIXED
		pthread_create(&threads[i], NULL, count, &words[i]);
#else
		pthread_create(&thread, NULL, count, &words[i]);
#endif
	}
#ifdef FIXED
	for (int i = 0; i < NTHREADS; i++)
		pthread_join(threads[i], NULL);
#else
	pthread_join(thread, NULL);
#endif
	for (int i = 0; i < NTHREADS; i++)
		total += words[i];
	assert(total == 3);
	return 0;
}
