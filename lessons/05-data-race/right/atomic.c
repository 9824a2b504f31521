/* One step instead of three. */
#include "count.h"

#include <stdatomic.h>

static atomic_long visitors;

void count_visitor(int door)
{
	(void)door;
	visitors++;
}

/* Called when both threads have ended. */
long all_visitors(void)
{
	return visitors;
}
