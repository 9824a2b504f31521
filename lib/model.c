#include "lib/model.h"

#include "lib/must.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MODEL(name) extern const struct model model_##name;
#include "lib/models/list.def"
#undef MODEL

const struct model *const models[] = {
#define MODEL(name) &model_##name,
#include "lib/models/list.def"
#undef MODEL
	NULL,
};

const struct model *model_find(const char *name)
{
	for (int i = 0; models[i]; i++) {
		if (!strcmp(models[i]->name, name))
			return models[i];
	}
	return NULL;
}

/*
 * A mapping rather than malloc: threads do not care, and forked workers
 * need it.
 */
static int map_shared(const struct job *job, void **out)
{
	void *memory;

	if (!job->shared_size)
		return 0;
	memory = mmap(NULL, job->shared_size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return -errno;
	*out = memory;
	return 0;
}

int model_run(const struct model *model, const struct job *job,
	const struct model_params *params, struct model_result *result)
{
	struct model_params with_shared = *params;
	int status;

	must(params->width >= 1 && params->width <= MODEL_MAX_WIDTH);
	must(!job->text_size || params->write);
	if (job->work->flags & WORK_SHARES && model->flags & MODEL_ISOLATED)
		return -ENOTSUP;
	status = map_shared(job, &with_shared.shared);
	if (status < 0)
		return status;
	*result = (struct model_result){0};
	status = model->run(model, job, &with_shared, result);
	if (status == 0 && job->work->finish)
		job->work->finish(job, with_shared.shared, &result->total);
	if (with_shared.shared)
		munmap(with_shared.shared, job->shared_size);
	return status;
}

int env_create(struct env *env, const struct job *job)
{
	int status = 0;

	env->text = (struct text){.capacity = job->text_size};
	if (job->text_size) {
		env->text.data = malloc(job->text_size);
		if (!env->text.data)
			return -ENOMEM;
	}
	if (job->work->enter)
		status = job->work->enter(job, env);
	if (status < 0)
		free(env->text.data);
	return status;
}

void env_destroy(struct env *env, const struct job *job)
{
	if (job->work->leave)
		job->work->leave(job, env);
	free(env->text.data);
}
