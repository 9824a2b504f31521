/* Whatever the direction, the lock at the lower address is asked for first. */
#include "transfer.h"

#include <stdbool.h>
#include <stdint.h>

/* tag::transfer[] */
void transfer(struct account *from, struct account *to, long amount)
{
	bool up = (uintptr_t)from < (uintptr_t)to;
	struct account *first = up ? from : to;
	struct account *second = up ? to : from;

	pthread_mutex_lock(&first->lock);
	pthread_mutex_lock(&second->lock);
	from->balance -= amount;
	to->balance += amount;
	pthread_mutex_unlock(&second->lock);
	pthread_mutex_unlock(&first->lock);
}
/* end::transfer[] */
