/* finds: .*strtok.s own static|crash|assertion failed */
/* says: strtok keeps its place in one variable for all threads: call */
/* says: strtok_r, which keeps it in yours */
#include <assert.h>
#include <pthread.h>
#include <string.h>

#ifdef FIXED
#define FIRST(text) strtok_r(text, " ", &rest)
#define NEXT() strtok_r(NULL, " ", &rest)
#else
#define FIRST(text) strtok(text, " ")
#define NEXT() strtok(NULL, " ")
#endif

static void *count(void *arg)
{
	char *rest = NULL;
	int n = 0;

	for (char *word = FIRST(arg); word; word = NEXT())
		n++;
	assert(n == 2 && !rest);
	return NULL;
}

int main(void)
{
	char first[] = "one two", second[] = "un deux";
	pthread_t a, b;

	pthread_create(&a, NULL, count, first);
	pthread_create(&b, NULL, count, second);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
