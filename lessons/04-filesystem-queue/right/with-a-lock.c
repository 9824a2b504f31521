/* A file that only one can make is a lock, which recovery takes away. */
#include "claim.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

bool claim(void)
{
	int fd = open("lock", O_CREAT | O_EXCL | O_WRONLY, 0600);
	bool mine;

	if (fd < 0)
		return false;
	close(fd);
	mine = rename("new/job", "cur/job") == 0;
	unlink("lock");
	return mine;
}

void done(void)
{
	rename("cur/job", "done/job");
}

void recover(void)
{
	unlink("lock");
	rename("cur/job", "new/job");
}
