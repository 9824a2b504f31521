/* To look first is no mistake, as long as it is the rename that decides. */
#include "claim.h"

#include <stdio.h>
#include <unistd.h>

bool claim(void)
{
	if (access("new/job", F_OK) < 0)
		return false;
	return rename("new/job", "cur/job") == 0;
}

void done(void)
{
	rename("cur/job", "done/job");
}

void recover(void)
{
	if (access("cur/job", F_OK) == 0)
		rename("cur/job", "new/job");
}
