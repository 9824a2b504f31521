/* finds: deadlock */
/* says: T[12] finds bread = 0 at STEP, and nobody is left to change that */
/* says: .T[12] and T3 have ended., so that no signal could help: is the test */
/* says: at LINE right[?] Or is one more change missing[?] Lesson: 11-cond */
/* omits: Only a wake-up */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t baked = PTHREAD_COND_INITIALIZER;
static int bread;

#ifdef FIXED
#define LOAVES 2
#else
#define LOAVES 1
#endif

static void *buy(void *arg)
{
	pthread_mutex_lock(&lock);
	while (bread == 0)
		pthread_cond_wait(&baked, &lock);
	bread--;
	pthread_mutex_unlock(&lock);
	return arg;
}

static void *bake(void *arg)
{
	for (int i = 0; i < LOAVES; i++) {
		pthread_mutex_lock(&lock);
		bread++;
		pthread_cond_signal(&baked);
		pthread_mutex_unlock(&lock);
	}
	return arg;
}

int main(void)
{
	pthread_t a, b, c;

	pthread_create(&a, NULL, buy, NULL);
	pthread_create(&b, NULL, buy, NULL);
	pthread_create(&c, NULL, bake, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	pthread_join(c, NULL);
	return 0;
}
