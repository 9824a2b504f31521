/*
 * From a number to a program. With a second argument, loops, they also wait in
 * loops, for a flag or a spin lock, some of them for ever; or it is weak, for
 * programs that tell memory models apart; or weak-loops, for both; or rounds,
 * where they are let go again and again: by a barrier, by signals that no lock
 * orders, by posts; or calls, for a few of all those that there are.
 */
#include "tests/explore/generated.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

long plain[NVARS];
atomic_long atomics[NVARS];
pthread_mutex_t locks[NVARS] = {
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
sem_t sem;
pthread_barrier_t barrier;
pthread_t threads[MAX_THREADS];
int joined[MAX_THREADS];

static struct op program[MAX_THREADS][MAX_OPS];
static int nops[MAX_THREADS];
static int nthreads;
static unsigned nkinds = NKINDS;
static unsigned npermits = 1; /* of the semaphore, at first */
static unsigned long seen[MAX_THREADS];

static unsigned long state;

static unsigned pick(unsigned n)
{
	state = state * 6364136223846793005UL + 1442695040888963407UL;
	return (unsigned)(state >> 33) % n;
}

static enum kind pick_kind(void)
{
	unsigned kind = pick(nkinds);

	if (nkinds > NKINDS && pick(2))
		kind = AWAIT + pick(NKINDS_WITH_LOOPS - AWAIT);
	return (enum kind)kind;
}

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Smaller, and of what a memory model is about. */
static void generate_weak(void)
{
	static const enum kind kinds[] = {RELAXED_LOAD, RELAXED_LOAD,
		RELAXED_STORE, RELAXED_STORE, RELEASE_STORE, ATOMIC_LOAD,
		ATOMIC_STORE, ATOMIC_ADD, READ, WRITE, LOCKED_ADD, FENCE};

	nthreads = 2 + (pick(4) == 0);
	for (int left = 4, i = 0; left > 0; left--, i++) {
		struct op *op = &program[i % nthreads][i / nthreads];

		op->kind = kinds[pick(LENGTH(kinds))];
		op->var = (int)pick(NVARS);
		nops[i % nthreads]++;
	}
}

static void add_one_of(int thread, const enum kind *kinds, unsigned n)
{
	struct op *op = &program[thread][nops[thread]++];

	op->kind = kinds[pick(n)];
	op->var = pick(8) == 0;
}

/* Messages: one thread stores and raises flags, the others wait and look. */
static void generate_weak_loops(void)
{
	static const enum kind stores[] = {RELAXED_STORE, RELAXED_STORE,
		ATOMIC_STORE, ATOMIC_ADD, WRITE, FENCE, RAISE_RELAXED};
	static const enum kind raises[] = {RAISE, RAISE_RELAXED, RAISE_RELAXED,
		RAISE_RELEASE, RAISE_RELEASE, LOWER_RELAXED};
	static const enum kind waits[] = {AWAIT, AWAIT_RELAXED, AWAIT_RELAXED,
		AWAIT_ACQUIRE, AWAIT_ACQUIRE, AWAIT_SUM, AWAIT_FENCED,
		AWAIT_OTHER, SPIN_ADD, SWAP};
	static const enum kind loads[] = {RELAXED_LOAD, RELAXED_LOAD,
		RELAXED_LOAD, ATOMIC_LOAD, READ, RAISE_RELAXED};

	for (int i = 0; i < 4; i++)
		pick(1); /* numbers next to each other begin alike */
	nthreads = 2 + (pick(3) == 0);
	add_one_of(0, stores, LENGTH(stores));
	add_one_of(0, stores, LENGTH(stores));
	add_one_of(0, raises, LENGTH(raises));
	for (int i = 1; i < nthreads; i++)
		add_one_of(i, waits, LENGTH(waits));
	add_one_of(1, loads, LENGTH(loads));
}

/* Between one and the next, they touch what others touch. */
static void generate_rounds(void)
{
	static const enum kind lets_go[][2] = {
		{BARE_SIGNAL, BARE_BROADCAST}, {MEET, MEET}, {POST, POST}};
	static const enum kind waits[][2] = {
		{SLEEP, SLEEP}, {MEET, MEET}, {TAKE, TAKE_IN_TIME}};
	static const enum kind touches[] = {
		ATOMIC_LOAD, ATOMIC_LOAD, ATOMIC_STORE, ATOMIC_ADD};
	unsigned how = pick(LENGTH(waits));
	int nrounds = 2;

	npermits = 0;
	nthreads = 2;
	if (pick(3) == 0) {
		nthreads = 3;
		nrounds = 1;
	}
	for (int t = 0; t < nthreads; t++) {
		if (pick(2))
			add_one_of(t, touches, LENGTH(touches));
		for (int i = 0; i < nrounds; i++) {
			if (t == 1)
				add_one_of(t, lets_go[how], 2);
			else if (i == 0 || how != 0)
				add_one_of(t, waits[how], 2);
			add_one_of(t, touches, LENGTH(touches));
		}
	}
	if (how != 1)
		add_one_of(1, lets_go[how], 2);
}

/*
 * A few of all the calls that there are, and between them what tells in which
 * order they came.
 */
static void generate_calls(void)
{
	static const enum kind touches[] = {
		ATOMIC_LOAD, ATOMIC_STORE, ATOMIC_ADD};
	int some[3];

	for (unsigned i = 0; i < LENGTH(some); i++)
		some[i] = (int)pick(ncalls);
	npermits = pick(2);
	nthreads = 2 + (pick(4) == 0);
	for (int t = 0; t < nthreads; t++) {
		for (int left = nthreads == 2 ? 3 : 2; left > 0; left--) {
			if (pick(3) == 0)
				add_one_of(t, touches, LENGTH(touches));
			else
				program[t][nops[t]++] = (struct op){
					CALL, some[pick(LENGTH(some))]};
		}
	}
}

static void generate_any(void)
{
	int left = 4 + (int)pick(3);

	nthreads = 2 + (int)pick(nkinds > NKINDS ? 2 : 3);
	for (int t = 0; t < nthreads; t++) {
		int n = 1 + (int)pick(3);

		for (int i = 0; i < n && left > 0; i++, left--) {
			program[t][i].kind = pick_kind();
			program[t][i].var = (int)pick(NVARS);
			nops[t]++;
		}
	}
}

void see(int thread, unsigned long value)
{
	seen[thread] = seen[thread] * 31 + value + 1;
}

static void generate_loops(void)
{
	nkinds = NKINDS_WITH_LOOPS;
	generate_any();
}

static const struct {
	const char *name;
	void (*generate)(void);
} generators[] = {
	{"loops", generate_loops},
	{"weak", generate_weak},
	{"weak-loops", generate_weak_loops},
	{"rounds", generate_rounds},
	{"calls", generate_calls},
};

static void generate(const char *name)
{
	for (unsigned i = 0; name && i < LENGTH(generators); i++) {
		if (!strcmp(name, generators[i].name)) {
			generators[i].generate();
			return;
		}
	}
	generate_any();
}

static void *run(void *arg)
{
	int thread = (int)(long)arg;

	for (int i = 0; i < nops[thread]; i++) {
		const struct op *op = &program[thread][i];

		if (op->kind == CALL)
			calls[op->var](thread);
		else
			carry_out(thread, op);
	}
	return NULL;
}

static void print_outcome(void)
{
	for (int t = 0; t < nthreads; t++)
		printf("%lx ", seen[t]);
	printf("%ld %ld %ld %ld\n", plain[0], plain[1],
		atomic_load(&atomics[0]), atomic_load(&atomics[1]));
}

/* The last first: whether it has joined the one before is known then. */
int main(int argc, char **argv)
{
	state = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	generate(argc > 2 ? argv[2] : NULL);
	pthread_barrier_init(&barrier, NULL, (unsigned)nthreads);
	sem_init(&sem, 0, npermits);
	for (long t = 0; t < nthreads; t++)
		pthread_create(&threads[t], NULL, run, (void *)t);
	for (int t = nthreads; t-- > 0;) {
		if (!joined[t])
			pthread_join(threads[t], NULL);
	}
	print_outcome();
	return 0;
}
