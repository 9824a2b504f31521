/* The costs that one thread has by itself. */
#include "cmd/switchcost.h"

#include "lib/clock.h"
#include "lib/coro.h"
#include "lib/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

/* By the thread's own time: what others do on this machine does not count. */
#define REPEAT(n, ns, what)                           \
	do {                                          \
		uint64_t start = clock_thread_busy(); \
		for (uint64_t i = 0; i < (n); i++)    \
			what;                         \
		*(ns) = clock_thread_busy() - start;  \
	} while (0)

static __attribute__((noinline)) void do_nothing(void)
{
	__asm__ __volatile__(""); /* or the call would be left out */
}

int cost_call(uint64_t n, uint64_t *ns)
{
	REPEAT(n, ns, do_nothing());
	return 0;
}

int cost_clock(uint64_t n, uint64_t *ns)
{
	REPEAT(n, ns, clock_now());
	return 0;
}

int cost_atomic(uint64_t n, uint64_t *ns)
{
	_Atomic uint64_t number = 0;

	REPEAT(n, ns, atomic_fetch_add(&number, 1));
	return 0;
}

int cost_lock(uint64_t n, uint64_t *ns)
{
	struct mutex mutex = {0};

	REPEAT(n, ns, (mutex_lock(&mutex), mutex_unlock(&mutex)));
	return 0;
}

/* One that the C library cannot answer by itself. */
int cost_system_call(uint64_t n, uint64_t *ns)
{
	REPEAT(n, ns, syscall(SYS_getppid));
	return 0;
}

static int to_and_fro(int in, int out)
{
	char byte = 0;

	if (write(out, &byte, 1) != 1 || read(in, &byte, 1) != 1)
		return -EIO;
	return 0;
}

int cost_pipe(uint64_t n, uint64_t *ns)
{
	int fds[2], status = 0;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	REPEAT(n, ns, status |= to_and_fro(fds[0], fds[1]));
	close(fds[0]);
	close(fds[1]);
	return status ? -EIO : 0;
}

static void yield_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		coro_yield();
}

/* There and back is two; the number of repeats is even. */
int cost_coroutine(uint64_t n, uint64_t *ns)
{
	struct stack_pool *pool;
	struct coro *coro;
	int status = stack_pool_create(&(struct stack_rules){0}, &pool);

	if (status < 0)
		return status;
	status = coro_create(pool, "cost", yield_for_ever, NULL, &coro);
	if (status == 0) {
		REPEAT(n / 2, ns, coro_resume(coro));
		coro_destroy(coro);
	}
	stack_pool_destroy(pool);
	return status;
}
