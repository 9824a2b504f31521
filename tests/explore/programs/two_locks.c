/* finds: deadlock */
#include <pthread.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;
static int moved;

static void move(pthread_mutex_t *from, pthread_mutex_t *to)
{
#ifdef FIXED
	if (from > to) {
		pthread_mutex_t *other = from;

		from = to;
		to = other;
	}
#endif
	pthread_mutex_lock(from);
	pthread_mutex_lock(to);
	moved++;
	pthread_mutex_unlock(to);
	pthread_mutex_unlock(from);
}

static void *back(void *arg)
{
	move(&b, &a);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, back, NULL);
	move(&a, &b);
	pthread_join(thread, NULL);
	return moved != 2;
}
