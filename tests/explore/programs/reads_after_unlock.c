/* finds: data race on tickets, in (main|T1) at reads_after_unlock.c */
/* says: hold counter at LINE, too, unlocked after that instead of at LINE */
/* says: Lesson: 06-mutex */
#include <pthread.h>

static pthread_mutex_t counter = PTHREAD_MUTEX_INITIALIZER;
static int tickets;

static int draw(void)
{
	int number;

	pthread_mutex_lock(&counter);
	tickets++;
#ifdef FIXED
	number = tickets;
	pthread_mutex_unlock(&counter);
#else
	pthread_mutex_unlock(&counter);
	number = tickets;
#endif
	return number;
}

static void *visit(void *arg)
{
	return draw() ? arg : NULL;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, visit, NULL);
	visit(NULL);
	pthread_join(thread, NULL);
	return 0;
}
