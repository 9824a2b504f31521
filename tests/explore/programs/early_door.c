/* finds: assertion failed: assert\(is_open\), in T1 at early_door.c */
/* says: T1 reads is_open at STEP, before T2 has written it .LINE.: let T1 */
/* says: wait until T2 has done that, with a flag and a condition variable; */
/* says: a lock or an atomic alone makes nobody wait */
/* says: Lesson: 11-condition-variables */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

static atomic_bool is_open;
#ifdef FIXED
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
#endif

static void *open_door(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
	is_open = true;
	pthread_cond_signal(&opened);
	pthread_mutex_unlock(&lock);
#else
	is_open = true;
#endif
	return arg;
}

static void *go_through(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
	while (!is_open)
		pthread_cond_wait(&opened, &lock);
	pthread_mutex_unlock(&lock);
#endif
	assert(is_open);
	return arg;
}

int main(void)
{
	pthread_t guest, porter;

	pthread_create(&guest, NULL, go_through, NULL);
	pthread_create(&porter, NULL, open_door, NULL);
	pthread_join(guest, NULL);
	pthread_join(porter, NULL);
	return 0;
}
