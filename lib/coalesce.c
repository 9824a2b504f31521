#include "lib/coalesce.h"

void coalesce_init(struct coalesce *coalesce, enum coalesce_policy policy,
	int (*action)(void *arg), void *arg)
{
	*coalesce = (struct coalesce){
		.policy = policy, .action = action, .arg = arg};
}

static bool try_busy(struct coalesce *coalesce)
{
	return !atomic_exchange(&coalesce->busy, true);
}

/* tag::coalesce-trylock[] */
/* Who comes in the middle goes away, and nobody will know that he came. */
static int request_trylock(struct coalesce *coalesce)
{
	int error;

	if (!try_busy(coalesce))
		return 0;
	error = coalesce->action(coalesce->arg);
	atomic_store(&coalesce->busy, false);
	return error;
}
/* end::coalesce-trylock[] */

/*
 * Who asks writes asked, then looks at busy; who has done writes busy, then
 * looks at asked. Each is sequentially consistent: whatever the order of
 * events, one of the two sees what the other has written (Dekker). With
 * release and acquire both could look too early, and the request be lost.
 */
/* tag::coalesce-recheck[] */
static int do_while_asked(struct coalesce *coalesce)
{
	int error = 0, status;

	do {
		atomic_store(&coalesce->asked, false);
		status = coalesce->action(coalesce->arg);
		if (!error)
			error = status;
		atomic_store(&coalesce->busy, false);
	} while (atomic_load(&coalesce->asked) && try_busy(coalesce));
	return error;
}

static int request_recheck(struct coalesce *coalesce)
{
	atomic_store(&coalesce->asked, true);
	return try_busy(coalesce) ? do_while_asked(coalesce) : 0;
}
/* end::coalesce-recheck[] */

/* The lock has been taken by the thread that asked. */
static void deferred(struct coalesce *coalesce)
{
	int error = do_while_asked(coalesce), none = 0;

	if (error)
		atomic_compare_exchange_strong(&coalesce->error, &none, error);
}

static int request_defer(struct coalesce *coalesce)
{
	int error;

	atomic_store(&coalesce->asked, true);
	if (!try_busy(coalesce))
		return 0;
	error = coalesce->defer(deferred, coalesce, coalesce->context);
	if (error)
		atomic_store(&coalesce->busy, false);
	return error;
}

int coalesce_request(struct coalesce *coalesce)
{
	switch (coalesce->policy) {
	case COALESCE_EACH:
		break;
	case COALESCE_TRYLOCK:
		return request_trylock(coalesce);
	case COALESCE_RECHECK:
		return request_recheck(coalesce);
	case COALESCE_DEFER:
		return request_defer(coalesce);
	}
	return coalesce->action(coalesce->arg);
}
