/* expect: the job is lost */
#include "claim.h"

#include <fcntl.h>
#include <unistd.h>

bool claim(void)
{
	return unlink("new/job") == 0;
}

void done(void)
{
	close(open("done/job", O_CREAT | O_WRONLY, 0600));
}

void recover(void)
{
}
