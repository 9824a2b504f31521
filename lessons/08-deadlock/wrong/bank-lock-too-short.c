/* expect: deadlock */
#include "transfer.h"

static pthread_mutex_t bank = PTHREAD_MUTEX_INITIALIZER;

void transfer(struct account *from, struct account *to, long amount)
{
	pthread_mutex_lock(&bank);
	pthread_mutex_lock(&from->lock);
	pthread_mutex_unlock(&bank);
	pthread_mutex_lock(&to->lock);
	from->balance -= amount;
	to->balance += amount;
	pthread_mutex_unlock(&to->lock);
	pthread_mutex_unlock(&from->lock);
}
