/*
 * together: two workers come while the first block is in work; when it is done
 * both get a block, since these need nothing of each other. everything: two
 * that test nothing, but look whether they could.
 */
#include "dispatch.h"

#include "lesson.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

enum {
	NWORKERS = 2
};

static atomic_int ndispatched[NBLOCKS], ndone[NBLOCKS];

/* Of the primes up to the root of 2, 5, 8 and 11: the block of the last. */
static const int needed[NBLOCKS] = {-1, 0, 0, 1};

static void expect_known(int block)
{
	static char words[NBLOCKS][100];

	EXPECT(block < NBLOCKS, "a block was dispatched that there is not");
	for (int i = 0; i <= needed[block]; i++) {
		if (atomic_load(&ndone[i]))
			continue;
		snprintf(words[block], sizeof(words[block]),
			"block %d was dispatched before the primes of block %d "
			"were known",
			block, i);
		EXPECT(false, words[block]);
	}
}

static void *worker(void *unused)
{
	int block;

	while ((block = dispatch_next()) >= 0) {
		expect_known(block);
		atomic_fetch_add(&ndispatched[block], 1);
		atomic_store(&ndone[block], 1);
		dispatch_done(block);
	}
	return unused;
}

static void everything(void)
{
	pthread_t threads[NWORKERS];

	for (int i = 0; i < NWORKERS; i++)
		pthread_create(&threads[i], NULL, worker, NULL);
	for (int i = 0; i < NWORKERS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < NBLOCKS; i++) {
		EXPECT(ndispatched[i] > 0, "a block was left out");
		EXPECT(ndispatched[i] == 1, "a block was tested twice");
	}
}

static sem_t in_work;

/* Two blocks are in work, and neither is done before the other has begun. */
static void *meets(void *unused)
{
	int block = dispatch_next();

	EXPECT(block >= 0,
		"a worker was sent home while there were blocks left");
	expect_known(block);
	sem_post(&in_work);
	return unused;
}

static void together(void)
{
	pthread_t threads[NWORKERS];
	int first = dispatch_next();

	sem_init(&in_work, 0, 0);
	EXPECT_EQUAL(first, 0, "the first block");
	for (int i = 0; i < NWORKERS; i++)
		pthread_create(&threads[i], NULL, meets, NULL);
	atomic_store(&ndone[0], 1);
	dispatch_done(first);
	for (int i = 0; i < NWORKERS; i++)
		sem_wait(&in_work);
	for (int i = 0; i < NWORKERS; i++)
		pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
	(void)argc;
	if (argv[1][0] == 'e')
		everything();
	else
		together();
	return 0;
}
