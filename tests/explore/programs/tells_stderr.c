/* finds: assertion failed: assert\(n < 2\) */
/* says: prints to stderr "n is 1.n" */
/* says: prints to stderr "adding: No such file or directory.n" */
/* says: prints to stderr "done.n" .* prints "n is 2.n" */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int n;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *add(void *arg)
{
	pthread_mutex_lock(&lock);
	fprintf(stderr, "n is %d\n", n);
	errno = ENOENT;
	perror("adding");
	n++;
	(void)!write(STDERR_FILENO, "done\n", 5);
	printf("n is %d\n", n);
#ifndef FIXED
	assert(n < 2);
#endif
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, add, NULL);
	pthread_create(&b, NULL, add, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
