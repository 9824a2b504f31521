/* pthread_create, join, exit and the like. */
#include "lib/explore/runtime/cancel.h"
#include "lib/explore/runtime/tso.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

/* A pthread_t is the thread's number plus one, so that 0 is none. */
struct thread *thread_of(pthread_t handle, const char *verb, uint64_t pc)
{
	unsigned long i = (unsigned long)handle - 1;

	if (i >= rt->nthreads)
		fail(FOUND_MISUSE, pc, "%s what is no thread", verb);
	return &rt->threads[i];
}

static pthread_t handle_of(const struct thread *thread)
{
	return (pthread_t)(thread->id + 1UL);
}

struct thread *thread_create_at(
	pthread_t *handle, void *(*start)(void *), void *arg, uint64_t pc)
{
	struct op op = {
		.kind = OP_CREATE,
		.pc = pc,
		.second = (uint64_t)(uintptr_t)handle,
	};
	struct thread *thread;

	if (rt->nthreads == MAX_THREADS) {
		rt->wire->progress.doubts |= DOUBT_THREADS;
		return NULL;
	}
	if (rt->tso)
		tso_before_create(pc);
	trace_settle(self());
	thread = thread_new(start, arg, pc);
	trace_other(trace_op(&op), thread->id);
	*handle = handle_of(thread);
	access_memory(handle, sizeof(*handle), ACCESS_WRITE, pc);
	if (rt->nthreads == 2)
		invariant_check(pc);
	return thread;
}

/* It is known of a thread even where it fails before that. */
static void set_detached(struct thread *thread, uint64_t pc)
{
	thread->detached = true;
	note_release(OP_DETACH, pc, (void *)(uintptr_t)thread->id);
}

int WRAP(pthread_create)(pthread_t *handle, const pthread_attr_t *attr,
	void *(*start)(void *), void *arg)
{
	struct thread *thread = thread_create_at(handle, start, arg, CALLER);
	int state = PTHREAD_CREATE_JOINABLE;

	if (!thread)
		return EAGAIN;
	if (attr && pthread_attr_getdetachstate(attr, &state) == 0 &&
		state == PTHREAD_CREATE_DETACHED)
		set_detached(thread, CALLER);
	return 0;
}

static void check_joinable(struct thread *thread, uint64_t pc)
{
	if (thread->joined)
		fail(FOUND_MISUSE, pc, "joins T%u a second time", thread->id);
	if (thread->detached)
		fail(FOUND_MISUSE, pc, "joins T%u, which is detached",
			thread->id);
}

static int join(pthread_t handle, void **result, bool timed,
	uint64_t deadline_ns, uint64_t pc)
{
	struct thread *thread = thread_of(handle, "joins", pc);
	struct op op = {.kind = OP_JOIN, .pc = pc, .object = thread->id};

	if (thread == self())
		fail(FOUND_MISUSE, pc, "joins itself");
	check_joinable(thread, pc);
	self()->timed = timed;
	self()->deadline_ns = deadline_ns;
	point(&op);
	self()->timed = false;
	if (cancel_due())
		cancel_now();
	if (self()->picked) {
		self()->picked = false;
		return ETIMEDOUT;
	}
	check_joinable(thread, pc);
	thread->joined = true;
	vc_join(&self()->vc, &thread->vc);
	trace_other(trace(OP_JOIN, pc, NULL), thread->id);
	if (result) {
		*result = thread->result;
		access_memory(result, sizeof(*result), ACCESS_WRITE, pc);
	}
	return 0;
}

int thread_join_at(pthread_t handle, void **result, uint64_t pc)
{
	return join(handle, result, false, 0, pc);
}

int WRAP(pthread_join)(pthread_t handle, void **result)
{
	return thread_join_at(handle, result, CALLER);
}

int WRAP(pthread_timedjoin_np)(
	pthread_t handle, void **result, const struct timespec *deadline)
{
	return join(handle, result, true, time_of(deadline), CALLER);
}

int WRAP(pthread_clockjoin_np)(pthread_t handle, void **result, clockid_t clock,
	const struct timespec *deadline)
{
	(void)clock;
	return join(handle, result, true, time_of(deadline), CALLER);
}

int WRAP(pthread_tryjoin_np)(pthread_t handle, void **result)
{
	struct thread *thread = thread_of(handle, "joins", CALLER);

	point_at(OP_TRYJOIN, NULL, NULL, CALLER);
	if (thread->state != THREAD_ENDED)
		return EBUSY;
	return join(handle, result, false, 0, CALLER);
}

void thread_detach_at(pthread_t handle, uint64_t pc)
{
	struct thread *thread = thread_of(handle, "detaches", pc);

	if (thread->joined || thread->detached)
		fail(FOUND_MISUSE, pc, "detaches T%u, which is %s", thread->id,
			thread->joined ? "joined" : "detached");
	set_detached(thread, pc);
	note_no_step();
	trace_other(trace(OP_DETACH, pc, NULL), thread->id);
}

int WRAP(pthread_detach)(pthread_t handle)
{
	thread_detach_at(handle, CALLER);
	return 0;
}

void WRAP(pthread_exit)(void *result)
{
	if (self()->id == 0)
		rt->exit_code = 0;
	thread_exit(result);
}

pthread_t WRAP(pthread_self)(void)
{
	return handle_of(self());
}

int WRAP(pthread_equal)(pthread_t a, pthread_t b)
{
	return a == b;
}

void thread_yield_at(uint64_t pc)
{
	point_at(OP_YIELD, NULL, NULL, pc);
	trace(OP_YIELD, pc, NULL);
}

int WRAP(sched_yield)(void)
{
	thread_yield_at(CALLER);
	return 0;
}

int WRAP(pthread_yield)(void)
{
	thread_yield_at(CALLER);
	return 0;
}
