/* finds: assertion failed: assert\(there \+ here == 3\), in main at */
/* says: Think: T1 changes left and right at steps [0-9 and]+, while main */
/* says: reads the two .steps [0-9]+ and [0-9]+.: each is atomic, both */
/* says: together are not: hold one lock over both reads, and over */
/* says: both changes Lesson: 07-atomicity */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef FIXED
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
#endif
static atomic_int left = 3, right;

static void *carry(void *arg)
{
	for (int i = 0; i < 2; i++) {
#ifdef FIXED
		pthread_mutex_lock(&lock);
#endif
		left--;
		right++;
#ifdef FIXED
		pthread_mutex_unlock(&lock);
#endif
	}
	return arg;
}

int main(void)
{
	int there, here;
	pthread_t thread;

	pthread_create(&thread, NULL, carry, NULL);
#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	there = left;
	here = right;
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	assert(there + here == 3);
	pthread_join(thread, NULL);
	return 0;
}
