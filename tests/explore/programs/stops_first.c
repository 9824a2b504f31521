/* finds: assertion failed: assert.pool.done == 1., in main */
/* says: T1 reads pool.running = false at STEP .LINE. and leaves, and has not */
/* says: looked whether p->njobs == 0 .STEP, LINE.. Let it leave only when */
/* says: that holds, too: if .!p->running && p->njobs == 0. Lesson: 12- */
#include <assert.h>
#include <pthread.h>
#include <stdbool.h>

static struct pool {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool running;
	int njobs, done;
} pool = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, true, 0, 0};

static void *work(void *arg)
{
	struct pool *p = arg;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (p->running && p->njobs == 0)
			pthread_cond_wait(&p->changed, &p->lock);
#ifdef FIXED
		if (!p->running && p->njobs == 0)
#else
		if (!p->running)
#endif
			break;
		p->njobs--;
		p->done++;
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, work, &pool);
	pthread_mutex_lock(&pool.lock);
	pool.njobs++;
	pthread_cond_signal(&pool.changed);
	pthread_mutex_unlock(&pool.lock);
	pthread_mutex_lock(&pool.lock);
	pool.running = false;
	pthread_cond_signal(&pool.changed);
	pthread_mutex_unlock(&pool.lock);
	pthread_join(thread, NULL);
	assert(pool.done == 1);
	return 0;
}
