/* finds: assertion failed: assert\(letter.pages == 3\), in main at */
/* says: Think: main reads letter.pages at STEP, before T1 has written it */
/* says: .told_too_soon.c:25., but after T1 has set letter.is_there */
/* says: .told_too_soon.c:21., which tells it to go on: let T1 write */
/* says: letter.pages first, and set letter.is_there after that Lesson: 11 */
#include <assert.h>
#include <pthread.h>

static struct {
	pthread_mutex_t lock;
	pthread_cond_t came;
	int is_there, pages;
} letter = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};

static void *deliver(void *arg)
{
#ifdef FIXED
	letter.pages = 3;
#endif
	pthread_mutex_lock(&letter.lock);
	letter.is_there = 1;
	pthread_cond_signal(&letter.came);
	pthread_mutex_unlock(&letter.lock);
#ifndef FIXED
	letter.pages = 3;
#endif
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, deliver, NULL);
	pthread_mutex_lock(&letter.lock);
	while (!letter.is_there)
		pthread_cond_wait(&letter.came, &letter.lock);
	assert(letter.pages == 3);
	pthread_mutex_unlock(&letter.lock);
	pthread_join(thread, NULL);
	return 0;
}
