/* finds: assertion failed */
/* says: It fails in every order. Think: no order of steps ends well, so that */
/* says: no lock and no wait mends it: look at what the threads are given */
/* omits: Think: no lock protects|Lesson */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

struct job {
	int slot, value;
};

static int slots[2];

static void *fill(void *arg)
{
	const struct job *job = arg;

	slots[job->slot] = job->value;
	return NULL;
}

int main(void)
{
#ifdef FIXED
	struct job one = {0, 1}, two = {1, 2};
#else
	struct job one = {0, 1}, two = {0, 2};
#endif
	pthread_t a, b;

	pthread_create(&a, NULL, fill, &one);
	pthread_create(&b, NULL, fill, &two);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(slots[0] + slots[1] == 3);
	return 0;
}
