/* finds: deadlock */
/* says: nobody signals arrived, though main changes letters at LINE: signal */
/* says: arrived there .pthread_cond_signal, or _broadcast if several wait. */
/* says: Lesson: 11-condition-variables */
#include <pthread.h>

static pthread_mutex_t box = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrived = PTHREAD_COND_INITIALIZER;
static int letters;

static void *read_one(void *arg)
{
	pthread_mutex_lock(&box);
	while (letters == 0)
		pthread_cond_wait(&arrived, &box);
	letters--;
	pthread_mutex_unlock(&box);
	return arg;
}

int main(void)
{
	pthread_t reader;

	pthread_create(&reader, NULL, read_one, NULL);
	pthread_mutex_lock(&box);
	letters++;
#ifdef FIXED
	pthread_cond_signal(&arrived);
#endif
	pthread_mutex_unlock(&box);
	pthread_join(reader, NULL);
	return 0;
}
