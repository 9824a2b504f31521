/* relax - as lib/relax.h, for the explorer: nobody has any patience */
#ifndef LIB_RELAX_H
#define LIB_RELAX_H

#include <stdbool.h>

static inline void relax(unsigned npauses)
{
	(void)npauses;
}

static inline void prefetch_to_write(const void *address)
{
	(void)address;
}

static inline unsigned relax_patience(void)
{
	return 0;
}

static inline bool relax_step(unsigned i)
{
	(void)i;
	return false;
}

#endif
