#include "lib/remutex.h"

#include <errno.h>

int remutex_lock(struct remutex *remutex, uint64_t deadline_ns)
{
	int error = 0;

	if (!mutex_held(&remutex->mutex))
		error = mutex_lock_until(&remutex->mutex, deadline_ns);
	if (!error)
		remutex->depth++;
	return error;
}

int remutex_unlock(struct remutex *remutex)
{
	if (!mutex_held(&remutex->mutex))
		return -EPERM;
	if (--remutex->depth == 0)
		mutex_unlock(&remutex->mutex);
	return 0;
}

unsigned remutex_depth(const struct remutex *remutex)
{
	return mutex_held(&remutex->mutex) ? remutex->depth : 0;
}

void remutex_fini(struct remutex *remutex)
{
	mutex_fini(&remutex->mutex);
}
