/* notes: possible deadlock: locks are taken in a cycle */
/* with: --strategy bounded --bound 0 */
/* says: main locks b at LINE .in move, .*, while it holds a since LINE */
/* says: T1 locks a at LINE .in move, .*, while it holds b since LINE */
/* says: in the same order \(08-deadlock\) */
#include <pthread.h>
#include <sched.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static int moved;

static void move(pthread_mutex_t *from, pthread_mutex_t *to)
{
#ifdef FIXED
	pthread_mutex_lock(&gate);
#endif
	pthread_mutex_lock(from);
	pthread_mutex_lock(to);
	moved++;
	pthread_mutex_unlock(to);
	pthread_mutex_unlock(from);
#ifdef FIXED
	pthread_mutex_unlock(&gate);
#endif
}

/* Much later than main, as a rule: no test would see them meet. */
static void *back(void *arg)
{
	for (int i = 0; i < 50; i++)
		sched_yield();
	move(&b, &a);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, back, NULL);
	move(&a, &b);
	pthread_join(thread, NULL);
	return moved != 2 || pthread_mutex_trylock(&gate) != 0;
}
