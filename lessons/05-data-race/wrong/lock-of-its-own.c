/* expect: the number of visitors is 1, and should be 3 */
#include "count.h"

#include <pthread.h>

static long visitors;

void count_visitor(int door)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	(void)door;
	pthread_mutex_lock(&lock);
	visitors++;
	pthread_mutex_unlock(&lock);
}

/* Called when both threads have ended. */
long all_visitors(void)
{
	return visitors;
}
