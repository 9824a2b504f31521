/* expect: the job is done, and waits once more */
#include "claim.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

bool claim(void)
{
	return rename("new/job", "cur/job") == 0;
}

void done(void)
{
	close(open("done/job", O_CREAT | O_WRONLY, 0600));
	unlink("cur/job");
}

void recover(void)
{
	rename("cur/job", "new/job");
}
