/*
 * Three children: one ends well, one with status 1, one by a signal, in every
 * order, and two of them before the supervisor looks.
 */
#include "supervise.h"

#include "lesson.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int work(int child)
{
	if (child == 2)
		kill(getpid(), SIGKILL);
	return child;
}

int main(void)
{
	int ngood = supervise(work, 3);

	EXPECT(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD,
		"a zombie is left: a child has ended, and nobody waited for "
		"it");
	EXPECT_EQUAL(ngood, 1, "the number of children that ended well");
	return 0;
}
