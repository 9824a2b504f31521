/*
 * bench_bridge - between threads and a loop and back, beside libuv
 *
 *	bench_bridge [N]	(20,000 round trips of each kind)
 *
 * Each waits for one before it begins the next: what is measured is the way
 * there and back. libuv has no call into a loop that waits; its documentation
 * tells to send an uv_async, here with a semaphore for the answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/types.h>
#include <unistd.h>

#include "lib/async_file.h"
#include "lib/portal_thread.h"
#include "lib/task.h"
#include "lib/to_thread.h"
#include "tests/bench/beside.h"

enum {
	CHUNK = 4096,
	FILE_SIZE = 1 << 20
};

static size_t nturns = 20000;
static char path[] = "/tmp/conc-bench.XXXXXX";

/* --- what is called of libuv; its structs are as large as it says --- */

enum {
	UV_ASYNC = 1,
	UV_REQUEST_FS = 6,
	UV_REQUEST_WORK = 7,
	UV_RUN_DEFAULT = 0
};

struct uv_buffer {
	char *base;
	size_t size;
};

static struct {
	size_t (*loop_size)(void);
	size_t (*handle_size)(int type);
	size_t (*req_size)(int type);
	int (*loop_init)(void *loop);
	int (*loop_close)(void *loop);
	int (*run)(void *loop, int mode);
	int (*async_init)(void *loop, void *async, void (*fn)(void *));
	int (*async_send)(void *async);
	void (*close)(void *handle, void (*fn)(void *));
	int (*queue_work)(void *loop, void *req, void (*work)(void *),
		void (*after)(void *, int));
	int (*fs_read)(void *loop, void *req, int fd,
		const struct uv_buffer *buffers, unsigned nbuffers,
		int64_t offset, void (*fn)(void *));
	ssize_t (*fs_get_result)(const void *req);
	void (*fs_req_cleanup)(void *req);
} uv;
static void *uv_loop, *uv_async, *uv_work, *uv_fs;

static bool find_libuv(void)
{
	const struct uv_symbol symbols[] = {
		{"uv_loop_size", &uv.loop_size},
		{"uv_handle_size", &uv.handle_size},
		{"uv_req_size", &uv.req_size},
		{"uv_loop_init", &uv.loop_init},
		{"uv_loop_close", &uv.loop_close},
		{"uv_run", &uv.run},
		{"uv_async_init", &uv.async_init},
		{"uv_async_send", &uv.async_send},
		{"uv_close", &uv.close},
		{"uv_queue_work", &uv.queue_work},
		{"uv_fs_read", &uv.fs_read},
		{"uv_fs_get_result", &uv.fs_get_result},
		{"uv_fs_req_cleanup", &uv.fs_req_cleanup},
	};

	if (!uv_find(symbols, sizeof(symbols) / sizeof(symbols[0])))
		return false;
	uv_loop = malloc(uv.loop_size());
	uv_async = malloc(uv.handle_size(UV_ASYNC));
	uv_work = malloc(uv.req_size(UV_REQUEST_WORK));
	uv_fs = malloc(uv.req_size(UV_REQUEST_FS));
	return uv_loop && uv_async && uv_work && uv_fs;
}

static void run_tasks(future_fn fn)
{
	struct loop *loop;
	struct tasks *tasks;

	must_zero(loop_create(NULL, &loop));
	must_zero(tasks_create(loop, &tasks));
	must_zero(tasks_run(tasks, "main", fn, NULL, NULL, NULL));
	tasks_destroy(tasks);
	loop_destroy(loop);
}

#define BODY(name)       \
	static int name( \
		void *arg, union future_value *value, struct failure *failure)
#define UNUSED_BODY_ARGS ((void)arg, (void)value, (void)failure)

/* --- a call into a loop --- */

static int count_call(void *arg, struct portal_answer *answer)
{
	(void)arg, (void)answer;
	ndone++;
	return 0;
}

static void our_calls(void)
{
	struct portal_thread *thread;

	must_zero(portal_thread_start(&thread));
	for (size_t i = 0; i < nturns; i++)
		must_zero(portal_call(portal_thread_portal(thread), count_call,
			NULL, CLOCK_NEVER, NULL, NULL));
	portal_thread_stop(thread, PORTAL_DRAIN);
}

static sem_t answered;

