#include "cmd/nap.h"

#include "lib/clock.h"

bool nap_until(struct nap *nap, uint64_t deadline_ns)
{
	bool over;

	mutex_lock(&nap->lock);
	while (!nap->over && clock_now() < deadline_ns)
		cond_wait(&nap->rung, &nap->lock, deadline_ns);
	over = nap->over;
	mutex_unlock(&nap->lock);
	return !over;
}

void nap_ring(struct nap *nap)
{
	mutex_lock(&nap->lock);
	nap->over = true;
	cond_broadcast(&nap->rung);
	mutex_unlock(&nap->lock);
}
