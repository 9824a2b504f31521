/* finds: deadlock: no thread can go on */
/* says: main holds lock while it waits for T1 to end .LINE., and T1 needs */
/* says: lock for that .LINE.: unlock lock before the join */
/* says: Lesson: 08-deadlock */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int n;

static void *add(void *arg)
{
	pthread_mutex_lock(&lock);
	n++;
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_mutex_lock(&lock);
	pthread_create(&thread, NULL, add, NULL);
	n++;
#ifdef FIXED
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
#else
	pthread_join(thread, NULL);
	pthread_mutex_unlock(&lock);
#endif
	return n == 0;
}
