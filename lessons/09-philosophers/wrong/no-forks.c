/* expect: ate while a neighbour did */
#include "table.h"

void take_forks(int philosopher)
{
	(void)philosopher;
}

void put_forks(int philosopher)
{
	(void)philosopher;
}
