#include "lib/models/procs_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Alone in its memory, and killed when the run is stopped. */
static const struct env_ops worker_ops = {
	.wait = env_sleep,
	.lock = env_nobody_to_lock_out,
	.unlock = env_nobody_to_let_in,
	.pause = env_never_asked,
};

static bool write_all(int fd, const void *data, size_t size)
{
	const char *from = data;

	while (size) {
		ssize_t n = write(fd, from, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		from += n;
		size -= (size_t)n;
	}
	return true;
}

static bool read_task(int fd, uint64_t *item)
{
	ssize_t n;

	do
		n = read(fd, item, sizeof(*item));
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(*item);
}

static bool answer_task(
	const struct procs_worker *worker, struct env *env, uint64_t item)
{
	struct answer answer = {.item = item};

	env->text.size = 0;
	answer.error = worker->job->work->item(
		worker->job, env, item, &answer.tally);
	answer.text_size = env->text.size;
	return write_all(worker->answers, &answer, sizeof(answer)) &&
	       write_all(worker->answers, env->text.data, env->text.size);
}

int procs_worker_main(const struct procs_worker *worker)
{
	struct env env = {.ops = &worker_ops};
	uint64_t item;

	if (env_create(&env, worker->job) < 0)
		return EXIT_FAILURE;
	while (read_task(worker->tasks, &item)) {
		if (!answer_task(worker, &env, item))
			return EXIT_FAILURE;
	}
	env_destroy(&env, worker->job);
	return EXIT_SUCCESS;
}
