/* notes: output varies: what it prints depends on the schedule */
#include <pthread.h>
#include <stdio.h>

static void *greet(void *name)
{
	printf("I am %s\n", (const char *)name);
	return NULL;
}

int main(void)
{
	static char one[] = "one", two[] = "two";
	pthread_t a, b;

	pthread_create(&a, NULL, greet, one);
#ifdef FIXED
	pthread_join(a, NULL);
	pthread_create(&b, NULL, greet, two);
#else
	pthread_create(&b, NULL, greet, two);
	pthread_join(a, NULL);
#endif
	pthread_join(b, NULL);
	return 0;
}
