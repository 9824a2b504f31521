/* finds: bad memory access: uses .*, which main freed, in T1 */
/* says: join T1 first, and free it then */
#include <pthread.h>
#include <stdlib.h>

struct account {
	pthread_mutex_t lock;
	int balance;
};

static void *visit(void *arg)
{
	struct account *account = arg;

	pthread_mutex_lock(&account->lock);
	pthread_mutex_unlock(&account->lock);
	return NULL;
}

int main(void)
{
	struct account *account = calloc(1, sizeof(*account));
	pthread_t thread;

	pthread_mutex_init(&account->lock, NULL);
	pthread_create(&thread, NULL, visit, account);
#ifdef FIXED
	pthread_join(thread, NULL);
	free(account);
#else
	free(account);
	pthread_join(thread, NULL);
#endif
	return 0;
}
