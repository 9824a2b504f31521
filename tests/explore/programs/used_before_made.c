/* finds: crash: bad memory access at address 0x0, in main */
/* says: data race on greeting: main reads it */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static char *greeting;

static void *make(void *arg)
{
	char *made = malloc(3);

	made[0] = 'h';
	made[1] = 'i';
	made[2] = '\0';
	greeting = made;
	return arg;
}

int main(void)
{
	pthread_t maker;

	pthread_create(&maker, NULL, make, NULL);
#ifdef FIXED
	pthread_join(maker, NULL);
	printf("%c\n", greeting[0]);
#else
	printf("%c\n", greeting[0]);
	pthread_join(maker, NULL);
#endif
	free(greeting);
	return 0;
}
