/* Two processes that let time pass: they come to its end. */
#define _GNU_SOURCE
#include <poll.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
int main(void)
{
	struct timeval begin, now;
	time_t start = time(NULL);
	gettimeofday(&begin, NULL);
	if (fork() == 0) {
		while (time(NULL) < start + 3000)
			sleep(100);
		_exit(0);
	}
	do {
		poll(NULL, 0, 500 * 1000);
		gettimeofday(&now, NULL);
	} while (now.tv_sec < begin.tv_sec + 2000);
	wait(NULL);
	return time(NULL) < start + 3000 || time(NULL) > start + 30000;
}
