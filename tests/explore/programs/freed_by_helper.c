/* finds: bad memory access: uses basket->apples, which T1 freed, in main */
/* says: T1 frees basket at LINE while main, which started T1, still uses it */
/* says: do not detach T1 .LINE., and let main free it, when it has joined T1 */
/* says: Lesson: 05-data-race */
#include <pthread.h>
#include <stdlib.h>

struct basket {
	int apples;
};

static void *pick(void *arg)
{
	struct basket *basket = arg;

	basket->apples = 12;
#ifndef FIXED
	free(basket);
#endif
	return NULL;
}

int main(void)
{
	struct basket *basket = calloc(1, sizeof(*basket));
	pthread_t thread;
	int apples;

	if (!basket)
		return 0;
	pthread_create(&thread, NULL, pick, basket);
#ifdef FIXED
	pthread_join(thread, NULL);
	apples = basket->apples;
	free(basket);
#else
	pthread_detach(thread);
	apples = basket->apples;
#endif
	return apples > 12;
}
