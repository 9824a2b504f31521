/* Accounts, each with a lock of its own: guards its balance. */
#include <pthread.h>

struct account {
	pthread_mutex_t lock;
	long balance;
};

/* Move the amount; called by many threads at once, in all directions. */
void transfer(struct account *from, struct account *to, long amount);
