/* Vector clocks: what happened before what. */
#include "lib/explore/runtime/rt.h"

#include <string.h>

static void join(uint32_t *into, const uint32_t *from)
{
	for (unsigned i = 0; i < rt->nthreads; i++) {
		if (into[i] < from[i])
			into[i] = from[i];
	}
}

void vc_join(struct vc *into, const struct vc *from)
{
	join(into->time, from->time);
	if (!rt->c11)
		return;
	join(into->ordered, from->ordered);
	if (into->fence < from->fence)
		into->fence = from->fence;
}

void vc_pass_fence(struct vc *vc, struct vc *fences, uint32_t number)
{
	join(vc->ordered, fences->ordered);
	vc->fence = number;
	join(fences->ordered, vc->ordered);
	join(fences->ordered, vc->time);
}

void vc_tick(struct thread *thread)
{
	thread->vc.time[thread->id]++;
}

void vc_acquire(struct thread *thread, const struct object *object)
{
	vc_join(&thread->vc, &object->vc);
}

void vc_release(struct thread *thread, struct object *object)
{
	vc_join(&object->vc, &thread->vc);
	vc_tick(thread);
}

void vc_clear(struct vc *vc)
{
	memset(vc->time, 0, rt->most_threads * sizeof(vc->time[0]));
	if (!rt->c11)
		return;
	memset(vc->ordered, 0, rt->most_threads * sizeof(vc->ordered[0]));
	vc->fence = 0;
}
