/* finds: deadlock */
/* lesson: 03-pipes */
/* thinks: it may wait in poll for what it has read already, or */
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

/* One read may bring what two writes have written: then no more comes. */
static void get_two(int fd)
{
	struct pollfd in = {.fd = fd, .events = POLLIN};
	char bytes[8];
	ssize_t n = 0;

#ifdef FIXED
	while (n < 2) {
		poll(&in, 1, -1);
		n += read(fd, bytes, sizeof(bytes));
	}
#else
	for (; n < 2; n++) {
		poll(&in, 1, -1);
		read(fd, bytes, sizeof(bytes));
	}
#endif
}

int main(void)
{
	int ends[2];

	if (pipe(ends) < 0)
		return 1;
	for (int i = 0; i < 2; i++) {
		if (fork() == 0) {
			write(ends[1], "x", 1);
			_exit(0);
		}
	}
	get_two(ends[0]);
	while (wait(NULL) > 0)
		;
	return 0;
}
