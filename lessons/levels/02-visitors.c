/*
 * Two doors count the visitors who come in. Lose one.
 */
/* title: a counter with two doors */
/* par: 1 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int visitors;

static void *door(void *arg)
{
#ifdef FIXED
	visitors++;
#else
	visitors = visitors + 1;
#endif
	return arg;
}

int main(void)
{
	pthread_t east, west;

	pthread_create(&east, NULL, door, NULL);
	pthread_create(&west, NULL, door, NULL);
	pthread_join(east, NULL);
	pthread_join(west, NULL);
	assert(visitors == 2);
	return 0;
}
/* win: 1 1 2 2 2 1 0 0 0 */
