/*
 * A small threaded program made from a number: what the tests of the explorer
 * are made of when a few hundred programs are wanted. The number decides how
 * many threads there are and what each does; the output tells the outcome.
 * With a second argument, loops, they also wait in loops, for a flag or a spin
 * lock, some of them for ever; or it is weak, for programs that tell memory
 * models apart; or weak-loops, for both; or rounds, where they are let go again
 * and again: by a barrier, by signals that no lock orders, by posts.
 */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_THREADS = 4,
	MAX_OPS = 6,
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
	NKINDS,
	AWAIT = NKINDS, /* until a flag is up */
	AWAIT_BOTH,
	AWAIT_OTHER, /* until there is another value than at first */
	RAISE,
	LOWER,
	SPIN_ADD, /* under a spin lock */
	TRY_SPIN_ADD, /* trying again until the mutex is had */
	NKINDS_WITH_LOOPS,
	RELAXED_LOAD = NKINDS_WITH_LOOPS, /* for the memory models */
	RELAXED_STORE,
	RELEASE_STORE,
	FENCE,
	AWAIT_RELAXED, /* and loops that see old values, */
	AWAIT_ACQUIRE,
	AWAIT_SUM, /* of two places, with orders of their own, */
	AWAIT_FENCED,
	SWAP, /* or try to exchange */
	RAISE_RELAXED,
	RAISE_RELEASE,
	LOWER_RELAXED,
	MEET, /* at a barrier */
	SLEEP, /* until signalled */
	BARE_SIGNAL, /* without the lock */
	BARE_BROADCAST,
	TAKE, /* from the semaphore */
	TAKE_IN_TIME /* or see that it is over */
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
static atomic_int flags[NVARS];
static atomic_flag busy = ATOMIC_FLAG_INIT;
static pthread_barrier_t barrier;
static unsigned nkinds = NKINDS;
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

static void generate(void)
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

static void await_both(void)
{
	while (!(atomic_load(&flags[0]) && atomic_load(&flags[1])))
		;
}

static void await_other(int var)
{
	int first = atomic_load(&flags[var]);

	while (atomic_load(&flags[var]) == first)
		sched_yield();
}

static void spin_add(int thread, int var)
{
	while (atomic_flag_test_and_set(&busy))
		;
	see(thread, (unsigned long)plain[var]);
	plain[var]++;
	atomic_flag_clear(&busy);
}

static void try_spin_add(int thread, int var)
{
	while (pthread_mutex_trylock(&locks[var]) != 0)
		;
	see(thread, (unsigned long)plain[var]);
	plain[var]++;
	pthread_mutex_unlock(&locks[var]);
}

static void loop(int thread, const struct op *op)
{
	switch (op->kind) {
	case AWAIT:
		while (!atomic_load(&flags[op->var]))
			;
		break;
	case AWAIT_BOTH:
		await_both();
		break;
	case AWAIT_OTHER:
		await_other(op->var);
		break;
	case RAISE:
		atomic_fetch_add(&flags[op->var], 1);
		break;
	case LOWER:
		atomic_store(&flags[op->var], 0);
		break;
	case SPIN_ADD:
		spin_add(thread, op->var);
		break;
	case TRY_SPIN_ADD:
		try_spin_add(thread, op->var);
		break;
	default:
		break;
	}
}

static void carry_out_relaxed(int thread, const struct op *op)
{
	atomic_long *place = &atomics[op->var];

	if (op->kind == RELAXED_LOAD)
		see(thread, (unsigned long)atomic_load_explicit(
				    place, memory_order_relaxed));
	else if (op->kind == RELAXED_STORE)
		atomic_store_explicit(place, thread + 30, memory_order_relaxed);
	else if (op->kind == RELEASE_STORE)
		atomic_store_explicit(place, thread + 40, memory_order_release);
	else
		atomic_thread_fence(memory_order_seq_cst);
}

static void carry_out_round(int thread, enum kind kind)
{
	static const struct timespec past;

	switch (kind) {
	case TAKE_IN_TIME:
		see(thread, (unsigned long)-sem_timedwait(&sem, &past));
		break;
	case MEET:
		pthread_barrier_wait(&barrier);
		break;
	case SLEEP:
		pthread_mutex_lock(&locks[0]);
		pthread_cond_wait(&cond, &locks[0]);
		pthread_mutex_unlock(&locks[0]);
		break;
	case BARE_SIGNAL:
		pthread_cond_signal(&cond);
		break;
	case BARE_BROADCAST:
		pthread_cond_broadcast(&cond);
		break;
	default:
		sem_wait(&sem);
	}
}

static int look(int var, memory_order order)
{
	return atomic_load_explicit(&flags[var], order);
}

static void await_sum(void)
{
	while (look(0, memory_order_relaxed) + look(1, memory_order_acquire) <
		2)
		sched_yield();
}

static void await_fenced(int var)
{
	while (!look(var, memory_order_relaxed))
		atomic_thread_fence(memory_order_seq_cst);
}

/* Another's flag, taken down. */
static void swap(int var)
{
	int up;

	do
		up = 1;
	while (!atomic_compare_exchange_weak_explicit(&flags[var], &up, 0,
		memory_order_acquire, memory_order_relaxed));
}

static void loop_relaxed(const struct op *op)
{
	atomic_int *flag = &flags[op->var];

	switch (op->kind) {
	case AWAIT_RELAXED:
		while (!look(op->var, memory_order_relaxed))
			;
		break;
	case AWAIT_ACQUIRE:
		while (!look(op->var, memory_order_acquire))
			;
		break;
	case AWAIT_SUM:
		await_sum();
		break;
	case AWAIT_FENCED:
		await_fenced(op->var);
		break;
	case SWAP:
		swap(op->var);
		break;
	case RAISE_RELAXED:
		atomic_store_explicit(flag, 1, memory_order_relaxed);
		break;
	case RAISE_RELEASE:
		atomic_store_explicit(flag, 2, memory_order_release);
		break;
	default:
		atomic_store_explicit(flag, 0, memory_order_relaxed);
	}
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
	case RELAXED_LOAD:
	case RELAXED_STORE:
	case RELEASE_STORE:
	case FENCE:
		carry_out_relaxed(thread, op);
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
		if (op->kind >= MEET)
			carry_out_round(thread, op->kind);
		else if (op->kind >= AWAIT_RELAXED)
			loop_relaxed(op);
		else
			loop(thread, op);
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

	const char *kind = argc > 2 ? argv[2] : "";

	state = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	if (!strcmp(kind, "loops"))
		nkinds = NKINDS_WITH_LOOPS;
	if (!strcmp(kind, "weak"))
		generate_weak();
	else if (!strcmp(kind, "weak-loops"))
		generate_weak_loops();
	else if (!strcmp(kind, "rounds"))
		generate_rounds();
	else
		generate();
	pthread_barrier_init(&barrier, NULL, (unsigned)nthreads);
	sem_init(&sem, 0, strcmp(kind, "rounds") != 0);
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
