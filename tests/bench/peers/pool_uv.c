/*
 * libuv's uv_queue_work. peer: libuv libuv1-dev
 *
 * Its loop is turned when all tasks are queued, and takes the completions.
 */
#include <uv.h>

#include "tests/bench/peers/pool.h"

struct work {
	uv_work_t request;
	void (*fn)(void);
};

static void call(uv_work_t *request)
{
	((struct work *)request)->fn();
}

static void done(uv_work_t *request, int status)
{
	(void)status;
	free(request);
}

static void peer_open(int nworkers)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", nworkers);
	setenv("UV_THREADPOOL_SIZE", text, 1);
}

static void peer_post(void (*fn)(void))
{
	struct work *work = malloc(sizeof(*work));

	if (!work)
		abort();
	work->fn = fn;
	uv_queue_work(uv_default_loop(), &work->request, call, done);
}

static void peer_close(void)
{
	uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

static void peer_trip(void (*fn)(void))
{
	peer_post(fn);
	peer_close();
}
