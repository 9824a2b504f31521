/* finds: assertion failed: assert.cells.0. == 2 && cells.1. == 2. */
/* says: Think: T[12] reads cells.[01]. .LINE. when it is done with LINE, and */
/* says: does not wait until T[12] is, which writes it there: let all wait */
/* says: for each other after LINE, too, at another pthread_barrier_wait */
/* says: Lesson: 14-barrier */
/* omits: wait until that is free */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t all_are_there;
static int cells[2], next[2];

static int look_at(const int *cell)
{
	int value;

	pthread_mutex_lock(&lock);
	value = *cell;
	pthread_mutex_unlock(&lock);
	return value;
}

static void *grow(void *arg)
{
	int me = *(int *)arg;

	for (int round = 0; round < 2; round++) {
		next[me] = look_at(&cells[1 - me]) + 1;
		pthread_barrier_wait(&all_are_there);
		pthread_mutex_lock(&lock);
		cells[me] = next[me];
		pthread_mutex_unlock(&lock);
#ifdef FIXED
		pthread_barrier_wait(&all_are_there);
#endif
	}
	return NULL;
}

int main(void)
{
	int numbers[] = {0, 1};
	pthread_t threads[2];

	pthread_barrier_init(&all_are_there, NULL, 2);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, grow, &numbers[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert(cells[0] == 2 && cells[1] == 2);
	return 0;
}
