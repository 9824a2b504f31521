/* finds: assertion failed */
/* says: lost update on balance: T1 reads it at STEP .LINE., T2 writes */
/* says: the two together are not: hold it in pay_in\(\) over all of */
/* says: get_put.c:38, and do not lock it again at get_put.c:17 */
/* says: Lesson: 07-atomicity */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int balance;

#ifndef FIXED
static int get(void)
{
	int value;

	pthread_mutex_lock(&lock);
	value = balance;
	pthread_mutex_unlock(&lock);
	return value;
}

static void put(int value)
{
	pthread_mutex_lock(&lock);
	balance = value;
	pthread_mutex_unlock(&lock);
}
#endif

static void *pay_in(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
	balance += 10;
	pthread_mutex_unlock(&lock);
#else
	put(get() + 10);
#endif
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, pay_in, NULL);
	pthread_create(&b, NULL, pay_in, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(balance == 20);
	return 0;
}
