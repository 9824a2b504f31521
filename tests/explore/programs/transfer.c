/* finds: invariant broken: a\+b==100, in (main|T1) at transfer.c */
/* with: --invariant a+b==100 --at-rest */
/* says: hold one lock over all steps that the invariant must not see */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int a = 50, b = 50;

static void *move(void *arg)
{
	pthread_mutex_lock(&lock);
	a -= 10;
#ifndef FIXED
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&lock);
#endif
	b += 10;
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, move, NULL);
	move(NULL);
	pthread_join(thread, NULL);
	return a + b != 100;
}
