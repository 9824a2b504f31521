/* finds: assertion failed: assert\(balance >= 0\) */
/* says: check-then-act on balance: T1 reads it at STEP .LINE., T2 writes */
/* says: it at STEP .LINE. in between, T1 writes it at STEP .LINE. */
/* says: hold it in customer\(\) from checks_apart.c:30 to checks_apart.c:33 */
/* says: and do not lock it again at checks_apart.c:16 and checks_apart.c:32 */
/* says: Lesson: 07-atomicity */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int balance = 100;

static int enough(int amount)
{
#ifndef FIXED
	pthread_mutex_lock(&lock);
#endif
	int ok = balance >= amount;
#ifndef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return ok;
}

static void *customer(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	if (enough(*(int *)arg)) {
#ifndef FIXED
		pthread_mutex_lock(&lock);
		balance -= *(int *)arg;
		pthread_mutex_unlock(&lock);
#else
		balance -= *(int *)arg;
#endif
	}
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return NULL;
}

int main(void)
{
	pthread_t threads[2];
	int amounts[2] = {70, 60};

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, customer, &amounts[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert(balance >= 0);
	return 0;
}
