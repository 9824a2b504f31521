/*
 * A small threaded program made from a number, in which much goes wrong: it
 * uses what another thread has yet to make, or has freed, asserts what does
 * not hold in every order, and main does so before it joins, or does not join
 * at all. Its output, up to where it fails, tells the outcome.
 */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* What it does beside its accesses is not watched: brute force tries all. */
#define PLAIN __attribute__((no_sanitize("thread")))

enum {
	MAX_THREADS = 3, /* main among them */
	MAX_OPS = 4,
	NVARS = 2
};

enum kind {
	WRITE,
	CHECK, /* that nobody has written */
	CHECK_WRITTEN,
	PRINT,
	SAY,
	MAKE,
	USE_MADE,
	FREE,
	USE_BLOCK,
	TAKE_AND_FREE,
	USE_TAKEN,
	LOCKED_WRITE,
	LOCKED_CHECK,
	ADD,
	CHECK_SUM,
	POST,
	WAIT,
	MOVE,
	LEAVE,
	NKINDS
};

struct op {
	enum kind kind;
	int var;
};

static struct op program[MAX_THREADS][MAX_OPS];
static int nops[MAX_THREADS];
static int nthreads, joins;
static int plain[NVARS];
static int *made;
static int *block, *taken;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int sum;
static sem_t sem;

static unsigned long state;

static unsigned pick(unsigned n)
{
	state = state * 6364136223846793005UL + 1442695040888963407UL;
	return (unsigned)(state >> 33) % n;
}

static void generate(void)
{
	int left = 3 + (int)pick(3);

	nthreads = 2 + (pick(3) == 0);
	joins = pick(4) != 0;
	for (int t = nthreads; t-- > 0;) {
		int n = 1 + (int)pick(3);

		for (int i = 0; i < n && left > 0; i++, left--) {
			program[t][i].kind = (enum kind)pick(NKINDS);
			program[t][i].var = (int)pick(NVARS);
			nops[t]++;
		}
	}
}

static void write_plain(int var, int value)
{
	plain[var] = value;
}

static int read_plain(int var)
{
	return plain[var];
}

static void make(int var)
{
	made = &plain[var];
}

static int use_made(void)
{
	return *made;
}

static void free_block(void)
{
	free(block);
}

static int use_block(void)
{
	return *block;
}

static void move_block(void)
{
	block = realloc(block, 2 * sizeof(*block));
}

static int *take(void)
{
	return taken;
}

static void take_away(void)
{
	taken = NULL;
}

static int use(const int *p)
{
	return *p;
}

static void add_one(void)
{
	atomic_fetch_add(&sum, 1);
}

static int read_sum(void)
{
	return atomic_load(&sum);
}

PLAIN static int *take_locked(int away)
{
	int *p;

	pthread_mutex_lock(&lock);
	p = take();
	if (away)
		take_away();
	pthread_mutex_unlock(&lock);
	return p;
}

PLAIN static void carry_out_locked(int thread, int write, int var)
{
	pthread_mutex_lock(&lock);
	if (write)
		write_plain(var, thread + 1);
	else
		assert(read_plain(var) == 0);
	pthread_mutex_unlock(&lock);
}

PLAIN static void carry_out_on_memory(enum kind kind, int var)
{
	int *p;

	switch (kind) {
	case MAKE:
		make(var);
		break;
	case USE_MADE:
		printf("m%d", use_made());
		break;
	case FREE:
		free_block();
		break;
	case USE_BLOCK:
		printf("b%d", use_block());
		break;
	case MOVE:
		move_block();
		break;
	case TAKE_AND_FREE:
		free(take_locked(1));
		break;
	default:
		p = take_locked(0);
		if (p)
			printf("t%d", use(p));
	}
}

PLAIN static void carry_out(int thread, enum kind kind, int var)
{
	switch (kind) {
	case WRITE:
		write_plain(var, thread + 1);
		break;
	case CHECK:
		assert(read_plain(var) == 0);
		break;
	case CHECK_WRITTEN:
		assert(read_plain(var) != 0);
		break;
	case PRINT:
		printf("p%d", read_plain(var));
		break;
	case SAY:
		printf("%c", 'A' + thread);
		break;
	case LOCKED_WRITE:
	case LOCKED_CHECK:
		carry_out_locked(thread, kind == LOCKED_WRITE, var);
		break;
	case ADD:
		add_one();
		break;
	case CHECK_SUM:
		assert(read_sum() == var);
		break;
	case POST:
		sem_post(&sem);
		break;
	case WAIT:
		sem_wait(&sem);
		break;
	case LEAVE:
		exit(var);
	default:
		carry_out_on_memory(kind, var);
	}
}

PLAIN static void *run(void *arg)
{
	int thread = (int)(long)arg;

	for (int i = 0; i < nops[thread]; i++)
		carry_out(thread, program[thread][i].kind,
			program[thread][i].var);
	return NULL;
}

PLAIN int main(int argc, char **argv)
{
	pthread_t threads[MAX_THREADS];

	state = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	generate();
	sem_init(&sem, 0, 0);
	block = malloc(sizeof(*block));
	taken = malloc(sizeof(*taken));
	*block = *taken = 7;
	for (long t = 1; t < nthreads; t++)
		pthread_create(&threads[t], NULL, run, (void *)t);
	run(NULL);
	for (int t = 1; joins && t < nthreads; t++)
		pthread_join(threads[t], NULL);
	printf(" %d %d %d\n", read_plain(0), read_plain(1), read_sum());
	return 0;
}
