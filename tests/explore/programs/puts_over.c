/* finds: deadlock: no thread can go on */
/* says: Think: main writes slot.item at STEP over what it put there at STEP, */
/* says: and nobody had taken that: let main wait until slot.is_full = false */
/* says: before that, and let who makes it so signal it Lesson: 12-bounded */
#include <pthread.h>
#include <stdbool.h>

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_full;
	int item;
} slot = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0};

static void put(int item)
{
	pthread_mutex_lock(&slot.lock);
#ifdef FIXED
	while (slot.is_full)
		pthread_cond_wait(&slot.changed, &slot.lock);
#endif
	slot.item = item;
	slot.is_full = true;
	pthread_cond_broadcast(&slot.changed);
	pthread_mutex_unlock(&slot.lock);
}

static void *take(void *arg)
{
	pthread_mutex_lock(&slot.lock);
	while (!slot.is_full)
		pthread_cond_wait(&slot.changed, &slot.lock);
	slot.is_full = false;
	*(int *)arg = slot.item;
#ifdef FIXED
	pthread_cond_broadcast(&slot.changed);
#endif
	pthread_mutex_unlock(&slot.lock);
	return NULL;
}

int main(void)
{
	pthread_t a, b;
	int one, other;

	pthread_create(&a, NULL, take, &one);
	pthread_create(&b, NULL, take, &other);
	put(1);
	put(2);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
