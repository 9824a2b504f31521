/* finds: dead local variable: uses scales.grams of weigh.., which returned */
/* says: T1 is detached .LINE., so nobody can wait for its end: do not detach */
/* says: do not detach it, but join it before weigh.. returns; or, if nothing */
/* says: and let it free that Lesson: 05-data-race */
#include <pthread.h>

struct scales {
	int grams;
};

static void *put_on(void *arg)
{
	struct scales *scales = arg;

	scales->grams += 250;
	return NULL;
}

static int weigh(void)
{
	struct scales scales = {0};
	pthread_t thread;

	if (pthread_create(&thread, NULL, put_on, &scales))
		return 250;
#ifdef FIXED
	pthread_join(thread, NULL);
#else
	pthread_detach(thread);
#endif
	return scales.grams;
}

int main(void)
{
	return weigh() > 250;
}
