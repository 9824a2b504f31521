/*
 * Local variables of functions that have returned, of this thread or of
 * another: a pointer to one may be left, the variable is not.
 */
#include "lib/explore/runtime/rt.h"

static _Noreturn void dead(const struct thread *owner, uint64_t pc)
{
	if (owner->state == THREAD_ENDED)
		fail(FOUND_DEAD_FRAME, pc,
			"uses a local variable of %s, which has ended",
			thread_name(owner->id).text);
	if (owner == self())
		fail(FOUND_DEAD_FRAME, pc,
			"uses a local variable of a function that has "
			"returned");
	fail(FOUND_DEAD_FRAME, pc,
		"uses a local variable of a function that has returned in %s",
		thread_name(owner->id).text);
}

void stack_check(uint64_t address, const void *here, uint64_t pc)
{
	uint64_t offset = address - (uint64_t)(uintptr_t)rt->stacks;
	const struct thread *owner;

	self()->lowest = (uint64_t)(uintptr_t)here;
	if (offset >= (uint64_t)MAX_THREADS * STACK_SIZE)
		return;
	owner = &rt->threads[offset / STACK_SIZE];
	if (owner->id < rt->nthreads &&
		(owner->state == THREAD_ENDED || address < owner->lowest))
		dead(owner, pc);
}

/* Functions that were called later have their frames further down. */
static const struct frame *frame_of(
	const struct thread *thread, uint64_t address)
{
	uint32_t n = thread->nframes < MAX_FRAMES ? thread->nframes
						  : MAX_FRAMES;

	while (n-- > 0) {
		if (address < thread->frames[n].top)
			return &thread->frames[n];
	}
	return NULL;
}

/* The local variable at address, as far as it is known here. */
bool stack_place(uint64_t address, struct memory_place *place)
{
	uint64_t offset = address - (uint64_t)(uintptr_t)rt->stacks;
	const struct frame *frame;

	if (offset >= (uint64_t)MAX_THREADS * STACK_SIZE ||
		!rt->wire->config.compiled)
		return false;
	frame = frame_of(&rt->threads[offset / STACK_SIZE], address);
	if (!frame)
		return false;
	*place = (struct memory_place){
		.from = address,
		.to = address + 1,
		.pc = frame->pc,
		.top = frame->top,
	};
	return true;
}
