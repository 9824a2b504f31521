/* expect: data race on busy */
#include "count.h"

static long visitors;

void count_visitor(int door)
{
	static int busy;

	(void)door;
	while (busy)
		;
	busy = 1;
	visitors++;
	busy = 0;
}

/* Called when both threads have ended. */
long all_visitors(void)
{
	return visitors;
}
