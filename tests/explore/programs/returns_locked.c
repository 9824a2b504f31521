/* finds: misuse: locks a mutex that it holds already, in main at */
/* says: get.. has returned with lock locked .LINE.: unlock it on every way */
/* says: way out Lesson: 06-mutex */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int sum;

static int get(void)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	int now = sum;

	pthread_mutex_unlock(&lock);
	return now;
#else
	return sum;
#endif
}

static void add(int n)
{
	pthread_mutex_lock(&lock);
	sum += n;
	pthread_mutex_unlock(&lock);
}

int main(void)
{
	add(get());
	return 0;
}
