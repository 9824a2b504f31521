/* expect: the number of visitors is 1, and should be 3 */
#include "count.h"

#include <stdatomic.h>

static atomic_long visitors;

void count_visitor(int door)
{
	(void)door;
	visitors = visitors + 1;
}

/* Called when both threads have ended. */
long all_visitors(void)
{
	return visitors;
}
