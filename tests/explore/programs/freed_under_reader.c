/* finds: bad memory access: uses the block from line 46, which T2 freed, */
/* says: T2 frees the block from line 46 at LINE while T1 */
/* says: T1 has read the pointer from shown, holding lock .LINE.: let T1 use */
/* says: what is there, or copy it, before it unlocks lock */
/* says: Lesson: 07-atomicity */
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int *shown;

static void *look(void *arg)
{
	int *seen;

	pthread_mutex_lock(&lock);
	seen = shown;
#ifdef FIXED
	if (seen && *seen != 7)
		abort();
	pthread_mutex_unlock(&lock);
#else
	pthread_mutex_unlock(&lock);
	if (seen && *seen != 7)
		abort();
#endif
	return arg;
}

static void *take_away(void *arg)
{
	int *old;

	pthread_mutex_lock(&lock);
	old = shown;
	shown = NULL;
	pthread_mutex_unlock(&lock);
	free(old);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	shown = malloc(sizeof(*shown));
	*shown = 7;
	pthread_create(&a, NULL, look, NULL);
	pthread_create(&b, NULL, take_away, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
