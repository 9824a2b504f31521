/* Who lets others go on, and where: kept over all executions. */
#include "lib/explore/runtime/rt.h"

enum {
	TRIES = 16 /* of the places that an entry may be at */
};

void note_release(enum op_kind kind, uint64_t pc, const void *object)
{
	const struct wire_release release = {
		.object = (uint64_t)(uintptr_t)object,
		.pc = pc,
		.thread = (uint16_t)rt->current,
		.kind = (uint8_t)kind,
	};
	uint64_t hash = release.object / 8 + pc + rt->current * UINT64_C(31);

	for (unsigned i = 0; i < TRIES; i++) {
		struct wire_release *entry =
			&rt->wire->releases[(hash + i) % WIRE_MAX_RELEASES];

		if (entry->kind == OP_NONE)
			*entry = release;
		if (entry->object == release.object && entry->pc == pc &&
			entry->thread == release.thread)
			return;
	}
}
