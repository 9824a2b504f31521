/* finds: assertion failed: assert\(name.4. == '0' \+ id\), in T[12] at */
/* says: each thread writes text .LINE. and then reads what it wrote, but */
/* says: there is one text for all: give each thread its own .a buffer */
/* says: of whoever calls, or _Thread_local. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>

#ifdef FIXED
static _Thread_local char text[32];
#else
static char text[32];
#endif

static const char *name_of(int id)
{
	snprintf(text, sizeof(text), "user%d", id);
	return text;
}

static void *greet(void *arg)
{
	int id = *(int *)arg;
	const char *name = name_of(id);

	assert(name[4] == '0' + id);
	return NULL;
}

int main(void)
{
	int one = 1, two = 2;
	pthread_t a, b;

	pthread_create(&a, NULL, greet, &one);
	pthread_create(&b, NULL, greet, &two);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
