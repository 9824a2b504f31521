/* finds: misuse: destroys a mutex that main holds, in main */
/* says: main holds list.lock, since destroy_held.c:[0-9]+ */
#include <pthread.h>
#include <stdlib.h>

static struct {
	pthread_mutex_t lock;
	int *items;
} list;

static void drop(void)
{
	pthread_mutex_lock(&list.lock);
	free(list.items);
	list.items = NULL;
#ifdef FIXED
	pthread_mutex_unlock(&list.lock);
	pthread_mutex_destroy(&list.lock);
#else
	pthread_mutex_destroy(&list.lock);
	pthread_mutex_unlock(&list.lock);
#endif
}

int main(void)
{
	pthread_mutex_init(&list.lock, NULL);
	list.items = malloc(sizeof(*list.items));
	drop();
	return 0;
}
