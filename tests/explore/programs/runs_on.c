/* finds: assertion failed: assert\(heat\[0\] == 2 && heat\[1\] == 2\), in */
/* says: Think: T2 reads heat\[0\] .runs_on.c:26. when it is done with */
/* says: runs_on.c:28, and does not wait until T1 is, which writes it there: */
/* says: let all wait for each other after runs_on.c:28, too, at another */
/* says: pthread_barrier_wait Lesson: 14-barrier */
#include <assert.h>
#include <pthread.h>

enum {
	NCELLS = 2,
	NROUNDS = 2
};

static pthread_barrier_t all_there;
static int heat[NCELLS];

static void *cell(void *arg)
{
	int *mine = arg;
	long me = mine - heat;

	for (int i = 0; i < NROUNDS; i++) {
		int next;

		/* of its neighbour */
		next = heat[(me + 1) % NCELLS] + 1;
		pthread_barrier_wait(&all_there);
		*mine = next;
#ifdef FIXED
		pthread_barrier_wait(&all_there);
#endif
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[NCELLS];

	pthread_barrier_init(&all_there, NULL, NCELLS);
	for (int i = 0; i < NCELLS; i++)
		pthread_create(&threads[i], NULL, cell, &heat[i]);
	for (int i = 0; i < NCELLS; i++)
		pthread_join(threads[i], NULL);
	assert(heat[0] == 2 && heat[1] == 2);
	return 0;
}
