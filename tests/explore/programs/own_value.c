/* finds: assertion failed: assert\(got == mine\) */
/* says: next is written and read back in two steps, and changes in */
/* says: between: .* writes it .* writes it .* reads it */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int next;

static void *draw(void *arg)
{
	int mine = *(int *)arg, got;

	pthread_mutex_lock(&lock);
	next = mine;
#ifndef FIXED
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&lock);
#endif
	got = next;
	pthread_mutex_unlock(&lock);
	assert(got == mine);
	return NULL;
}

int main(void)
{
	static int one = 1, two = 2;
	pthread_t a, b;

	pthread_create(&a, NULL, draw, &one);
	pthread_create(&b, NULL, draw, &two);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
