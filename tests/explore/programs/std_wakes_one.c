/* finds: deadlock */
/* says: a signal wakes one of those who wait, a broadcast all: call */
/* says: call cnd_broadcast at LINE Lesson: 11-condition-variables */
#include <stdbool.h>
#include <threads.h>

static mtx_t lock;
static cnd_t opened;
static bool is_open;

static int enter(void *arg)
{
	(void)arg;
	mtx_lock(&lock);
	while (!is_open)
		cnd_wait(&opened, &lock);
	mtx_unlock(&lock);
	return 0;
}

int main(void)
{
	thrd_t a, b;

	mtx_init(&lock, mtx_plain);
	cnd_init(&opened);
	thrd_create(&a, enter, NULL);
	thrd_create(&b, enter, NULL);
	mtx_lock(&lock);
	is_open = true;
#ifdef FIXED
	cnd_broadcast(&opened);
#else
	cnd_signal(&opened);
#endif
	mtx_unlock(&lock);
	thrd_join(a, NULL);
	thrd_join(b, NULL);
	return 0;
}
