/* expect: the job is lost */
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
	unlink("cur/job");
}

void recover(void)
{
	rename("cur/job", "new/job");
}
