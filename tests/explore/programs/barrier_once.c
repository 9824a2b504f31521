/* finds: deadlock */
/* says: was woken at STEP, but .* changed arrived again at STEP, before it */
#include <pthread.h>

enum {
	N = 2,
	ROUNDS = 2
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static int arrived;
#ifdef FIXED
static int round;
#endif

static void wait_for_all(void)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	int mine = round;

	if (++arrived == N) {
		arrived = 0;
		round++;
		pthread_cond_broadcast(&turned);
	}
	while (mine == round)
		pthread_cond_wait(&turned, &lock);
#else
	arrived++;
	while (arrived < N)
		pthread_cond_wait(&turned, &lock);
	pthread_cond_broadcast(&turned);
	arrived = 0;
#endif
	pthread_mutex_unlock(&lock);
}

static void *run(void *arg)
{
	for (int i = 0; i < ROUNDS; i++)
		wait_for_all();
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, run, NULL);
	run(NULL);
	pthread_join(thread, NULL);
	return 0;
}
