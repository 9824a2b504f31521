/* Of the steps of a traced execution: who held what, who was made to wait. */
#include "cmd/explore.h"

#include <string.h>

static void take(uint64_t *locks, uint32_t *n, uint32_t most, uint64_t lock)
{
	if (*n < most)
		locks[(*n)++] = lock;
}

static void drop(uint64_t *locks, uint32_t *n, uint64_t lock)
{
	for (uint32_t i = *n; i-- > 0;) {
		if (locks[i] == lock) {
			memmove(&locks[i], &locks[i + 1],
				(*n - i - 1) * sizeof(*locks));
			(*n)--;
			return;
		}
	}
}

/* A wait gives its mutex back and takes it again: that is an OP_LOCK. */
static void follow(
	const struct event *event, uint64_t *locks, uint32_t *n, uint32_t most)
{
	if (event->flags & EVENT_BLOCKED || event->result)
		return;
	switch (event->op.kind) {
	case OP_LOCK:
	case OP_TRYLOCK:
	case OP_RDLOCK:
	case OP_WRLOCK:
		take(locks, n, most, event->op.object);
		break;
	case OP_WAIT:
		drop(locks, n, event->op.second);
		break;
	case OP_UNLOCK:
	case OP_RWUNLOCK:
		drop(locks, n, event->op.object);
		break;
	default:
		break;
	}
}

uint32_t explore_held(const struct wire *wire, uint32_t event, unsigned thread,
	uint64_t *locks, uint32_t most)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < event && i < wire->nevents; i++) {
		if (wire->events[i].thread == thread)
			follow(&wire->events[i], locks, &n, most);
	}
	return n;
}

/* A step of another thread than before, while that one could have gone on. */
bool explore_is_switch(const struct wire *wire, uint32_t i)
{
	const struct event *event = &wire->events[i];
	const struct event *before = i ? event - 1 : NULL;

	if (!before || before->thread == event->thread)
		return false;
	if (before->flags & EVENT_BLOCKED)
		return false;
	switch (before->op.kind) {
	case OP_END:
	case OP_WAIT:
	case OP_PROCESS_END:
		return false;
	default:
		return true;
	}
}
