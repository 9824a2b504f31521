/* finds: assertion failed: assert\(got == i\) */
/* says: T1 writes shelf.jars.0. at STEP over what it wrote at STEP, which */
/* says: nobody had read; main reads it at STEP; T1 reads shelf.full = 2 */
/* says: at STEP .LINE., and goes on: let who writes wait until that is free */
/* says: Lesson: 12-bounded-queue */
#include <assert.h>
#include <pthread.h>

#define ROOM 2
#define JARS 4

#ifdef FIXED
#define LIMIT (ROOM - 1)
#else
#define LIMIT ROOM
#endif

static struct {
	pthread_mutex_t lock;
	pthread_cond_t taken, put;
	int jars[ROOM], next, full;
} shelf = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER,
	PTHREAD_COND_INITIALIZER, {0}, 0, 0};

static void *fill(void *arg)
{
	for (int i = 0; i < JARS; i++) {
		pthread_mutex_lock(&shelf.lock);
		while (shelf.full > LIMIT)
			pthread_cond_wait(&shelf.taken, &shelf.lock);
		shelf.jars[(shelf.next + shelf.full++) % ROOM] = i;
		pthread_cond_signal(&shelf.put);
		pthread_mutex_unlock(&shelf.lock);
	}
	return arg;
}

static int take(void)
{
	int jar;

	pthread_mutex_lock(&shelf.lock);
	while (shelf.full == 0)
		pthread_cond_wait(&shelf.put, &shelf.lock);
	jar = shelf.jars[shelf.next];
	shelf.next = (shelf.next + 1) % ROOM;
	shelf.full--;
	pthread_cond_signal(&shelf.taken);
	pthread_mutex_unlock(&shelf.lock);
	return jar;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, fill, NULL);
	for (int i = 0; i < JARS; i++) {
		int got = take();

		assert(got == i);
	}
	pthread_join(thread, NULL);
	return 0;
}
