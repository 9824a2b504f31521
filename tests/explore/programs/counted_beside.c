/* finds: deadlock */
/* says: also seen: data race on farm.nfed: .* hold one lock at LINE.* .05- */
/* says: Think: the signal at STEP woke T[12], and not T[12]: a signal wakes */
/* says: one of those who wait, a broadcast all: call pthread_cond_broadcast */
/* says: at LINE Lesson: 11-condition-variables */
#include <pthread.h>
#include <stdatomic.h>

struct farm {
	pthread_mutex_t lock;
	pthread_cond_t opened;
	int is_open;
#ifdef FIXED
	atomic_int nfed;
#else
	int nfed;
#endif
};

static void *animal(void *arg)
{
	struct farm *farm = arg;

	pthread_mutex_lock(&farm->lock);
	while (!farm->is_open)
		pthread_cond_wait(&farm->opened, &farm->lock);
	pthread_mutex_unlock(&farm->lock);
	farm->nfed++;
	return NULL;
}

int main(void)
{
	struct farm farm = {
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.opened = PTHREAD_COND_INITIALIZER,
	};
	pthread_t animals[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&animals[i], NULL, animal, &farm);
	pthread_mutex_lock(&farm.lock);
	farm.is_open = 1;
#ifdef FIXED
	pthread_cond_broadcast(&farm.opened);
#else
	pthread_cond_signal(&farm.opened);
#endif
	pthread_mutex_unlock(&farm.lock);
	for (int i = 0; i < 3; i++)
		pthread_join(animals[i], NULL);
	return 0;
}
