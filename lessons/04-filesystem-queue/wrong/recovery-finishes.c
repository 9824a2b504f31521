/* expect: the job is in done/, and nobody has done it */
#include "claim.h"

#include <stdio.h>

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
	rename("cur/job", "done/job");
}
