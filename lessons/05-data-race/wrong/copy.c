/* expect: data race on visitors */
#include "count.h"

static long visitors;

void count_visitor(int door)
{
	long mine = visitors;

	(void)door;
	mine = mine + 1;
	visitors = mine;
}

long all_visitors(void)
{
	return visitors;
}
