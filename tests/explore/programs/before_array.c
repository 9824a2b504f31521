/* finds: bad memory access: uses stack.-1., in front of stack, which */
/* says: uses stack.-1., in front of stack, which has 4 elements, at */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
char under[4];
char stack[4];
char over[4];
int n = 1;

static void *take(void *arg)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	if (n > 0)
#endif
		under[0] = stack[--n];
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, take, NULL);
	take(NULL);
	pthread_join(thread, NULL);
	return under[1] + over[1];
}
