/* Look whether the job is there, and take it away. */
#include "claim.h"

#include <fcntl.h>
#include <unistd.h>

/* tag::claim[] */
bool claim(void)
{
	if (access("new/job", F_OK) < 0)
		return false;
	unlink("new/job");
	return true;
}

void done(void)
{
	close(open("done/job", O_CREAT | O_WRONLY, 0600));
}

void recover(void)
{
}
/* end::claim[] */
