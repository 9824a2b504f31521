#include "lib/sync.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/suite.h"

enum {
	NTHREADS = 4,
	NROUNDS = 500
};

static uint64_t in_ms(uint64_t ms)
{
	return clock_now() + ms * CLOCK_NS_PER_MS;
}

static void start(pthread_t threads[], void *(*body)(void *), void *arg)
{
	for (int i = 0; i < NTHREADS; i++)
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, body, arg), 0);
}

static void join(pthread_t threads[])
{
	for (int i = 0; i < NTHREADS; i++)
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
}

/* Memory that children made by fork have in common with their parent. */
static void *common_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(memory, MAP_FAILED);
	return memory;
}

/* Run body in a child; the signal that ended it, or 0 if it came back. */
static int signal_from(void (*body)(void *), void *arg)
{
	pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		fclose(stderr);
		signal(SIGABRT, SIG_DFL);
		body(arg);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* One thread of the test does this much while another holds the stage. */
struct other {
	struct mutex *mutex;
	int released;
	int tried;
	int waited;
};

static void *release_and_try(void *arg)
{
	struct other *other = arg;

	other->released = mutex_release(other->mutex);
	other->tried = mutex_lock_until(other->mutex, 0);
	other->waited = mutex_lock_until(other->mutex, in_ms(5));
	return NULL;
}

static struct other from_another_thread(struct mutex *mutex)
{
	struct other other = {.mutex = mutex};
	pthread_t thread;

	pthread_create(&thread, NULL, release_and_try, &other);
	pthread_join(thread, NULL);
	return other;
}

static void check_ownership(struct mutex *mutex)
{
	struct other other;

	ck_assert_int_eq(mutex_release(mutex), -EPERM);
	ck_assert_int_eq(mutex_lock(mutex), 0);
	other = from_another_thread(mutex);
	ck_assert_int_eq(other.released, -EPERM);
	ck_assert_int_eq(other.tried, -EAGAIN);
	ck_assert_int_eq(other.waited, -ETIMEDOUT);
	ck_assert_int_eq(mutex_release(mutex), 0);
	ck_assert_int_eq(mutex_release(mutex), -EPERM);
}

START_TEST(l1_release_by_a_thread_that_does_not_hold_it)
{
	struct mutex zeroed = {0}, private, *shared;

	check_ownership(&zeroed);
	ck_assert_int_eq(mutex_init(&private, MUTEX_PRIVATE), 0);
	check_ownership(&private);
	mutex_fini(&private);
	shared = common_memory(sizeof(*shared));
	ck_assert_int_eq(mutex_init(shared, MUTEX_SHARED), 0);
	check_ownership(shared);
	mutex_fini(shared);
}
END_TEST

static void unlock_not_held(void *mutex)
{
	mutex_unlock(mutex);
}

static void lock_twice(void *mutex)
{
	mutex_lock(mutex);
	mutex_lock(mutex);
}

START_TEST(l1_the_plain_functions_abort)
{
	struct mutex mutex = {0}, *shared = common_memory(sizeof(*shared));

	ck_assert_int_eq(signal_from(unlock_not_held, &mutex), SIGABRT);
	ck_assert_int_eq(signal_from(lock_twice, &mutex), SIGABRT);
	ck_assert_int_eq(mutex_init(shared, MUTEX_SHARED), 0);
	ck_assert_int_eq(signal_from(unlock_not_held, shared), SIGABRT);
	ck_assert_int_eq(signal_from(lock_twice, shared), SIGABRT);
}
END_TEST

START_TEST(l2_trying_never_waits)
{
	struct mutex mutex = {0};
	struct other other;

	ck_assert_int_eq(mutex_lock_until(&mutex, 0), 0);
	other = from_another_thread(&mutex);
	ck_assert_int_eq(other.tried, -EAGAIN);
	mutex_unlock(&mutex);
	ck_assert_int_eq(mutex_lock_until(&mutex, in_ms(1)), 0);
	mutex_unlock(&mutex);
	ck_assert_int_eq(mutex_lock_until(&mutex, CLOCK_NEVER), 0);
	mutex_unlock(&mutex);
}
END_TEST

START_TEST(l6_locking_twice_is_an_error_not_a_hang)
{
	struct mutex mutex = {0}, *shared = common_memory(sizeof(*shared));
	const uint64_t deadlines[] = {0, 1, CLOCK_NEVER};

	ck_assert_int_eq(mutex_init(shared, MUTEX_SHARED), 0);
	mutex_lock(&mutex);
	mutex_lock(shared);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(
			mutex_lock_until(&mutex, deadlines[i]), -EDEADLK);
		ck_assert_int_eq(
			mutex_lock_until(shared, deadlines[i]), -EDEADLK);
	}
	ck_assert(mutex_held(&mutex));
	mutex_unlock(&mutex);
	mutex_unlock(shared);
}
END_TEST

