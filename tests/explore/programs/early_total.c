/* finds: assertion failed: assert\(total == 3\), in main at early_total.c */
/* says: main reads total at STEP, before T1 and T2 have written it .LINE.: */
/* says: join T1 and T2 before that .the joins at LINE and LINE come too late */
/* says: Lesson: 05-data-race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int total;

static void *add(void *arg)
{
	total += *(int *)arg;
	return NULL;
}

int main(void)
{
	int one = 1, two = 2;
	pthread_t a, b;

	pthread_create(&a, NULL, add, &one);
	pthread_create(&b, NULL, add, &two);
#ifndef FIXED
	assert(total == 3);
#endif
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(total == 3);
	return 0;
}
