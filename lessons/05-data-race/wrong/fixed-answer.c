/* expect: the number of visitors is 3, and should be 2 */
#include "count.h"

static long visitors[2];

void count_visitor(int door)
{
	visitors[door]++;
}

/* Called when both threads have ended. */
long all_visitors(void)
{
	return 3;
}
