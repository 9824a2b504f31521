#include "lib/work.h"

#include "lib/clock.h"

#include <errno.h>
#include <string.h>

#define WORK(name) extern const struct work work_##name;
#include "lib/works/list.def"
#undef WORK

const struct work *const works[] = {
#define WORK(name) &work_##name,
#include "lib/works/list.def"
#undef WORK
	NULL,
};

const struct work *work_find(const char *name)
{
	for (int i = 0; works[i]; i++) {
		if (!strcmp(works[i]->name, name))
			return works[i];
	}
	return NULL;
}

int job_open(struct job *job, const struct work *work, uint64_t size,
	unsigned nworkers)
{
	*job = (struct job){.work = work};
	if (size < 1 || size > work->max_size || nworkers < 1)
		return -EINVAL;
	return work->open(job, size, nworkers);
}

void job_close(struct job *job)
{
	if (job->work->close)
		job->work->close(job);
	job->plan = NULL;
}

void job_fold(
	const struct job *job, struct tally *total, const struct tally *tally)
{
	if (job->work->fold) {
		job->work->fold(total, tally);
		return;
	}
	for (int i = 0; i < TALLY_NWORDS; i++)
		total->word[i] += tally->word[i];
}

uint64_t tally_checksum(const struct tally *tally)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (int i = 0; i < TALLY_NWORDS; i++) {
		for (int byte = 0; byte < 8; byte++) {
			hash ^= tally->word[i] >> (8 * byte) & 0xff;
			hash *= UINT64_C(0x100000001b3);
		}
	}
	return hash;
}

int env_wait(struct env *env, uint64_t ns)
{
	return env->ops->wait(env, ns);
}

bool env_lock(struct env *env)
{
	return env->ops->lock(env);
}

void env_unlock(struct env *env)
{
	env->ops->unlock(env);
}

bool env_pause(struct env *env)
{
	return env->ops->pause(env);
}

bool env_nobody_to_lock_out(struct env *env)
{
	(void)env;
	return false;
}

void env_nobody_to_let_in(struct env *env)
{
	(void)env;
}

int env_sleep(struct env *env, uint64_t ns)
{
	(void)env;
	clock_sleep(ns);
	return 0;
}

bool env_never_asked(struct env *env)
{
	(void)env;
	return false;
}
