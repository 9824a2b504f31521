/* finds: deadlock */
/* says: for a post of drill; T2 took one at STEP .LINE. T2 waits at LINE */
/* says: each has taken what another waits for: let all take them in the same */
/* says: order, [a-z]+ before [a-z]+ Lesson: 08-deadlock */
#include <pthread.h>
#include <semaphore.h>

static sem_t saw, drill;
static int made;

static void use(sem_t *first, sem_t *second)
{
	sem_wait(first);
	sem_wait(second);
	__atomic_fetch_add(&made, 1, __ATOMIC_SEQ_CST);
	sem_post(second);
	sem_post(first);
}

static void *table(void *arg)
{
	use(&saw, &drill);
	return arg;
}

static void *chair(void *arg)
{
#ifdef FIXED
	use(&saw, &drill);
#else
	use(&drill, &saw);
#endif
	return arg;
}

int main(void)
{
	pthread_t a, b;

	sem_init(&saw, 0, 1);
	sem_init(&drill, 0, 1);
	pthread_create(&a, NULL, table, NULL);
	pthread_create(&b, NULL, chair, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
