/*
 * Two workers and one job, which only one of them gets. One of the workers may
 * be killed, before whichever of its calls; afterwards the job is in one place,
 * and somebody who comes later can finish it. Whoever does the job makes the
 * folder "work", so that it can be seen whether it was done.
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
	mkdir("work", 0700);
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

/* The job that recovery has put back is one like any other. */
static void take_again(void)
{
	EXPECT(claim(), "the job waits in new/, and cannot be taken: what was "
			"left of the first time is in its way");
	done();
	EXPECT(!is_there("new/job") && is_there("done/job"),
		"the job was taken a second time, and is not in done/");
}

static void look(bool killed)
{
	bool waits = is_there("new/job"), is_done = is_there("done/job");

	EXPECT(waits || is_done || !is_there("cur/job"),
		"the job is lost: recover has left it in cur/, where nobody "
		"looks for it");
	EXPECT(waits || is_done,
		"the job is lost: it is neither in new/ nor in done/");
	EXPECT(!waits || !is_done, "the job is done, and waits once more");
	EXPECT(is_done || killed, "the job was taken, and is not in done/");
	EXPECT(!is_done || is_there("work"),
		"the job is in done/, and nobody has done it");
	if (waits)
		take_again();
}

int main(void)
{
	int nkilled = 0, ntaken;

	mkdir("new", 0700);
	mkdir("cur", 0700);
	mkdir("done", 0700);
	close(open("new/job", O_CREAT | O_WRONLY, 0600));
	ntaken = work(&nkilled);
	EXPECT(ntaken < 2, "two workers took one job");
	EXPECT(ntaken == 1 || nkilled, "nobody took the job");
	recover();
	look(nkilled > 0);
	return 0;
}
