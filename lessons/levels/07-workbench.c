/*
 * There is one hammer and one saw. Let both carpenters stand there with one
 * tool in the hand, for ever.
 */
/* title: hammer and saw, saw and hammer */
/* par: 1 */
#include <pthread.h>

static pthread_mutex_t hammer = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t saw = PTHREAD_MUTEX_INITIALIZER;

static void work(pthread_mutex_t *first, pthread_mutex_t *second)
{
	pthread_mutex_lock(first);
	pthread_mutex_lock(second);
	pthread_mutex_unlock(second);
	pthread_mutex_unlock(first);
}

static void *build_a_chair(void *arg)
{
	work(&hammer, &saw);
	return arg;
}

static void *build_a_table(void *arg)
{
#ifdef FIXED
	work(&hammer, &saw);
#else
	work(&saw, &hammer);
#endif
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, build_a_chair, NULL);
	pthread_create(&b, NULL, build_a_table, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
/* win: 1 1 2 2 */
