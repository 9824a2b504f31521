/* finds: assertion failed */
/* lesson: 04-filesystem-queue */
/* thinks: P1 and P2 both write new at the same time \(from step */
/* thinks: give each process a file of its own \(mkstemp, or getpid */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is to be renamed when it is complete is not to be shared before. */
static void save(const char *text)
{
	char name[40] = "new";
	int fd;

#ifdef FIXED
	snprintf(name, sizeof(name), "new.%s", text);
#endif
	fd = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	assert(fd >= 0);
	assert(write(fd, text, strlen(text)) > 0);
	close(fd);
	assert(rename(name, "settings") == 0);
	_exit(0);
}

int main(void)
{
	if (fork() == 0)
		save("red");
	if (fork() == 0)
		save("green");
	while (wait(NULL) > 0)
		;
	return 0;
}
