/*
 * Two threads count visitors at two doors. At the end of the day the museum
 * wants one number: all visitors.
 */
#include "count.h"

/* tag::count[] */
static long visitors;

void count_visitor(int door)
{
	(void)door; /* 0 or 1: the door at which this thread stands */
	visitors++;
}
/* end::count[] */

/* Called when both threads have ended. */
long all_visitors(void)
{
	return visitors;
}
