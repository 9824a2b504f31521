#include "lib/async_file.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/task_impl.h"
#include "lib/to_thread.h"

enum {
	NEITHER,
	READING,
	WRITING
};

/* A call on its way to a thread and back. */
struct request {
	struct async_file *file;
	future_fn fn;
	void *buffer;
	const void *bytes;
	size_t size;
	off_t offset;
	int whence;
	off_t result;
};

#define BODY(name)       \
	static int name( \
		void *arg, union future_value *value, struct failure *failure)

/* In a mode that closes the descriptor on exec. */
static int open_now(struct async_file *file)
{
	char mode[8];

	if (snprintf(mode, sizeof(mode), "%se", file->mode) >=
		(int)sizeof(mode))
		return -EINVAL;
	file->stream = fopen(file->path, mode);
	if (!file->stream)
		return -errno;
	file->path = NULL;
	return 0;
}

/* In a thread: at its first use the file is opened. */
BODY(serve)
{
	struct request *request = arg;
	struct async_file *file = request->file;

	request->result = file->stream ? 0 : open_now(file);
	return request->result < 0 ? 0 : request->fn(arg, value, failure);
}

static int check(const struct async_file *file)
{
	if (file->busy)
		return -EBUSY;
	return file->stream || file->path ? 0 : -EBADF;
}

static off_t perform(future_fn fn, struct request *request)
{
	struct async_file *file = request->file;
	int status = check(file);

	if (status < 0)
		return status;
	request->fn = fn;
	file->busy = true;
	status = to_thread_or_here(file->pool, serve, request, NULL, NULL);
	file->busy = false;
	return status < 0 ? status : request->result;
}

/* stdio wants a seek where reading and writing change over. */
static FILE *turn(struct async_file *file, int direction)
{
	if (file->direction != NEITHER && file->direction != direction)
		fseeko(file->stream, 0, SEEK_CUR);
	file->direction = direction;
	clearerr(file->stream);
	return file->stream;
}

/* --- open, close --- */

void async_file_init(struct async_file *file, const char *path,
	const char *mode, struct pool *pool)
{
	*file = (struct async_file){.path = path, .mode = mode, .pool = pool};
}

/* serve has done it. */
BODY(open_it)
{
	(void)arg, (void)value, (void)failure;
	return 0;
}

int async_file_open(struct async_file *file, const char *path, const char *mode,
	struct pool *pool)
{
	struct request request = {.file = file};
	int status;

	async_file_init(file, path, mode, pool);
	status = (int)perform(open_it, &request);
	file->path = NULL; /* it is open, or stays closed */
	return status;
}

BODY(close_it)
{
	struct request *request = arg;

	(void)value, (void)failure;
	request->result = fclose(request->file->stream) ? -errno : 0;
	request->file->stream = NULL;
	return 0;
}

/* No thread can be had: better to block than to lose the descriptor. */
static void close_anyway(struct request *request)
{
	off_t result = perform(close_it, request);

	if (result < 0 && request->file->stream)
		close_it(request, NULL, NULL);
}

int async_file_close(struct async_file *file)
{
	struct request request = {.file = file};
	bool in_task = task_self();

	if (file->busy)
		return -EBUSY;
	if (file->stream && !in_task && loop_current())
		return -EPERM;
	file->path = NULL;
	if (in_task)
		task_shield();
	if (file->stream)
		close_anyway(&request);
	if (in_task)
		task_unshield();
	free(file->line);
	file->line = NULL;
	file->line_size = 0;
	return (int)request.result;
}

/* --- read --- */

BODY(read_it)
{
	struct request *request = arg;
	FILE *stream = turn(request->file, READING);
	size_t n = fread(request->buffer, 1, request->size, stream);

	(void)value, (void)failure;
	request->result = n == 0 && ferror(stream) ? -errno : (off_t)n;
	return 0;
}

ssize_t async_file_read(struct async_file *file, void *buffer, size_t size)
{
	struct request request = {.file = file, .buffer = buffer, .size = size};

	return perform(read_it, &request);
}

/* --- reads that are left behind --- */

struct loose_read {
	struct async_file file; /* the stream is here while it runs */
	struct request request;
	_Atomic bool one_has_gone; /* the thread, or the task */
	char bytes[];
};

static void free_loose(struct loose_read *loose)
{
	if (loose->file.stream)
		fclose(loose->file.stream);
	free(loose->file.line);
	free(loose);
}

BODY(read_loosely)
{
	struct loose_read *loose = arg;

	serve(&loose->request, value, failure);
	if (atomic_exchange(&loose->one_has_gone, true))
		free_loose(loose);
	return 0;
}

/*
 * Told while it waited. True: the thread has the file. It may have come back
 * at this very moment: then its answer counts, and the task is told later.
 */
