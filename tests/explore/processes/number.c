/* finds: wrong exit status */
/* lesson: 04-filesystem-queue */
/* thinks: P1 finds no number at step [0-9]+, P2 writes it at */
/* thinks: hold one lock from number.c:[0-9]+ to number.c:[0-9]+, by */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

/* A number in a file, as text: read, add, write again. */
static int get(void)
{
	int fd = open("number", O_RDONLY);
	char text[16] = "0";

	if (fd >= 0) {
		(void)!read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	return atoi(text);
}

static void set(int n)
{
	FILE *out = fopen("number", "w");

	fprintf(out, "%d", n);
	fclose(out);
}

static void add(int n)
{
#ifdef FIXED
	int lock = open("lock", O_RDWR | O_CREAT, 0600);

	flock(lock, LOCK_EX);
#endif
	set(get() + n);
	_exit(0);
}

int main(void)
{
	for (int i = 0; i < 2; i++) {
		if (fork() == 0)
			add(i + 1);
	}
	while (wait(NULL) > 0)
		;
	return get() == 3 ? 0 : 1;
}
