/* finds: data race on pages, in T[123] at post_twice.c */
/* says: T[123] takes one from printer .LINE. and adds two .LINE and LINE */
/* says: one post for each wait, on every path */
/* says: Lesson: 10-semaphores */
#include <pthread.h>
#include <semaphore.h>

static sem_t printer;
static int pages;

static void print_pages(int n)
{
	sem_wait(&printer);
	if (n == 0) {
		sem_post(&printer);
#ifdef FIXED
		return;
#endif
	}
	pages += n;
	sem_post(&printer);
}

static void *use(void *arg)
{
	print_pages(*(int *)arg);
	return NULL;
}

int main(void)
{
	static int jobs[] = {0, 3, 1};
	pthread_t threads[3];

	sem_init(&printer, 0, 1);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, use, &jobs[i]);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
