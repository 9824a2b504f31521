/* finds: data race on hits */
/* says: T1 writes it at LINE, holding table .to read.; T2 reads it at LINE, */
/* says: holding table .to read. */
/* says: nothing keeps STEP and STEP in this order: another run may */
/* says: both hold table, and readers do so together: take it to write, */
/* says: with pthread_rwlock_wrlock at LINE Lesson: 13-readers-writer */
#include <pthread.h>

static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static int hits;

static void *look_up(void *arg)
{
#ifdef FIXED
	pthread_rwlock_wrlock(&table);
#else
	pthread_rwlock_rdlock(&table);
#endif
	hits++;
	pthread_rwlock_unlock(&table);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, look_up, NULL);
	pthread_create(&b, NULL, look_up, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
