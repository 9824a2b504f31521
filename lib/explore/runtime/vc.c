/* Vector clocks: what happened before what. */
#include "lib/explore/runtime/rt.h"

#include <string.h>

void vc_join(struct vc *into, const struct vc *from)
{
	for (unsigned i = 0; i < rt->nthreads; i++) {
		if (into->time[i] < from->time[i])
			into->time[i] = from->time[i];
	}
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
}
