/*
 * Local variables of functions that have returned, of this thread or of
 * another: a pointer to one may be left, the variable is not.
 */
#include "lib/explore/runtime/left.h"
#include "lib/explore/runtime/rt.h"

#include <stdio.h>

static uint64_t stack_offset(uint64_t address)
{
	return address - (uint64_t)(uintptr_t)rt->stacks;
}

bool on_some_stack(uint64_t address)
{
	return stack_offset(address) < (uint64_t)MAX_THREADS * STACK_SIZE;
}

/* It was given to the thread that uses it, when that was created. */
static bool was_argument(uint64_t address)
{
	return address - (uint64_t)(uintptr_t)self()->arg < PAGE_SIZE;
}

static void say_whose(struct finding *finding, const struct thread *owner)
{
	const char *text = "uses a local variable of a function that has "
			   "returned in %s";

	if (owner->state == THREAD_ENDED)
		text = "uses a local variable of %s, which has ended";
	else if (owner == self())
		text = "uses a local variable of a function that has returned";
	snprintf(finding->text, sizeof(finding->text), text,
		thread_name(owner->id).text);
}

/* Who had the variable is its other party, with where it was given away. */
static _Noreturn void dead(
	const struct thread *owner, uint64_t address, uint64_t pc)
{
	struct finding finding = finding_of(FOUND_DEAD_FRAME, pc);

	finding.first.object = address;
	if (owner != self() && was_argument(address))
		finding.second = (struct party){
			.thread = (uint16_t)owner->id,
			.op = OP_CREATE,
			.pc = self()->created_pc,
			.object = address,
		};
	say_whose(&finding, owner);
	left_show(&finding, owner, address);
	fail_with(&finding);
}

void stack_check(uint64_t address, const void *here, uint64_t pc)
{
	uint64_t offset = stack_offset(address);
	const struct thread *owner;

	self()->lowest = (uint64_t)(uintptr_t)here;
	if (!on_some_stack(address))
		return;
	owner = &rt->threads[offset / STACK_SIZE];
	if (owner->id < rt->nthreads &&
		(owner->state == THREAD_ENDED || address < owner->lowest))
		dead(owner, address, pc);
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

static const struct frame *called_by(
	const struct thread *thread, const struct frame *frame)
{
	size_t next = (size_t)(frame - thread->frames) + 1;

	return next < thread->nframes && next < MAX_FRAMES
		       ? &thread->frames[next]
		       : NULL;
}

/* The local variable at address, as far as it is known here. */
bool stack_place(uint64_t address, struct memory_place *place)
{
	uint64_t offset = stack_offset(address);
	const struct frame *frame, *called;
	const struct thread *owner;

	if (!on_some_stack(address) || !rt->wire->config.compiled)
		return false;
	owner = &rt->threads[offset / STACK_SIZE];
	frame = frame_of(owner, address);
	if (!frame)
		return false;
	called = called_by(owner, frame);
	*place = (struct memory_place){
		.from = address,
		.to = address + 1,
		.pc = frame->pc,
		.top = frame->top,
		.thread = offset / STACK_SIZE,
		.called_pc = called ? called->pc : 0,
		.called_top = called ? called->top : 0,
	};
	return true;
}