static bool leave(struct loose_read *loose, struct future *future, int status)
{
	if (future_cancel(future)) {
		loose->request.result = status; /* it has not begun */
		return false;
	}
	if (!atomic_exchange(&loose->one_has_gone, true))
		return true;
	task_throw(task_self(), status);
	return false;
}

/* Returns 0: see the request's result; or what the task was told: it is lost */
static int await_loose(struct loose_read *loose, struct pool *pool)
{
	struct future *future;
	int status = pool_submit(pool, read_loosely, loose, &future);

	if (status < 0) {
		loose->request.result = status;
		return 0;
	}
	status = task_await(future, TASK_AWAIT_LEAVE, CLOCK_NEVER);
	if (status < 0 && !leave(loose, future, status))
		status = 0;
	future_unref(future);
	return status;
}

/* The bytes lie apart: the buffer is the task's, who may be gone. */
static struct loose_read *new_loose(const struct async_file *file, size_t size)
{
	struct loose_read *loose;
	size_t whole;

	if (__builtin_add_overflow(sizeof(*loose), size, &whole))
		return NULL;
	loose = malloc(whole);
	if (!loose)
		return NULL;
	*loose = (struct loose_read){.file = *file,
		.request = {.fn = read_it,
			.buffer = loose->bytes,
			.size = size,
			.result = -ESHUTDOWN}}; /* it stays if it never runs */
	loose->request.file = &loose->file;
	return loose;
}

static ssize_t read_apart(
	struct async_file *file, struct pool *pool, void *buffer, size_t size)
{
	struct loose_read *loose = new_loose(file, size);
	off_t result;
	int status;

	if (!loose)
		return -ENOMEM;
	*file = (struct async_file){.pool = file->pool, .busy = true};
	status = await_loose(loose, pool);
	file->busy = false;
	if (status < 0)
		return status;
	*file = loose->file;
	result = loose->request.result;
	if (result > 0)
		memcpy(buffer, loose->bytes, (size_t)result);
	free(loose);
	return result;
}

ssize_t async_file_read_or_leave(
	struct async_file *file, void *buffer, size_t size)
{
	struct pool *pool = file->pool;
	int status = check(file);

	if (status < 0)
		return status;
	if (!task_self())
		return async_file_read(file, buffer, size);
	status = task_take_thrown(task_self());
	if (status == 0 && !pool)
		status = to_thread_pool(&pool);
	return status < 0 ? status : read_apart(file, pool, buffer, size);
}

BODY(read_line)
{
	struct request *request = arg;
	struct async_file *file = request->file;
	FILE *stream = turn(file, READING);
	ssize_t n;

	(void)value, (void)failure;
	errno = 0;
	n = getline(&file->line, &file->line_size, stream);
	if (n >= 0)
		request->result = n;
	else
		request->result = feof(stream) ? 0 : -errno;
	return 0;
}

ssize_t async_file_line(struct async_file *file, const char **line)
{
	struct request request = {.file = file};
	off_t n = perform(read_line, &request);

	if (n > 0)
		*line = file->line;
	return n;
}

/* --- write --- */

BODY(write_it)
{
	struct request *request = arg;
	FILE *stream = turn(request->file, WRITING);
	size_t n = fwrite(request->bytes, 1, request->size, stream);

	(void)value, (void)failure;
	request->result = n < request->size ? -errno : (off_t)n;
	return 0;
}

ssize_t async_file_write(
	struct async_file *file, const void *bytes, size_t size)
{
	struct request request = {.file = file, .bytes = bytes, .size = size};

	return perform(write_it, &request);
}

BODY(flush_it)
{
	struct request *request = arg;

	(void)value, (void)failure;
	request->result = fflush(request->file->stream) ? -errno : 0;
	return 0;
}

int async_file_flush(struct async_file *file)
{
	struct request request = {.file = file};

	return (int)perform(flush_it, &request);
}

/* --- positions --- */

BODY(seek_it)
{
	struct request *request = arg;
	FILE *stream = request->file->stream;

	(void)value, (void)failure;
	request->file->direction = NEITHER;
	if (fseeko(stream, request->offset, request->whence))
		request->result = -errno;
	else
		request->result = ftello(stream);
	return 0;
}

off_t async_file_seek(struct async_file *file, off_t offset, int whence)
{
	struct request request = {
		.file = file, .offset = offset, .whence = whence};

	return perform(seek_it, &request);
}

BODY(truncate_it)
{
	struct request *request = arg;
	FILE *stream = request->file->stream;

	(void)value, (void)failure;
	if (fflush(stream) || ftruncate(fileno(stream), request->offset))
		request->result = -errno;
	return 0;
}

int async_file_truncate(struct async_file *file, off_t size)
{
	struct request request = {.file = file, .offset = size};

	return (int)perform(truncate_it, &request);
}
