/* finds: dead local variable: uses place of start.., which returned at step */
/* says: join T1 before start.. returns, or give each thread its own from */
/* says: its own from malloc, and let it free that Lesson: 05-data-race */
#include <pthread.h>
#include <stdlib.h>

static void *use(void *number)
{
	*(int *)number += 1;
#ifdef FIXED
	free(number);
#endif
	return NULL;
}

static pthread_t start(int value)
{
#ifdef FIXED
	int *number = malloc(sizeof(*number));
#else
	int place, *number = &place;
#endif
	pthread_t thread;

	if (!number)
		exit(0);
	*number = value;
	pthread_create(&thread, NULL, use, number);
	return thread;
}

int main(void)
{
	pthread_t first = start(3), second = start(4);

	pthread_join(first, NULL);
	pthread_join(second, NULL);
	return 0;
}
