/* expect: two workers took one job */
#include "claim.h"

#include <stdio.h>
#include <unistd.h>

bool claim(void)
{
	if (access("new/job", F_OK) < 0 || access("cur/job", F_OK) == 0)
		return false;
	rename("new/job", "cur/job");
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
