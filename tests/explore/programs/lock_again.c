/* finds: misuse: locks a mutex that it holds already, in T[12] */
/* says: lock is locked since LINE: unlock it before it is locked again at */
/* says: again at LINE, or do not lock it there Lesson: 06-mutex */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int in, out;

static void *work(void *arg)
{
	pthread_mutex_lock(&lock);
	in++;
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	pthread_mutex_lock(&lock);
	out++;
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, work, NULL);
	pthread_create(&b, NULL, work, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return in - out;
}
