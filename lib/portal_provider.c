#include "lib/portal_provider.h"

#include "lib/must.h"

/* Under the lock, so that those who come meanwhile get this one. */
int portal_provider_enter(
	struct portal_provider *provider, struct portal **result)
{
	int status = 0;

	mutex_lock(&provider->lock);
	if (!provider->thread)
		status = portal_thread_start(&provider->thread);
	if (status == 0) {
		provider->nusers++;
		*result = portal_thread_portal(provider->thread);
	}
	mutex_unlock(&provider->lock);
	return status;
}

/* Draining may take long: nobody who enters is to wait for it. */
void portal_provider_leave(struct portal_provider *provider)
{
	struct portal_thread *last = NULL;

	mutex_lock(&provider->lock);
	must(provider->nusers > 0);
	if (--provider->nusers == 0) {
		last = provider->thread;
		provider->thread = NULL;
	}
	mutex_unlock(&provider->lock);
	if (last)
		portal_thread_stop(last, PORTAL_DRAIN);
}
