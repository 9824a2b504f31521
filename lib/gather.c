#include "lib/gather.h"

#include "lib/clock.h"

#include <errno.h>

void gather_init(struct gather *gather, const struct job *job,
	const struct model_params *params)
{
	*gather = (struct gather){.job = job, .params = params};
	mutex_init(&gather->lock, MUTEX_PRIVATE);
	cond_init(&gather->turn);
}

void gather_fini(struct gather *gather)
{
	cond_fini(&gather->turn);
	mutex_fini(&gather->lock);
}

bool gather_stopping(struct gather *gather)
{
	/* Only a hint to hurry: what was computed travels under the lock. */
	return atomic_load_explicit(&gather->stop, memory_order_relaxed);
}

static void stop_locked(struct gather *gather, int error)
{
	if (!gather->error)
		gather->error = error;
	atomic_store(&gather->stop, true);
	cond_broadcast(&gather->turn);
}

void gather_stop(struct gather *gather, int error)
{
	mutex_lock(&gather->lock);
	stop_locked(gather, error);
	mutex_unlock(&gather->lock);
}

static int write_in_turn(
	struct gather *gather, uint64_t item, const struct text *text)
{
	int status = 0;

	while (gather->next_text != item && !gather_stopping(gather))
		cond_wait(&gather->turn, &gather->lock, CLOCK_NEVER);
	if (gather_stopping(gather))
		return -ECANCELED;
	mutex_unlock(&gather->lock);
	if (text->size)
		status = gather->params->write(
			gather->params->context, text->data, text->size);
	mutex_lock(&gather->lock);
	if (status < 0) {
		stop_locked(gather, status);
		return -ECANCELED;
	}
	gather->next_text++;
	cond_broadcast(&gather->turn);
	return 0;
}

int gather_put(struct gather *gather, uint64_t item, const struct tally *tally,
	const struct text *text)
{
	int status = 0;

	mutex_lock(&gather->lock);
	if (gather->job->text_size)
		status = write_in_turn(gather, item, text);
	if (status == 0) {
		job_fold(gather->job, &gather->total, tally);
		atomic_fetch_add(&gather->items_done, 1);
	}
	mutex_unlock(&gather->lock);
	return status;
}

void gather_tick(struct gather *gather)
{
	const struct model_params *params = gather->params;

	if (params->tick && !gather_stopping(gather) &&
		params->tick(params->context, atomic_load(&gather->items_done)))
		gather_stop(gather, 0);
}

/* In slices, so that a stop is seen soon. */
int gather_wait(struct gather *gather, uint64_t ns)
{
	uint64_t now, slice, end = clock_now() + ns;

	while ((now = clock_now()) < end) {
		if (gather_stopping(gather))
			return -ECANCELED;
		slice = now + MODEL_TICK_NS;
		clock_sleep_until(slice < end ? slice : end);
	}
	return 0;
}

int gather_result(struct gather *gather, struct model_result *result)
{
	result->total = gather->total;
	result->items_done = atomic_load(&gather->items_done);
	result->stopped = gather_stopping(gather) && !gather->error;
	return gather->error;
}

int gather_team(
	struct gather *gather, struct team *team, struct model_result *result)
{
	while (!team_wait(team, clock_now() + MODEL_TICK_NS))
		gather_tick(gather);
	result->nthreads = team_size(team);
	result->refused = gather->params->width - team_size(team);
	team_destroy(team);
	return gather_result(gather, result);
}