struct tally {
	struct barrier gate;
	struct mutex lock;
	int plain; /* guarded by lock */
};

static void *count(void *arg)
{
	struct tally *tally = arg;

	barrier_wait(&tally->gate);
	for (int i = 0; i < NROUNDS; i++) {
		if (i & 1)
			mutex_lock(&tally->lock);
		else
			while (mutex_lock_until(&tally->lock, in_ms(50)))
				continue;
		tally->plain++;
		mutex_unlock(&tally->lock);
	}
	return NULL;
}

START_TEST(a_mutex_lets_one_in)
{
	struct tally tally = {.plain = 0};
	pthread_t threads[NTHREADS];

	barrier_init(&tally.gate, NTHREADS);
	start(threads, count, &tally);
	join(threads);
	ck_assert_int_eq(tally.plain, NTHREADS * NROUNDS);
	barrier_fini(&tally.gate);
	mutex_fini(&tally.lock);
}
END_TEST

static void wait_without_lock(void *mutex)
{
	struct cond cond = {0};

	cond_wait(&cond, mutex, CLOCK_NEVER);
}

START_TEST(l4_waiting_needs_the_lock)
{
	struct mutex mutex = {0};

	ck_assert_int_eq(signal_from(wait_without_lock, &mutex), SIGABRT);
}
END_TEST

START_TEST(l4_an_early_signal_is_lost_and_the_lock_comes_back)
{
	struct mutex mutex = {0};
	struct cond cond = {0};
	uint64_t deadline = in_ms(10);

	mutex_lock(&mutex);
	cond_signal(&cond);
	cond_broadcast(&cond);
	ck_assert_int_eq(cond_wait(&cond, &mutex, 0), -ETIMEDOUT);
	while (cond_wait(&cond, &mutex, deadline) == 0)
		continue;
	ck_assert_uint_ge(clock_now(), deadline);
	ck_assert(mutex_held(&mutex));
	mutex_unlock(&mutex);
	cond_fini(&cond);
}
END_TEST

struct relay {
	struct mutex lock;
	struct cond changed;
	int nwaiting; /* guarded by lock, as are these */
	int ngranted;
	int nheld;
	uint64_t deadline_ns;
};

static void *wait_for_grant(void *arg)
{
	struct relay *relay = arg;

	mutex_lock(&relay->lock);
	relay->nwaiting++;
	while (relay->ngranted == 0)
		cond_wait(&relay->changed, &relay->lock, relay->deadline_ns);
	relay->ngranted--;
	relay->nwaiting--;
	relay->nheld += mutex_held(&relay->lock);
	mutex_unlock(&relay->lock);
	return NULL;
}

static void await_waiters(struct relay *relay, int nwaiting)
{
	mutex_lock(&relay->lock);
	while (relay->nwaiting != nwaiting) {
		mutex_unlock(&relay->lock);
		sched_yield();
		mutex_lock(&relay->lock);
	}
}

static void relay_all(uint64_t deadline_ns)
{
	struct relay relay = {.deadline_ns = deadline_ns};
	pthread_t threads[NTHREADS];

	start(threads, wait_for_grant, &relay);
	for (int left = NTHREADS; left > 1; left--) {
		await_waiters(&relay, left);
		relay.ngranted = 1;
		cond_signal(&relay.changed);
		mutex_unlock(&relay.lock);
	}
	await_waiters(&relay, 1);
	relay.ngranted = 1;
	cond_broadcast(&relay.changed);
	mutex_unlock(&relay.lock);
	join(threads);
	ck_assert_int_eq(relay.nheld, NTHREADS);
	cond_fini(&relay.changed);
	mutex_fini(&relay.lock);
}

START_TEST(l4_one_signal_lets_one_go_on)
{
	relay_all(CLOCK_NEVER);
	relay_all(in_ms(600000));
}
END_TEST

START_TEST(l4_broadcast_wakes_all)
{
	struct relay relay = {.deadline_ns = CLOCK_NEVER};
	pthread_t threads[NTHREADS];

	start(threads, wait_for_grant, &relay);
	await_waiters(&relay, NTHREADS);
	relay.ngranted = NTHREADS;
	cond_broadcast(&relay.changed);
	mutex_unlock(&relay.lock);
	join(threads);
	ck_assert_int_eq(relay.nwaiting, 0);
}
END_TEST