static void answer_async(void *handle)
{
	if (++ndone == nturns)
		uv.close(handle, NULL);
	must_zero(sem_post(&answered));
}

static void *run_uv(void *arg)
{
	uv.run(uv_loop, UV_RUN_DEFAULT);
	return arg;
}

static void wait_for_answer(void)
{
	while (sem_wait(&answered) < 0)
		must(errno == EINTR);
}

static void their_calls(void)
{
	pthread_t thread;

	must_zero(sem_init(&answered, 0, 0));
	must_zero(uv.loop_init(uv_loop));
	must_zero(uv.async_init(uv_loop, uv_async, answer_async));
	must_zero(pthread_create(&thread, NULL, run_uv, NULL));
	for (size_t i = 0; i < nturns; i++) {
		must_zero(uv.async_send(uv_async));
		wait_for_answer();
	}
	must_zero(pthread_join(thread, NULL));
	must_zero(uv.loop_close(uv_loop));
	must_zero(sem_destroy(&answered));
}

/* --- a job in a thread --- */

BODY(count_job)
{
	UNUSED_BODY_ARGS;
	ndone++;
	return 0;
}

BODY(call_jobs)
{
	UNUSED_BODY_ARGS;
	for (size_t i = 0; i < nturns; i++)
		must_zero(to_thread(
			NULL, count_job, NULL, TO_THREAD_SHIELD, NULL, NULL));
	return 0;
}

static void our_jobs(void)
{
	run_tasks(call_jobs);
}

static void count_work(void *req)
{
	(void)req;
	ndone++;
}

static void queue_next(void *req, int status)
{
	must_zero(status);
	if (ndone < nturns)
		must_zero(uv.queue_work(uv_loop, req, count_work, queue_next));
}

static void their_jobs(void)
{
	must_zero(uv.loop_init(uv_loop));
	queue_next(uv_work, 0);
	uv.run(uv_loop, UV_RUN_DEFAULT);
	must_zero(uv.loop_close(uv_loop));
}

/* --- reads of a file that is in memory --- */

static off_t next_offset(void)
{
	return (off_t)(ndone * CHUNK % FILE_SIZE);
}

BODY(read_chunks)
{
	static char chunk[CHUNK];
	struct async_file file;

	UNUSED_BODY_ARGS;
	must_zero(async_file_open(&file, path, "r", NULL));
	for (; ndone < nturns; ndone++) {
		if (next_offset() == 0)
			must_zero(async_file_seek(&file, 0, SEEK_SET));
		must(async_file_read(&file, chunk, CHUNK) == CHUNK);
	}
	return async_file_close(&file);
}

static void our_reads(void)
{
	run_tasks(read_chunks);
}

static int uv_fd;

static void read_next(void);

static void has_read(void *req)
{
	must(uv.fs_get_result(req) == CHUNK);
	uv.fs_req_cleanup(req);
	if (++ndone < nturns)
		read_next();
}

static void read_next(void)
{
	static char chunk[CHUNK];
	const struct uv_buffer buffer = {chunk, CHUNK};

	must_zero(uv.fs_read(
		uv_loop, uv_fs, uv_fd, &buffer, 1, next_offset(), has_read));
}

static void their_reads(void)
{
	uv_fd = open(path, O_RDONLY | O_CLOEXEC);
	must(uv_fd >= 0);
	must_zero(uv.loop_init(uv_loop));
	read_next();
	uv.run(uv_loop, UV_RUN_DEFAULT);
	must_zero(uv.loop_close(uv_loop));
	close(uv_fd);
}

int main(int argc, char **argv)
{
	bool peer = find_libuv();
	int fd = mkstemp(path);

	if (argc > 1)
		nturns = strtoul(argv[1], NULL, 10);
	must(fd >= 0 && ftruncate(fd, FILE_SIZE) == 0);
	if (!peer)
		puts("not installed: libuv (Debian: apt-get install "
		     "libuv1); its times are left out");
	race_heading();
	race("a call into a loop, and back", nturns, our_calls,
		peer ? their_calls : NULL, 0);
	race("a job in a thread, and back", nturns, our_jobs,
		peer ? their_jobs : NULL, 0);
	race("4 KiB of a file, by a thread", nturns, our_reads,
		peer ? their_reads : NULL, 0);
	close(fd);
	unlink(path);
	return 0;
}
