/* finds: data race */
/* says: T1 writes it at reader_unlocked.c:[0-9]+, holding lock */
/* says: no lock protects queue.len on both paths */
/* says: the other holds no lock: hold lock at reader_unlocked.c:[0-9]+, too */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	int len;
	int items[4];
} queue;

static void *add(void *arg)
{
	pthread_mutex_lock(&lock);
	queue.items[queue.len] = 1;
	queue.len++;
	pthread_mutex_unlock(&lock);
	return arg;
}

static int length(void)
{
#ifdef FIXED
	int n;

	pthread_mutex_lock(&lock);
	n = queue.len;
	pthread_mutex_unlock(&lock);
	return n;
#else
	return queue.len;
#endif
}

int main(void)
{
	pthread_t thread;
	int n;

	pthread_create(&thread, NULL, add, NULL);
	n = length();
	pthread_join(thread, NULL);
	return n > 1;
}
