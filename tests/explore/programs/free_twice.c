/* finds: bad free: frees 16 bytes that T[12] freed before */
/* says: main allocated it at LINE, T[12] freed it at LINE */
/* says: one thread owns it */
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *buffer;

static void *finish(void *arg)
{
	char *mine;

	pthread_mutex_lock(&lock);
	mine = buffer;
#ifdef FIXED
	buffer = NULL;
#endif
	pthread_mutex_unlock(&lock);
	if (mine)
		free(mine);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	buffer = malloc(16);
	pthread_create(&a, NULL, finish, NULL);
	pthread_create(&b, NULL, finish, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
