/* finds: assertion failed */
/* says: lost update on sold: T[12] reads it at STEP .LINE., T[12] writes */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int sold;

static void *sell(void *arg)
{
	int before;

#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	before = sold;
	sold = before + 1;
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, sell, &lock);
	pthread_create(&b, NULL, sell, &lock);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(sold == 2);
	return 0;
}
