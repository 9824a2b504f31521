/* finds: assertion failed: assert\(number == 2\), in main at */
/* says: holding counter.lock; T[12] (reads|writes) it at LINE, holding */
/* says: T1 locks counter.lock .* T1 reads counter.number = &number */
/* says: Think: no lock protects number: counter is a copy for each call of */
/* says: call of count.., and counter.lock with it: give count.. a pointer */
/* says: Lesson: 06-mutex */
#include <assert.h>
#include <pthread.h>

struct counter {
	pthread_mutex_t lock;
	int *number;
};

static int number;
static struct counter all = {PTHREAD_MUTEX_INITIALIZER, &number};

#ifdef FIXED
static void count(struct counter *counter)
{
	pthread_mutex_lock(&counter->lock);
	(*counter->number)++;
	pthread_mutex_unlock(&counter->lock);
}
#else
static void count(struct counter counter)
{
	pthread_mutex_lock(&counter.lock);
	(*counter.number)++;
	pthread_mutex_unlock(&counter.lock);
}
#endif

static void *add(void *arg)
{
#ifdef FIXED
	count(&all);
#else
	count(all);
#endif
	return arg;
}

int main(void)
{
	pthread_t first, second;

	pthread_create(&first, NULL, add, NULL);
	pthread_create(&second, NULL, add, NULL);
	pthread_join(first, NULL);
	pthread_join(second, NULL);
	assert(number == 2);
	return 0;
}
