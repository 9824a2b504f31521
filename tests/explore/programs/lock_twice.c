/* finds: misuse: locks a mutex that it holds already */
/* says: main holds lock, since lock_twice.c:[0-9]+ */
/* says: get.. is called with lock locked .LINE.: do not lock it again at */
/* says: nor unlock it after that; a caller that has not locked lock has to */
/* says: Lesson: 06-mutex */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int balance;

static int get(void) /* with the lock held */
{
#ifdef FIXED
	return balance;
#else
	int value;

	pthread_mutex_lock(&lock);
	value = balance;
	pthread_mutex_unlock(&lock);
	return value;
#endif
}

int main(void)
{
	pthread_mutex_lock(&lock);
	balance = get() + 1;
	pthread_mutex_unlock(&lock);
	return 0;
}
