/* expect: data race on accounts[ */
#include "transfer.h"

void transfer(struct account *from, struct account *to, long amount)
{
	pthread_mutex_lock(&from->lock);
	from->balance -= amount;
	to->balance += amount;
	pthread_mutex_unlock(&from->lock);
}
