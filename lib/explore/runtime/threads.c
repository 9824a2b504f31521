/* The program's threads: coroutines with stacks of their own. */
#include "lib/explore/runtime/cancel.h"
#include "lib/explore/runtime/keys.h"
#include "lib/explore/runtime/process.h"
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum {
	POISONED_SIZE = 1024, /* of a new stack: what programs read unset */
	POISON = 0xaa
};

void threads_setup(void)
{
	rt->stacks = map_memory((size_t)MAX_THREADS * STACK_SIZE);
	for (unsigned i = 0; i < MAX_THREADS; i++) {
		rt->threads[i].id = i;
		rt->threads[i].tls = rt->tls_size ? map_memory(rt->tls_size)
						  : NULL;
	}
}

/*
 * Thread-local variables of the program lie in one block of the real thread:
 * each coroutine has a copy that is put there while it runs.
 */
static void tls_out(struct thread *thread)
{
	if (rt->tls_size)
		memcpy(thread->tls, rt->tls, rt->tls_size);
}

static void tls_in(struct thread *thread)
{
	if (rt->tls_size)
		memcpy(rt->tls, thread->tls, rt->tls_size);
}

/* errno's address may be kept across the switch: not across these calls. */
__attribute__((noinline)) static int errno_get(void)
{
	return errno;
}

__attribute__((noinline)) static void errno_set(int value)
{
	errno = value;
}

void switch_to(unsigned next)
{
	struct thread *from = self(), *to = &rt->threads[next];

	if (from == to)
		return;
	from->saved_errno = errno_get();
	tls_out(from);
	rt->current = next;
	ctx_switch(&from->ctx, &to->ctx);
	tls_in(from);
	errno_set(from->saved_errno);
}

static _Noreturn void run_main(void)
{
	process_end(WRAP(main)(rt->argc, rt->argv, rt->envp));
}

/* tls_in: whoever starts was not switched to by switch_to's second half. */
static void thread_main(struct ctx *ctx)
{
	struct thread *thread =
		(struct thread *)((char *)ctx - offsetof(struct thread, ctx));

	tls_in(thread);
	errno_set(0);
	if (thread->id == 0)
		run_main();
	trace(OP_START, 0, NULL);
	thread->result = thread->start(thread->arg);
	thread_exit(thread->result);
}

/* What a thread of an earlier execution left behind must not be read. */
static void thread_clear(struct thread *thread)
{
	unsigned char *stack = rt->stacks + (size_t)thread->id * STACK_SIZE;

	memset(&thread->state, 0,
		offsetof(struct thread, held) - offsetof(struct thread, state));
	await_clear(&thread->await);
	memset(thread->keys, 0, rt->nkeys * sizeof(thread->keys[0]));
	vc_clear(&thread->vc);
	vc_clear(&thread->seen_relaxed);
	vc_clear(&thread->released);
	memset(stack + STACK_SIZE - POISONED_SIZE, POISON, POISONED_SIZE);
	if (rt->tls_size)
		memcpy(thread->tls, rt->tls_copy, rt->tls_size);
}

struct thread *thread_new(void *(*start)(void *), void *arg, uint64_t pc)
{
	struct thread *thread = &rt->threads[rt->nthreads];
	unsigned char *stack = rt->stacks + (size_t)rt->nthreads * STACK_SIZE;

	rt->nthreads++;
	rt->nalive++;
	if (rt->most_threads < rt->nthreads)
		rt->most_threads = rt->nthreads;
	thread_clear(thread);
	thread->start = start;
	thread->arg = arg;
	thread->state = THREAD_READY;
	thread->created_pc = pc;
	thread->pending = (struct op){.kind = OP_START, .pc = pc};
	ctx_init(&thread->ctx, stack + PAGE_SIZE, STACK_SIZE - PAGE_SIZE,
		thread_main);
	if (thread->id) {
		vc_join(&thread->vc, &self()->vc);
		vc_tick(self());
	}
	vc_tick(thread);
	if (rt->wire->progress.max_threads < rt->nthreads)
		rt->wire->progress.max_threads = rt->nthreads;
	return thread;
}

void threads_begin(void)
{
	rt->nthreads = 0;
	thread_new(NULL, NULL, 0);
}

void thread_hold(struct thread *thread, const void *object, uint64_t pc)
{
	if (thread->nheld < WIRE_MAX_HELD)
		thread->held[thread->nheld] = (struct held_lock){
			.object = (uint64_t)(uintptr_t)object, .pc = pc};
	thread->nheld++;
}

static uint32_t nheld_known(const struct thread *thread)
{
	return thread->nheld < WIRE_MAX_HELD ? thread->nheld : WIRE_MAX_HELD;
}

void thread_drop(struct thread *thread, const void *object)
{
	uint32_t n = nheld_known(thread);

	for (uint32_t i = n; i-- > 0;) {
		if (thread->held[i].object == (uint64_t)(uintptr_t)object) {
			memmove(&thread->held[i], &thread->held[i + 1],
				(n - i - 1) * sizeof(thread->held[0]));
			break;
		}
	}
	if (thread->nheld)
		thread->nheld--;
	invariant_unlocked(thread);
}

bool thread_holds(const struct thread *thread, const void *object)
{
	for (uint32_t i = 0; i < nheld_known(thread); i++) {
		if (thread->held[i].object == (uint64_t)(uintptr_t)object)
			return true;
	}
	return false;
}

_Noreturn void thread_exit(void *result)
{
	self()->result = result;
	cancel_clean_up();
}

static bool is_cancelled(const struct thread *thread)
{
	return thread->cancelled && thread->result == PTHREAD_CANCELED;
}

/* Nobody else may unlock what it holds. */
static void note_locks_left(const struct thread *thread)
{
	struct finding finding;

	if (!thread->nheld)
		return;
	finding = finding_of(FOUND_LOCK_LEFT, thread->held[0].pc);
	finding.first.object = thread->held[0].object;
	finding.code = is_cancelled(thread);
	snprintf(finding.text, sizeof(finding.text),
		"%s %s without unlocking what it locked",
		thread_name(thread->id).text,
		finding.code ? "is cancelled" : "ends");
	note_with(&finding);
}

_Noreturn void thread_end(void)
{
	struct thread *thread = self();

	untested_end();
	keys_destroy(thread);
	mutex_owner_ends();
	note_locks_left(thread);
	trace_settle(thread);
	trace_result(trace(OP_END, 0, NULL), is_cancelled(thread));
	thread->state = THREAD_ENDED;
	vc_tick(thread);
	rt->nalive--;
	if (rt->nalive == 0)
		process_end_of_threads();
	leave();
}
