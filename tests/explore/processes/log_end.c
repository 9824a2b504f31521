/* finds: assertion failed */
/* lesson: 04-filesystem-queue */
/* thinks: P1 looks for the end of log at step [0-9]+, P2 writes it at step */
/* thinks: open it with O_APPEND: each write then goes to the end as it is */
#include <assert.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where the end is may be known too early. */
static void add_line(const char *line)
{
#ifdef FIXED
	int fd = open("log", O_WRONLY | O_CREAT | O_APPEND, 0600);
#else
	int fd = open("log", O_WRONLY | O_CREAT, 0600);

	lseek(fd, 0, SEEK_END);
#endif
	assert(write(fd, line, 4) == 4);
	close(fd);
	_exit(0);
}

int main(void)
{
	struct stat st;

	if (fork() == 0)
		add_line("one\n");
	if (fork() == 0)
		add_line("two\n");
	while (wait(NULL) > 0)
		;
	assert(stat("log", &st) == 0 && st.st_size == 8);
	return 0;
}
