/* finds: bad memory access */
/* says: T2 freed it at LINE */
/* A reader takes an item under the lock, and looks at it after that. */
#include <pthread.h>
#include <stdlib.h>

struct node {
	int value;
	struct node *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct node *head;
static int seen;

static void *reader(void *unused)
{
	struct node *node;

	pthread_mutex_lock(&lock);
	node = head;
#ifdef FIXED
	if (node)
		seen = node->value;
	pthread_mutex_unlock(&lock);
#else
	pthread_mutex_unlock(&lock);
	if (node)
		seen = node->value;
#endif
	return unused;
}

static void *remover(void *unused)
{
	struct node *node;

	pthread_mutex_lock(&lock);
	node = head;
	head = node->next;
	pthread_mutex_unlock(&lock);
	free(node);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	head = malloc(sizeof(*head));
	head->value = 7;
	head->next = NULL;
	pthread_create(&threads[0], NULL, reader, NULL);
	pthread_create(&threads[1], NULL, remover, NULL);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	return seen == 9;
}
