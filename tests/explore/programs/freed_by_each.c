/* finds: bad free: frees 5 bytes that T[12] freed before */
/* says: main gives the block from line 15 to T[12] and T[12] .LINE and */
/* says: and LINE., and each frees it: give each thread one of its own Lesson */
#include <pthread.h>
#include <stdlib.h>

static void *forget(void *text)
{
	free(text);
	return NULL;
}

int main(void)
{
	char *text = malloc(5), *other = text;
	pthread_t first, second;

#ifdef FIXED
	other = malloc(5);
#endif
	pthread_create(&first, NULL, forget, text);
	pthread_create(&second, NULL, forget, other);
	pthread_join(first, NULL);
	pthread_join(second, NULL);
	return 0;
}
