/* finds: invariant broken: fits, in (main|T1) at overfull.c */
/* with: --invariant fits */
/* says: check-then-act on count: .* reads it at STEP .LINE., .* writes it */
/* says: writes it .* in between, .* writes it at STEP .overfull.c:40. */
/* says: Lesson: 07-atomicity */
#include <pthread.h>

enum {
	ROOM = 1
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int count;

static int fits(void)
{
	return count >= 0 && count <= ROOM;
}

static int is_full(void)
{
	int full;

	pthread_mutex_lock(&lock);
	full = count == ROOM;
	pthread_mutex_unlock(&lock);
	return full;
}

static void *put(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
	if (count < ROOM)
		count++;
	pthread_mutex_unlock(&lock);
#else
	if (!is_full()) {
		pthread_mutex_lock(&lock);
		count++;
		pthread_mutex_unlock(&lock);
	}
#endif
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, put, NULL);
	put(NULL);
	pthread_join(thread, NULL);
	return is_full() && !fits();
}
