/* finds: bad memory access: uses tent->guests, which T[12] freed, in T[12] */
/* says: counts tent->guests down at LINE, and another can be the last as */
/* says: as soon as tent->flap is unlocked .LINE.: keep what the count is in */
/* says: a local variable before that, decide by it, and use nothing else */
/* says: Lesson: 07-atomicity */
/* omits: on both paths */
#include <pthread.h>
#include <stdlib.h>

struct tent {
	pthread_mutex_t flap;
	int guests;
};

static void go_home(struct tent *tent)
{
	int left;

	pthread_mutex_lock(&tent->flap);
	tent->guests--;
#ifdef FIXED
	left = tent->guests;
	pthread_mutex_unlock(&tent->flap);
#else
	pthread_mutex_unlock(&tent->flap);
	left = tent->guests;
#endif
	if (left == 0) {
		pthread_mutex_destroy(&tent->flap);
		free(tent);
	}
}

static void *camp(void *tent)
{
	go_home(tent);
	return NULL;
}

int main(void)
{
	struct tent *tent = malloc(sizeof(*tent));
	pthread_t one, other;

	if (!tent)
		return 0;
	pthread_mutex_init(&tent->flap, NULL);
	tent->guests = 2;
	pthread_create(&one, NULL, camp, tent);
	pthread_create(&other, NULL, camp, tent);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
