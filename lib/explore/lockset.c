#include "lib/explore/lockset.h"

#include <string.h>

static void take(struct lockset *set, uint64_t object, uint32_t i, bool shared)
{
	if (set->n < WIRE_MAX_HELD)
		set->locks[set->n++] = (struct lockset_lock){
			.object = object, .event = i, .shared = shared};
}

static void drop(struct lockset *set, uint64_t object)
{
	for (uint32_t i = set->n; i-- > 0;) {
		if (set->locks[i].object != object)
			continue;
		set->n--;
		memmove(&set->locks[i], &set->locks[i + 1],
			(set->n - i) * sizeof(set->locks[0]));
		return;
	}
}

/* A wait gives its mutex back and takes it again: that is an OP_LOCK. */
void lockset_follow(struct lockset *set, const struct wire *wire, uint32_t i)
{
	const struct event *event = &wire->events[i];

	if (event->flags & (EVENT_BLOCKED | EVENT_TIMEOUT) || event->result)
		return;
	switch (event->op.kind) {
	case OP_LOCK:
	case OP_TRYLOCK:
	case OP_WRLOCK:
		take(set, event->op.object, i, false);
		break;
	case OP_RDLOCK:
		take(set, event->op.object, i, true);
		break;
	case OP_WAIT:
		drop(set, event->op.second);
		break;
	case OP_UNLOCK:
	case OP_RWUNLOCK:
		drop(set, event->op.object);
		break;
	default:
		break;
	}
}

void lockset_before(struct lockset *set, const struct wire *wire,
	uint32_t event, unsigned thread)
{
	set->n = 0;
	for (uint32_t i = 0; i < event && i < wire->nevents; i++) {
		if (wire->events[i].thread == thread)
			lockset_follow(set, wire, i);
	}
}

const struct lockset_lock *lockset_find(
	const struct lockset *set, uint64_t object)
{
	for (uint32_t i = 0; i < set->n; i++) {
		if (set->locks[i].object == object)
			return &set->locks[i];
	}
	return NULL;
}

bool lockset_meet(const struct lockset *a, const struct lockset *b)
{
	for (uint32_t i = 0; i < a->n; i++) {
		if (lockset_find(b, a->locks[i].object))
			return true;
	}
	return false;
}
