/* finds: assertion failed: assert.sum == 3., in main at joined_late.c */
/* says: Think: main reads sum at STEP, before T1 and T2 have written it */
/* says: .joined_late.c:15 and joined_late.c:21.: join T1 and T2 before that */
/* says: .the joins at LINE and LINE come too late. Lesson: 05-data-race */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int sum;
static pthread_t one, two;

static void *add_one(void *arg)
{
	(void)arg;
	sum += 1;
	return NULL;
}

static void *add_two(void *arg)
{
	sum += 2;
	return arg;
}

static void join(void)
{
	pthread_join(one, NULL);
	pthread_join(two, NULL);
}

int main(void)
{
	pthread_create(&one, NULL, add_one, NULL);
	pthread_create(&two, NULL, add_two, NULL);
#ifdef FIXED
	join();
	assert(sum == 3);
#else
	assert(sum == 3);
	join();
#endif
	return 0;
}
