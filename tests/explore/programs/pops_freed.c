/* finds: bad memory access: uses node#[12]->next, which T[12] freed, in */
/* says: still uses it .LINE.: T[12] has it from top .STEP., and without a */
/* says: and without a lock nobody knows when the last has let go of it: lock */
/* says: lock pop.. as a whole, or free nothing while others may still look */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct node {
	struct node *next;
};

static _Atomic(struct node *) top;
#ifdef FIXED
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
#endif

static void push(void)
{
	struct node *node = malloc(sizeof(*node));

	if (!node)
		exit(0);
	node->next = atomic_load(&top);
	while (!atomic_compare_exchange_strong(&top, &node->next, node))
		;
}

static void pop(void)
{
	struct node *node;

#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	node = atomic_load(&top);
	while (node && !atomic_compare_exchange_strong(&top, &node, node->next))
		;
	free(node);
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
}

static void *take(void *arg)
{
	pop();
	return arg;
}

int main(void)
{
	pthread_t first, second;

	push();
	push();
	pthread_create(&first, NULL, take, NULL);
	pthread_create(&second, NULL, take, NULL);
	pthread_join(first, NULL);
	pthread_join(second, NULL);
	return 0;
}
