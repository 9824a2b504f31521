/* finds: bad memory access: uses job->number, which main freed, in T1 at */
/* says: while T1, which it started, still uses it .LINE.: join T1 first, and */
/* says: free it then, or let T1 free it, after its last use Lesson: 05-data */
#include <pthread.h>
#include <stdlib.h>

struct job {
	int number;
};

static int sum;

static void *work(void *arg)
{
	struct job *job = arg;

	sum += job->number;
#ifdef FIXED
	free(job);
#endif
	return NULL;
}

int main(void)
{
	pthread_t thread;
	struct job *job = malloc(sizeof(*job));

	if (!job)
		return 0;
	job->number = 3;
	pthread_create(&thread, NULL, work, job);
#ifndef FIXED
	free(job);
#endif
	pthread_join(thread, NULL);
	return sum != 3;
}
