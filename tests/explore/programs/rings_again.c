/* finds: deadlock: no thread can go on */
/* says: Think: main sets rung at STEP again, and nobody had seen that it was */
/* says: set at STEP: count it, or let main wait until rung = 0 before that, */
/* says: and let who makes it so signal it Lesson: 12-bounded */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;
static int rung;

static void ring(void)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	rung++;
#else
	rung = 1;
#endif
	pthread_cond_signal(&bell);
	pthread_mutex_unlock(&lock);
}

static void *answer(void *arg)
{
	for (int i = 0; i < 2; i++) {
		pthread_mutex_lock(&lock);
		while (!rung)
			pthread_cond_wait(&bell, &lock);
#ifdef FIXED
		rung--;
#else
		rung = 0;
#endif
		pthread_mutex_unlock(&lock);
	}
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, answer, NULL);
	ring();
	ring();
	pthread_join(thread, NULL);
	return 0;
}
