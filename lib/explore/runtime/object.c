/* Locks and the like, found by their address: an open hash. */
#include "lib/explore/runtime/rt.h"

#include <string.h>

enum {
	NSLOTS = 1 << 12
};

static struct object *slots;
static bool any; /* slot was ever used */

/* What the program's constructors made, as it is at the start of main. */
static struct object *kept;
static unsigned nkept;

void objects_setup(void)
{
	slots = map_memory(NSLOTS * sizeof(*slots));
}

static struct object *slot_of(const void *address)
{
	uint64_t key = (uint64_t)(uintptr_t)address;
	uint64_t i = key * UINT64_C(0x9e3779b97f4a7c15) >> 52;

	for (unsigned n = 0; n < NSLOTS; n++, i = (i + 1) % NSLOTS) {
		if (slots[i].execution != rt->execution ||
			slots[i].address == key)
			return &slots[i];
	}
	fail(FOUND_REFUSED, 0, "more than %d locks and atomics", NSLOTS);
}

struct object *object_find(const void *address)
{
	struct object *object = slot_of(address);

	return object->execution == rt->execution ? object : NULL;
}

struct object *object_get(const void *address, enum object_kind kind)
{
	struct object *object = slot_of(address);

	if (object->execution == rt->execution)
		return object;
	memset(object, 0, offsetof(struct object, vc));
	vc_clear(&object->vc);
	vc_clear(&object->readers_vc);
	any = true;
	object->address = (uint64_t)(uintptr_t)address;
	object->execution = rt->execution;
	object->kind = (uint8_t)kind;
	object->owner = WIRE_NOBODY;
	return object;
}

/*
 * Every one that can be used without a call that initialises it begins with a
 * word of zeros. New blocks and new stacks are filled with something else.
 */
static bool never_initialised(const void *address)
{
	uint64_t at = (uint64_t)(uintptr_t)address;
	int word;

	if (!heap_owns(address) && !on_some_stack(at))
		return false;
	memcpy(&word, address, sizeof(word));
	return word != 0 && !object_find(address);
}

/*
 * For the race detector it reads: others may do so at the same time. To do so
 * again before its clock has moved tells nothing new.
 */
void object_touch(const void *address, uint64_t pc)
{
	struct thread *thread = self();
	uint32_t now = thread->vc.time[thread->id];

	if (thread->touched == address && thread->touched_at == now)
		heap_check(address, sizeof(int), pc);
	else
		access_memory(address, sizeof(int), ACCESS_ATOMIC, pc);
	thread->touched = address;
	thread->touched_at = now;
	stack_check((uint64_t)(uintptr_t)address, self()->entered, pc);
}

void object_use(
	const void *address, const char *verb, const char *what, uint64_t pc)
{
	object_touch(address, pc);
	if (never_initialised(address))
		fail(FOUND_MISUSE, pc, "%s a %s that was never initialised",
			verb, what);
}

/* Whatever others did came before this. */
static bool all_others_are_joined(void)
{
	for (unsigned i = 0; i < rt->nthreads; i++) {
		if (i != rt->current && !rt->threads[i].joined)
			return false;
	}
	return true;
}

void object_step(enum op_kind kind, const void *address, uint64_t pc)
{
	if (all_others_are_joined())
		return;
	point_at(kind, address, NULL, pc);
	if (kind == OP_INIT)
		trace(OP_INIT, pc, address);
}

/* To walk through memory that was never used is what takes long. */
void objects_keep(void)
{
	if (!any)
		return;
	kept = map_memory(NSLOTS * sizeof(*kept));
	for (unsigned i = 0; i < NSLOTS; i++)
		if (slots[i].execution == rt->execution && slots[i].address)
			kept[nkept++] = slots[i];
}

void objects_begin(void)
{
	for (unsigned i = 0; i < nkept; i++) {
		const void *address = (const void *)(uintptr_t)kept[i].address;
		struct object *object = object_get(address, OBJECT_MUTEX);

		memcpy(object, &kept[i], offsetof(struct object, vc));
		object->execution = rt->execution;
	}
}
