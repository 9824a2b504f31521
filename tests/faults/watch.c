#include "tests/faults/watch.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int memory_file(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd < 0) {
		perror("memfd_create");
		exit(2);
	}
	return fd;
}

void memory_file_empty(int fd)
{
	if (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		exit(2);
}

off_t memory_file_size(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_size : 0;
}

unsigned memory_file_lines(int fd)
{
	char data[65536];
	ssize_t size = pread(fd, data, sizeof(data), 0);
	unsigned n = 0;

	for (ssize_t i = 0; i < size; i++)
		n += data[i] == '\n';
	return n;
}

static long ms_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000 +
	       (now.tv_nsec - start->tv_nsec) / 1000000;
}

static void pause_us(long us)
{
	struct timespec pause = {.tv_nsec = us * 1000};

	nanosleep(&pause, NULL);
}

int watch_child(pid_t pid, int interrupt_ms, bool *interrupted)
{
	struct timespec start;
	int status;

	*interrupted = false;
	clock_gettime(CLOCK_MONOTONIC, &start);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		long ms = ms_since(&start);

		if (ms > interrupt_ms + WATCH_LIMIT_MS) {
			kill(-pid, SIGKILL);
			waitpid(pid, &status, 0);
			return -1;
		}
		if (interrupt_ms && !*interrupted && ms > interrupt_ms) {
			*interrupted = true;
			kill(pid, SIGINT);
		}
		pause_us(200);
	}
	return status;
}

/* Orphans become ours. */
bool watch_strays(void)
{
	pid_t pid;

	for (int ms = 0; ms < WATCH_LIMIT_MS; ms++) {
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid < 0)
			return false;
		pause_us(1000);
	}
	return true;
}
