#include "lib/explore/runtime/left.h"

#include "lib/explore/runtime/rt.h"

enum {
	MOST_LEFT = 1 << 12, /* the last ones */
};

struct frame_left {
	uint64_t low, top; /* its frame */
	uint64_t pc; /* in the function */
	uint64_t left_pc; /* where it returned */
	uint32_t event, choice; /* how many there had been */
	unsigned thread;
};

struct left {
	uint32_t n, execution;
	struct frame_left frames[MOST_LEFT];
};

void left_setup(void)
{
	rt->left = map_memory(sizeof(*rt->left));
}

/* Those of the executions before are forgotten. */
static void begin(void)
{
	if (rt->left->execution != rt->execution)
		rt->left->n = 0;
	rt->left->execution = rt->execution;
}

void left_note(const struct thread *thread, uint64_t low)
{
	const struct frame *frame;

	if (thread->nframes >= MAX_FRAMES || !rt->wire->config.compiled)
		return;
	frame = &thread->frames[thread->nframes];
	begin();
	rt->left->frames[rt->left->n++ % MOST_LEFT] = (struct frame_left){
		.low = low,
		.top = frame->top,
		.pc = frame->pc,
		.left_pc = thread->left_pc,
		.event = rt->wire->nevents,
		.choice = rt->wire->nchoices,
		.thread = thread->id,
	};
}

static uint32_t oldest(void)
{
	return rt->left->n > MOST_LEFT ? rt->left->n - MOST_LEFT : 0;
}

static bool lies_in(const struct frame_left *left, uint64_t address)
{
	return address >= left->low && address < left->top;
}

/*
 * Who had the two when so many events had come: the first of all that had room
 * for them there and returned later. NULL: nobody.
 */
static const struct frame_left *owner_of(
	unsigned thread, uint64_t address, uint64_t pointer, uint32_t event)
{
	for (uint32_t i = oldest(); i < rt->left->n; i++) {
		const struct frame_left *left =
			&rt->left->frames[i % MOST_LEFT];

		if (left->thread == thread && left->event > event &&
			lies_in(left, address) && lies_in(left, pointer))
			return left;
	}
	return NULL;
}

/* The pointer that was made known there: stored, or given to who uses it. */
static uint64_t made_known(const struct event *event)
{
	switch (event->op.kind) {
	case OP_CREATE:
		return event->other == rt->current
			       ? (uint64_t)(uintptr_t)self()->arg
			       : 0;
	case OP_WRITE:
	case OP_ATOMIC_WRITE:
	case OP_ATOMIC_UPDATE:
		return event->op.size == sizeof(void *) ? event->after : 0;
	default:
		return 0;
	}
}

/* Of those that had room for it there, the only one; or NULL. */
static const struct frame_left *only_one(unsigned thread, uint64_t address)
{
	const struct frame_left *only = NULL;

	for (uint32_t i = oldest(); i < rt->left->n; i++) {
		const struct frame_left *left =
			&rt->left->frames[i % MOST_LEFT];

		if (left->thread != thread || !lies_in(left, address))
			continue;
		if (only)
			return NULL;
		only = left;
	}
	return only;
}

/* The function is the one that the address was last made known of. */
static const struct frame_left *find(unsigned thread, uint64_t address)
{
	const struct frame_left *left;

	for (uint32_t i = rt->wire->nevents; i-- > 0;) {
		uint64_t pointer = made_known(&rt->wire->events[i]);

		left = pointer ? owner_of(thread, address, pointer, i) : NULL;
		if (left)
			return left;
	}
	return only_one(thread, address);
}

static void show(struct finding *finding, const struct frame_left *left,
	uint64_t address)
{
	const struct memory_place place = {
		.from = address,
		.to = address + 1,
		.pc = left->pc,
		.top = left->top,
		.thread = left->thread,
	};
	const struct event event = {
		.op = {.kind = OP_RETURN,
			.pc = left->left_pc,
			.object = address},
		.choice = left->choice,
		.thread = (uint16_t)left->thread,
		.other = WIRE_NOBODY,
	};

	trace_place(&place);
	trace_insert(&event, left->event);
	finding->third = (struct party){
		.thread = (uint16_t)left->thread,
		.op = OP_RETURN,
		.pc = left->left_pc,
		.object = address,
	};
}

void left_show(
	struct finding *finding, const struct thread *owner, uint64_t address)
{
	struct memory_place place;
	const struct frame_left *left;

	if (!rt->tracing || !rt->wire->config.compiled)
		return;
	begin();
	left = find(owner->id, address);
	if (left) {
		show(finding, left, address);
	} else if (owner->state == THREAD_ENDED &&
		   stack_place(address, &place)) {
		trace_place(&place);
		finding->third = (struct party){
			.thread = (uint16_t)owner->id,
			.op = OP_END,
			.object = address,
		};
	}
}
