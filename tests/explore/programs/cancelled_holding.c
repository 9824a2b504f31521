/* finds: deadlock: no thread can go on */
/* says: T1 is cancelled, and ends */
/* says: T1 is cancelled at LINE while it holds stats: let it not be */
/* says: .pthread_setcancelstate., or unlock it in what pthread_cleanup_push */
/* omits: on every way out */
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static pthread_mutex_t stats = PTHREAD_MUTEX_INITIALIZER;
static int blocks;

static void *download(void *arg)
{
#ifdef FIXED
	int old;
#endif

	for (int i = 0; i < 2; i++) {
#ifdef FIXED
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
#endif
		pthread_mutex_lock(&stats);
		blocks++;
		usleep(1000);
		pthread_mutex_unlock(&stats);
#ifdef FIXED
		pthread_setcancelstate(old, &old);
#endif
	}
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, download, NULL);
	pthread_cancel(thread);
	pthread_join(thread, NULL);
	pthread_mutex_lock(&stats);
	blocks = 0;
	pthread_mutex_unlock(&stats);
	return 0;
}
