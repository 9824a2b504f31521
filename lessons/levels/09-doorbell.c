/*
 * Who sees that the parcel is not there yet sits down and waits for the bell.
 * Let the bell be rung, and the person sit there for ever.
 */
/* title: nobody heard the bell */
/* par: 1 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;
static atomic_bool is_here;

static void *expect_parcel(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
	while (!is_here)
		pthread_cond_wait(&bell, &lock);
	pthread_mutex_unlock(&lock);
#else
	while (!is_here) {
		pthread_mutex_lock(&lock);
		pthread_cond_wait(&bell, &lock);
		pthread_mutex_unlock(&lock);
	}
#endif
	return arg;
}

static void *bring_parcel(void *arg)
{
	pthread_mutex_lock(&lock);
	is_here = true;
	pthread_cond_signal(&bell);
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, expect_parcel, NULL);
	pthread_create(&b, NULL, bring_parcel, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
/* win: 1 1 2 2 2 2 2 1 1 */
/* why: between the look and the wait nothing keeps the bell quiet: */
/* why: look while you have the lock, which the wait gives back */
/* lesson: 11-condition-variables */
