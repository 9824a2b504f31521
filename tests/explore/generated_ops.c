/* The operations of generated programs, one by one. */
#include "tests/explore/generated.h"

#include <sched.h>

static int signalled;
static atomic_int flags[NVARS];
static atomic_flag busy = ATOMIC_FLAG_INIT;

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

void carry_out(int thread, const struct op *op)
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