START_TEST(a_semaphore_counts)
{
	struct semaphore zeroed = {0}, two;
	uint64_t deadline = in_ms(5);

	ck_assert_int_eq(semaphore_wait(&zeroed, 0), -EAGAIN);
	ck_assert_int_eq(semaphore_wait(&zeroed, deadline), -ETIMEDOUT);
	ck_assert_uint_ge(clock_now(), deadline);
	ck_assert_int_eq(semaphore_wait(&zeroed, 1), -ETIMEDOUT);
	ck_assert_int_eq(semaphore_post(&zeroed), 0);
	ck_assert_int_eq(semaphore_wait(&zeroed, 1), 0);
	semaphore_init(&two, SEMAPHORE_PRIVATE, 2);
	ck_assert_int_eq(semaphore_wait(&two, CLOCK_NEVER), 0);
	ck_assert_int_eq(semaphore_wait(&two, 0), 0);
	ck_assert_int_eq(semaphore_wait(&two, 0), -EAGAIN);
	semaphore_fini(&two);
	semaphore_init(&two, SEMAPHORE_PRIVATE, SEM_VALUE_MAX);
	ck_assert_int_eq(semaphore_post(&two), -EOVERFLOW);
	semaphore_fini(&two);
}
END_TEST

struct hand_off {
	struct semaphore there;
	struct semaphore back;
	int baton; /* belongs to whoever was posted to last */
};

static void *return_baton(void *arg)
{
	struct hand_off *h = arg;

	for (int i = 0; i < NROUNDS; i++) {
		semaphore_wait(&h->there, CLOCK_NEVER);
		h->baton++;
		semaphore_post(&h->back);
	}
	return NULL;
}

/* The timed wait is the one that the thread sanitizer has to be told of. */
START_TEST(p8_a_semaphore_may_be_released_by_another_thread)
{
	struct hand_off h = {.baton = 0};
	pthread_t thread;

	pthread_create(&thread, NULL, return_baton, &h);
	for (int i = 0; i < NROUNDS; i++) {
		h.baton++;
		semaphore_post(&h.there);
		semaphore_wait(&h.back, i & 1 ? CLOCK_NEVER : in_ms(600000));
	}
	pthread_join(thread, NULL);
	ck_assert_int_eq(h.baton, 2 * NROUNDS);
}
END_TEST

static struct semaphore *interrupted;

static void post_from_handler(int number)
{
	(void)number;
	semaphore_post(interrupted);
}

/* The signal hits before, in or after the wait; none may end it early. */
START_TEST(a_signal_handler_may_post_and_does_not_end_a_wait)
{
	struct semaphore semaphore = {0};
	struct sigaction action = {.sa_handler = post_from_handler};

	interrupted = &semaphore;
	sigaction(SIGUSR1, &action, NULL);
	for (int i = 0; i < 50; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			kill(getppid(), SIGUSR1);
			_exit(0);
		}
		ck_assert_int_eq(semaphore_wait(&semaphore,
					 i & 1 ? CLOCK_NEVER : in_ms(600000)),
			0);
		while (waitpid(pid, NULL, 0) < 0)
			ck_assert_int_eq(errno, EINTR);
	}
	ck_assert_int_eq(semaphore_wait(&semaphore, 0), -EAGAIN);
}
END_TEST

struct rounds {
	struct barrier barrier;
	atomic_int narrived;
	atomic_int nlast;
	atomic_int nearly; /* went on before all had arrived */
};

static void *go_round(void *arg)
{
	struct rounds *r = arg;

	for (int i = 1; i <= NROUNDS; i++) {
		r->narrived++;
		r->nlast += barrier_wait(&r->barrier);
		r->nearly += r->narrived < i * NTHREADS;
		barrier_wait(&r->barrier);
	}
	return NULL;
}

START_TEST(l5_a_barrier_holds_all_back_round_after_round)
{
	struct rounds r = {.nlast = 0};
	pthread_t threads[NTHREADS];

	barrier_init(&r.barrier, NTHREADS);
	start(threads, go_round, &r);
	join(threads);
	ck_assert_int_eq(r.nlast, NROUNDS);
	ck_assert_int_eq(r.nearly, 0);
	barrier_fini(&r.barrier);
}
END_TEST

START_TEST(a_barrier_of_one_never_waits)
{
	struct barrier barrier;

	barrier_init(&barrier, 1);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(barrier_wait(&barrier), 1);
	barrier_fini(&barrier);
}
END_TEST

int main(void)
{
	return suite_run("sync", 60,
		(const TTest *const[]){
			l1_release_by_a_thread_that_does_not_hold_it,
			l1_the_plain_functions_abort,
			l2_trying_never_waits,
			l6_locking_twice_is_an_error_not_a_hang,
			a_mutex_lets_one_in,
			l4_waiting_needs_the_lock,
			l4_an_early_signal_is_lost_and_the_lock_comes_back,
			l4_one_signal_lets_one_go_on,
			l4_broadcast_wakes_all,
			a_semaphore_counts,
			p8_a_semaphore_may_be_released_by_another_thread,
			a_signal_handler_may_post_and_does_not_end_a_wait,
			l5_a_barrier_holds_all_back_round_after_round,
			a_barrier_of_one_never_waits,
			NULL,
		});
}
