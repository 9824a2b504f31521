/* pthread_create, join, exit and the like. */
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

/* A pthread_t is the thread's number plus one, so that 0 is none. */
static struct thread *thread_of(pthread_t handle, const char *verb, uint64_t pc)
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

int WRAP(pthread_create)(pthread_t *handle, const pthread_attr_t *attr,
	void *(*start)(void *), void *arg)
{
	struct thread *thread;
	int state = PTHREAD_CREATE_JOINABLE;

	if (rt->nthreads == MAX_THREADS)
		return EAGAIN;
	trace_settle(self());
	thread = thread_new(start, arg, CALLER);
	if (attr && pthread_attr_getdetachstate(attr, &state) == 0)
		thread->detached = state == PTHREAD_CREATE_DETACHED;
	trace_other(trace(OP_CREATE, CALLER, NULL), thread->id);
	*handle = handle_of(thread);
	access_memory(handle, sizeof(*handle), ACCESS_WRITE, CALLER);
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

static int join(pthread_t handle, void **result, uint64_t pc)
{
	struct thread *thread = thread_of(handle, "joins", pc);
	struct op op = {.kind = OP_JOIN, .pc = pc, .object = thread->id};

	if (thread == self())
		fail(FOUND_MISUSE, pc, "joins itself");
	check_joinable(thread, pc);
	point(&op);
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

int WRAP(pthread_join)(pthread_t handle, void **result)
{
	return join(handle, result, CALLER);
}

int WRAP(pthread_tryjoin_np)(pthread_t handle, void **result)
{
	struct thread *thread = thread_of(handle, "joins", CALLER);

	point_at(OP_YIELD, NULL, NULL, CALLER);
	if (thread->state != THREAD_ENDED)
		return EBUSY;
	return join(handle, result, CALLER);
}

int WRAP(pthread_detach)(pthread_t handle)
{
	struct thread *thread = thread_of(handle, "detaches", CALLER);

	if (thread->joined || thread->detached)
		fail(FOUND_MISUSE, CALLER, "detaches T%u, which is %s",
			thread->id, thread->joined ? "joined" : "detached");
	thread->detached = true;
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

static int yield(uint64_t pc)
{
	point_at(OP_YIELD, NULL, NULL, pc);
	trace(OP_YIELD, pc, NULL);
	return 0;
}

int WRAP(sched_yield)(void)
{
	return yield(CALLER);
}

int WRAP(pthread_yield)(void)
{
	return yield(CALLER);
}
