/* Two variables are as good as an array. */
#include "count.h"

static long front, back;

void count_visitor(int door)
{
	if (door)
		back++;
	else
		front++;
}

/* Called when both threads have ended. */
long all_visitors(void)
{
	return front + back;
}
