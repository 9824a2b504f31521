/*
 * A small threaded program made from a number: what the tests of the explorer
 * are made of when a few hundred programs are wanted. The number decides how
 * many threads there are and what each does; the output tells the outcome.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	MAX_THREADS = 4,
	MAX_OPS = 4,
	NVARS = 2
};

enum kind {
	READ,
	WRITE,
	ADD, /* plain, in two steps */
	ATOMIC_LOAD,
	ATOMIC_STORE,
	ATOMIC_ADD,
	LOCKED_ADD,
	TRY_ADD,
	POST,
	TRY_WAIT,
	SIGNAL,
	WAIT, /* if nobody has signalled */
	NKINDS
};

struct op {
	enum kind kind;
	int var;
};

static struct op program[MAX_THREADS][MAX_OPS];
static int nops[MAX_THREADS];
static int nthreads;
static long plain[NVARS];
static atomic_long atomics[NVARS];
static pthread_mutex_t locks[NVARS] = {
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int signalled;
static sem_t sem;
static unsigned long seen[MAX_THREADS];

static unsigned long state;

static unsigned pick(unsigned n)
{
	state = state * 6364136223846793005UL + 1442695040888963407UL;
	return (unsigned)(state >> 33) % n;
}

static void generate(void)
{
	int left = 4 + (int)pick(3);

	nthreads = 2 + (int)pick(3);
	for (int t = 0; t < nthreads; t++) {
		int n = 1 + (int)pick(3);

		for (int i = 0; i < n && left > 0; i++, left--) {
			program[t][i].kind = (enum kind)pick(NKINDS);
			program[t][i].var = (int)pick(NVARS);
			nops[t]++;
		}
	}
}

static void see(int thread, unsigned long value)
{
	seen[thread] = seen[thread] * 31 + value + 1;
}

static void wait_once(void)
{
	pthread_mutex_lock(&locks[0]);
	if (!signalled)
		pthread_cond_wait(&cond, &locks[0]);
	pthread_mutex_unlock(&locks[0]);
}

static void signal_once(void)
{
	pthread_mutex_lock(&locks[0]);
	signalled = 1;
	pthread_cond_signal(&cond);
	pthread_mutex_unlock(&locks[0]);
}

static void locked_add(int thread, int var, int try)
{
	if (try && pthread_mutex_trylock(&locks[var]) != 0) {
		see(thread, 77);
		return;
	}
	if (!try)
		pthread_mutex_lock(&locks[var]);
	see(thread, (unsigned long)plain[var]);
	plain[var]++;
	pthread_mutex_unlock(&locks[var]);
}

static void carry_out(int thread, const struct op *op)
{
	switch (op->kind) {
	case READ:
		see(thread, (unsigned long)plain[op->var]);
		break;
	case WRITE:
		plain[op->var] = thread + 10;
		break;
	case ADD:
		plain[op->var]++;
		break;
	case ATOMIC_LOAD:
		see(thread, (unsigned long)atomic_load(&atomics[op->var]));
		break;
	case ATOMIC_STORE:
		atomic_store(&atomics[op->var], thread + 20);
		break;
	case ATOMIC_ADD:
		see(thread,
			(unsigned long)atomic_fetch_add(&atomics[op->var], 1));
		break;
	case LOCKED_ADD:
		locked_add(thread, op->var, 0);
		break;
	case TRY_ADD:
		locked_add(thread, op->var, 1);
		break;
	case POST:
		sem_post(&sem);
		break;
	case TRY_WAIT:
		see(thread, (unsigned long)-sem_trywait(&sem));
		break;
	case SIGNAL:
		signal_once();
		break;
	case WAIT:
		wait_once();
		break;
	default:
		break;
	}
}

static void *run(void *arg)
{
	int thread = (int)(long)arg;

	for (int i = 0; i < nops[thread]; i++)
		carry_out(thread, &program[thread][i]);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[MAX_THREADS];

	state = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	generate();
	sem_init(&sem, 0, 1);
	for (long t = 0; t < nthreads; t++)
		pthread_create(&threads[t], NULL, run, (void *)t);
	for (int t = 0; t < nthreads; t++)
		pthread_join(threads[t], NULL);
	for (int t = 0; t < nthreads; t++)
		printf("%lx ", seen[t]);
	printf("%ld %ld %ld %ld\n", plain[0], plain[1],
		atomic_load(&atomics[0]), atomic_load(&atomics[1]));
	return 0;
}
