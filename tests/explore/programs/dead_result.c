/* finds: dead local variable: uses place of work.., which returned at step */
#include <pthread.h>
#include <stdlib.h>

static void *keep(int *result)
{
	return result;
}

static void *work(void *arg)
{
#ifdef FIXED
	int *result = malloc(sizeof(*result));
#else
	int place, *result = &place;
#endif

	*result = *(int *)arg + 1;
	return keep(result);
}

int main(void)
{
	pthread_t thread;
	void *result;
	int number = 6, good;

	pthread_create(&thread, NULL, work, &number);
	pthread_join(thread, &result);
	good = *(int *)result == 7;
#ifdef FIXED
	free(result);
#endif
	return !good;
}
