/* finds: assertion failed */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t in_lock = PTHREAD_MUTEX_INITIALIZER;
#ifdef FIXED
#define OUT_LOCK in_lock
#else
static pthread_mutex_t out_lock = PTHREAD_MUTEX_INITIALIZER;
#define OUT_LOCK out_lock
#endif
static int visitors; /* whose lock is it? */

static void *come_in(void *arg)
{
	pthread_mutex_lock(&in_lock);
	visitors++;
	pthread_mutex_unlock(&in_lock);
	return arg;
}

static void *go_out(void *arg)
{
	pthread_mutex_lock(&OUT_LOCK);
	visitors--;
	pthread_mutex_unlock(&OUT_LOCK);
	return arg;
}

int main(void)
{
	pthread_t in, out;

	pthread_create(&in, NULL, come_in, NULL);
	pthread_create(&out, NULL, go_out, NULL);
	pthread_join(in, NULL);
	pthread_join(out, NULL);
	assert(visitors == 0);
	return 0;
}
