/*
 * At midnight the calendar goes from 31 January to 1 February, under a lock.
 * Who looks at it thinks that reading needs none. Show a day that never was.
 */
/* title: only the writer has the lock */
/* par: 1 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int day = 31, month = 1;

static void *midnight(void *arg)
{
	pthread_mutex_lock(&lock);
	day = 1;
	month = 2;
	pthread_mutex_unlock(&lock);
	return arg;
}

static void *look(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	int m = month, d = day;

#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	assert((m == 1 && d == 31) || (m == 2 && d == 1));
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, midnight, NULL);
	pthread_create(&b, NULL, look, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
/* win: 1 1 1 2 2 2 */
/* why: a lock keeps out only those who take it: who looks needs it, */
/* why: too */
/* lesson: 06-mutex */
