/* The job is one file, which is moved: it is always in exactly one place. */
#include "claim.h"

#include <stdio.h>

/* tag::claim[] */
bool claim(void)
{
	return rename("new/job", "cur/job") == 0;
}

void done(void)
{
	rename("cur/job", "done/job");
}

void recover(void)
{
	rename("cur/job", "new/job");
}
/* end::claim[] */
