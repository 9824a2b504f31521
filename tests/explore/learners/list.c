/* finds: assertion failed: assert.n == 2., in main at list.c */
/* says: no lock protects head on both paths: one side holds list_lock, the */
/* says: lost update on head */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

typedef struct node {
	int value;
	struct node *next;
} node_t;

static node_t *head = NULL;
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;

static void insert(int value)
{
	node_t *node = malloc(sizeof(node_t));

	node->value = value;
#ifdef FIXED
	pthread_mutex_lock(&list_lock);
#endif
	node->next = head;
#ifndef FIXED
	pthread_mutex_lock(&list_lock);
#endif
	head = node;
	pthread_mutex_unlock(&list_lock);
}

static void *worker(void *arg)
{
	insert(*(int *)arg);
	return NULL;
}

int main(void)
{
	int values[2] = {10, 20}, n = 0;
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, worker, &values[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	while (head != NULL) {
		node_t *next = head->next;

		free(head);
		head = next;
		n++;
	}
	assert(n == 2);
	return 0;
}
