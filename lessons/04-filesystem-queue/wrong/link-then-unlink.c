/* expect: the job waits in new/, and cannot be taken */
#include "claim.h"

#include <stdio.h>
#include <unistd.h>

bool claim(void)
{
	if (link("new/job", "cur/job") < 0)
		return false;
	unlink("new/job");
	return true;
}

void done(void)
{
	rename("cur/job", "done/job");
}

void recover(void)
{
	rename("cur/job", "new/job");
}
