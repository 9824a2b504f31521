/*
 * Two workers and one job, which only one of them gets. One of the workers may
 * be killed, before whichever of its calls; afterwards the job is in one place,
 * and somebody who comes later can finish it.
 */
#include "claim.h"

#include "lesson.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_there(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0;
}

static void worker(void)
{
	if (!claim())
		exit(0);
	done();
	exit(1);
}

/* Starts the workers; how many of them say that they had the job. */
static int work(int *nkilled)
{
	int status, ntaken = 0;

	for (int i = 0; i < 2; i++)
		if (fork() == 0)
			worker();
	for (int i = 0; i < 2; i++) {
		wait(&status);
		ntaken += WIFEXITED(status) && WEXITSTATUS(status) == 1;
		*nkilled += WIFSIGNALED(status);
	}
	return ntaken;
}

int main(void)
{
	int nkilled = 0, ntaken;
	bool waits, is_done;

	mkdir("new", 0700);
	mkdir("cur", 0700);
	mkdir("done", 0700);
	close(open("new/job", O_CREAT | O_WRONLY, 0600));
	ntaken = work(&nkilled);
	EXPECT(ntaken < 2, "two workers took one job");
	EXPECT(ntaken == 1 || nkilled, "nobody took the job");
	recover();
	waits = is_there("new/job");
	is_done = is_there("done/job");
	EXPECT(waits || is_done,
		"the job is lost: it is neither in new/ nor in "
		"done/");
	EXPECT(!waits || !is_done, "the job is done, and waits once more");
	EXPECT(is_done || nkilled, "the job was taken, and is not in done/");
	return 0;
}
