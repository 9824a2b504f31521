/*
 * To move money one needs both accounts, and so both locks: nobody may see
 * the moment at which the money is in neither.
 */
#include "transfer.h"

/* tag::transfer[] */
void transfer(struct account *from, struct account *to, long amount)
{
	pthread_mutex_lock(&from->lock);
	pthread_mutex_lock(&to->lock);
	from->balance -= amount;
	to->balance += amount;
	pthread_mutex_unlock(&to->lock);
	pthread_mutex_unlock(&from->lock);
}
/* end::transfer[] */
