/* finds: abort: abort was called, in main at */
/* says: Think: results is static in throw_dice.. .LINE., one for all */
/* says: each call needs one of its own, which the caller gives, or malloc */
/* says: Lesson: 05-data-race */
#include <pthread.h>
#include <stdlib.h>

struct result {
	int value, who;
};

static struct result *throw_dice(int who)
{
#ifdef FIXED
	struct result *result = malloc(sizeof(*result));

	if (!result)
		exit(0);
#else
	static struct result results, *const result = &results;
#endif
	result->value = 1 + who * 2 % 6;
	result->who = who;
	return result;
}

static void *play(void *arg)
{
	return throw_dice(*(int *)arg);
}

int main(void)
{
	pthread_t threads[2];
	int ids[2] = {1, 2};
	void *results[2];
	int sum = 0;

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, play, &ids[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], &results[i]);
	for (int i = 0; i < 2; i++)
		sum += ((struct result *)results[i])->value;
	if (sum != 8)
		abort();
#ifdef FIXED
	free(results[0]);
	free(results[1]);
#endif
	return 0;
}
