/*
 * Local variables of functions that have returned, of this thread or of
 * another: a pointer to one may be left, the variable is not.
 */
#include "lib/explore/runtime/rt.h"

static _Noreturn void dead(const struct thread *owner, uint64_t pc)
{
	if (owner->state == THREAD_ENDED)
		fail(FOUND_DEAD_FRAME, pc,
			"uses a local variable of T%u, which has ended",
			owner->id);
	if (owner == self())
		fail(FOUND_DEAD_FRAME, pc,
			"uses a local variable of a function that has "
			"returned");
	fail(FOUND_DEAD_FRAME, pc,
		"uses a local variable of a function that has returned in T%u",
		owner->id);
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
