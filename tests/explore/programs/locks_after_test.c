/* finds: data race on seats, in (main|T1) at locks_after_test.c */
/* says: hold desk at LINE, too, locked before that instead of at LINE, and */
/* says: and unlocked on every way Lesson: 06-mutex */
#include <pthread.h>

static pthread_mutex_t desk = PTHREAD_MUTEX_INITIALIZER;
static int seats = 2;

static void *book(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&desk);
	if (seats > 0) {
#else
	if (seats > 0) {
		pthread_mutex_lock(&desk);
#endif
		seats--;
#ifndef FIXED
		pthread_mutex_unlock(&desk);
#endif
	}
#ifdef FIXED
	pthread_mutex_unlock(&desk);
#endif
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, book, NULL);
	book(NULL);
	pthread_join(thread, NULL);
	return 0;
}
