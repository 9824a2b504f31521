/* finds: deadlock */
/* says: T1 keeps diary .since LINE. while it waits for come, and T2 needs */
/* says: diary before it comes to its signal at LINE: unlock diary before you */
/* says: wait for come Lesson: 11-condition-variables */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t diary = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t come = PTHREAD_COND_INITIALIZER;
static int guests;

static void wait_for_guest(void)
{
	pthread_mutex_lock(&door);
	while (guests == 0)
		pthread_cond_wait(&come, &door);
	guests--;
	pthread_mutex_unlock(&door);
}

static void *host(void *arg)
{
#ifdef FIXED
	wait_for_guest();
	pthread_mutex_lock(&diary);
#else
	pthread_mutex_lock(&diary);
	wait_for_guest();
#endif
	printf("a guest has come\n");
	pthread_mutex_unlock(&diary);
	return arg;
}

static void *visit(void *arg)
{
	pthread_mutex_lock(&diary);
	printf("on my way\n");
	pthread_mutex_lock(&door);
	guests++;
	pthread_cond_signal(&come);
	pthread_mutex_unlock(&door);
	pthread_mutex_unlock(&diary);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, host, NULL);
	pthread_create(&b, NULL, visit, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
