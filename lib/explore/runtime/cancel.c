#include "lib/explore/runtime/cancel.h"

#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <string.h>

bool cancel_wakes(const struct thread *thread)
{
	if (!thread->cancelled || thread->cancel_off)
		return false;
	switch (thread->pending.kind) {
	case OP_WAKE:
	case OP_SEM_WAIT:
	case OP_JOIN:
		return true;
	default:
		return false;
	}
}

bool cancel_due(void)
{
	const struct thread *thread = self();

	return thread->cancelled && !thread->cancel_off;
}

_Noreturn void cancel_now(void)
{
	thread_exit(PTHREAD_CANCELED);
}

void WRAP(pthread_testcancel)(void)
{
	point_at(OP_TESTCANCEL, NULL, NULL, CALLER);
	trace(OP_TESTCANCEL, CALLER, NULL);
	if (cancel_due())
		cancel_now();
}

int WRAP(pthread_cancel)(pthread_t handle)
{
	struct thread *thread = thread_of(handle, "cancels", CALLER);

	point_at(OP_CANCEL, NULL, NULL, CALLER);
	trace_other(trace(OP_CANCEL, CALLER, NULL), thread->id);
	thread->cancelled = true;
	return 0;
}

int WRAP(pthread_setcancelstate)(int state, int *old)
{
	struct thread *thread = self();

	if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE)
		return EINVAL;
	if (old)
		*old = thread->cancel_off ? PTHREAD_CANCEL_DISABLE
					  : PTHREAD_CANCEL_ENABLE;
	thread->cancel_off = state == PTHREAD_CANCEL_DISABLE;
	await_forget();
	return 0;
}

int WRAP(pthread_setcanceltype)(int type, int *old)
{
	if (type != PTHREAD_CANCEL_DEFERRED &&
		type != PTHREAD_CANCEL_ASYNCHRONOUS)
		return EINVAL;
	if (type == PTHREAD_CANCEL_ASYNCHRONOUS)
		fail(FOUND_REFUSED, CALLER,
			"asks to be cancelled at any instruction: leave the "
			"type at PTHREAD_CANCEL_DEFERRED");
	if (old)
		*old = PTHREAD_CANCEL_DEFERRED;
	return 0;
}

/*
 * pthread_cleanup_push sets a place to jump to, where the handler is called,
 * and hands it over; the handler's code then asks for the next one.
 */
void WRAP(__pthread_register_cancel)(__pthread_unwind_buf_t *place)
{
	struct thread *thread = self();

	place->__pad[0] = thread->cleanups;
	place->__pad[1] = (void *)(uintptr_t)thread->nframes;
	thread->cleanups = place;
	await_forget();
}

void WRAP(__pthread_unregister_cancel)(__pthread_unwind_buf_t *place)
{
	self()->cleanups = place->__pad[0];
	await_forget();
}

_Noreturn void cancel_clean_up(void)
{
	struct thread *thread = self();
	__pthread_unwind_buf_t *place = thread->cleanups;
	jmp_buf there;

	thread->cancel_off = true;
	if (!place)
		thread_end();
	thread->cleanups = place->__pad[0];
	thread->nframes = (uint32_t)(uintptr_t)place->__pad[1];
	memset(&there, 0, sizeof(there));
	memcpy(&there, place->__cancel_jmp_buf,
		sizeof(place->__cancel_jmp_buf));
	longjmp(there, 1);
}

void WRAP(__pthread_unwind_next)(__pthread_unwind_buf_t *place)
{
	(void)place;
	cancel_clean_up();
}
