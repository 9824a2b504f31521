/* expect: the number of visitors is 1, and should be 3 */
#include "count.h"

static volatile long visitors;

void count_visitor(int door)
{
	(void)door;
	visitors++;
}

long all_visitors(void)
{
	return visitors;
}
