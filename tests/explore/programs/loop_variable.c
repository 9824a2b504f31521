/* finds: data race on (i|a local of main), in T[12] at loop_variable.c */
/* says: main writes it at loop_variable.c:[0-9]+, holding no lock */
/* says: i is a local variable of main, and others have its address */
/* says: give each of them one of its own that lives until it is joined, */
/* says: such as an element of an array Lesson: */
#include <pthread.h>

enum {
	N = 2
};

static int squares[N + 1];

static void *square(void *arg)
{
	int i = *(int *)arg;

	if (i < N)
		squares[i] = i * i;
	return NULL;
}

int main(void)
{
	pthread_t threads[N];
	int numbers[N];

	for (int i = 0; i < N; i++) {
		numbers[i] = i;
#ifdef FIXED
		pthread_create(&threads[i], NULL, square, &numbers[i]);
#else
		pthread_create(&threads[i], NULL, square, &i);
#endif
	}
	for (int i = 0; i < N; i++)
		pthread_join(threads[i], NULL);
	return squares[0] + numbers[0];
}
