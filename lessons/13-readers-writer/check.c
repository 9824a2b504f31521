/*
 * apart: two readers and a writer, which is never inside together with one of
 * them. writers: two of them, and a reader. together: two readers are inside,
 * each waiting there for the other. behind: these two come while a writer is
 * inside, and come in when it leaves.
 */
#include "library.h"

#include "lesson.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

typedef void *thread_fn(void *);

static atomic_int nreading, nwriting;

static void *reader(void *unused)
{
	read_lock();
	atomic_fetch_add(&nreading, 1);
	EXPECT(atomic_load(&nwriting) == 0,
		"a reader came in while the writer was there");
	atomic_fetch_sub(&nreading, 1);
	read_unlock();
	return unused;
}

static void *writer(void *unused)
{
	write_lock();
	EXPECT(atomic_fetch_add(&nwriting, 1) == 0,
		"a writer came in while another one was there");
	EXPECT(atomic_load(&nreading) == 0,
		"the writer came in while a reader was there");
	atomic_fetch_sub(&nwriting, 1);
	write_unlock();
	return unused;
}

static sem_t here[2];

static void *meets(void *which)
{
	int me = *(int *)which;

	read_lock();
	sem_post(&here[me]);
	sem_wait(&here[1 - me]);
	read_unlock();
	return NULL;
}

static void *nobody(void *unused)
{
	return unused;
}

static void start(pthread_t threads[2], thread_fn *first, thread_fn *second)
{
	static int numbers[2] = {0, 1};

	pthread_create(&threads[0], NULL, first, &numbers[0]);
	pthread_create(&threads[1], NULL, second, &numbers[1]);
}

static void run(thread_fn *first, thread_fn *second, thread_fn *third)
{
	pthread_t threads[3];

	start(threads, first, second);
	pthread_create(&threads[2], NULL, third, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
}

static void run_behind_writer(void)
{
	pthread_t threads[2];

	write_lock();
	start(threads, meets, meets);
	write_unlock();
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
	(void)argc;
	sem_init(&here[0], 0, 0);
	sem_init(&here[1], 0, 0);
	switch (argv[1][0]) {
	case 'a':
		run(reader, reader, writer);
		break;
	case 'w':
		run(writer, writer, reader);
		break;
	case 't':
		run(meets, meets, nobody);
		break;
	default:
		run_behind_writer();
	}
	return 0;
}
