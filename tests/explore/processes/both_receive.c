/* finds: deadlock */
/* lesson: 03-pipes */
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* One of the two has to speak first. */
static void serve(int fd)
{
	char byte = 'x';

#ifdef FIXED
	write(fd, &byte, 1);
	recv(fd, &byte, 1, 0);
#else
	recv(fd, &byte, 1, 0);
	write(fd, &byte, 1);
#endif
	_exit(0);
}

int main(void)
{
	int ends[2];
	char bytes[1];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		return 1;
	if (fork() == 0)
		serve(ends[1]);
	recv(ends[0], bytes, sizeof(bytes), MSG_WAITALL);
	send(ends[0], bytes, sizeof(bytes), 0);
	wait(NULL);
	return 0;
}
