/*
 * Each of two threads adds one, three times. Six is right, five or four you
 * have seen. Let the sum be two.
 */
/* title: three and three make two */
/* par: 4 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int sum;

static void *add_three(void *arg)
{
	for (int i = 0; i < 3; i++) {
#ifdef FIXED
		sum++;
#else
		sum = sum + 1;
#endif
	}
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, add_three, NULL);
	pthread_create(&b, NULL, add_three, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(sum != 2);
	return 0;
}
/* win: 1 1 2 2 2 2 2 1 1 2 1 1 1 2 0 0 0 */
