#include "lib/async_file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/task.h"
#include "lib/to_thread.h"

enum {
	NEITHER,
	READING,
	WRITING
};

/* A call on its way to a thread and back. */
struct request {
	struct async_file *file;
	const char *path, *mode;
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

static off_t perform(future_fn fn, struct request *request)
{
	struct async_file *file = request->file;
	int status;

	if (file->busy)
		return -EBUSY;
	if (!file->stream)
		return -EBADF;
	file->busy = true;
	status = to_thread_or_here(file->pool, fn, request, NULL, NULL);
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

BODY(open_it)
{
	struct request *request = arg;

	(void)value, (void)failure;
	request->file->stream = fopen(request->path, request->mode);
	request->result = request->file->stream ? 0 : -errno;
	return 0;
}

int async_file_open(struct async_file *file, const char *path, const char *mode,
	struct pool *pool)
{
	char with_cloexec[8];
	struct request request = {
		.file = file, .path = path, .mode = with_cloexec};
	int status;

	*file = (struct async_file){.pool = pool};
	if (snprintf(with_cloexec, sizeof(with_cloexec), "%se", mode) >=
		(int)sizeof(with_cloexec))
		return -EINVAL;
	file->busy = true;
	status = to_thread_or_here(pool, open_it, &request, NULL, NULL);
	file->busy = false;
	return status < 0 ? status : (int)request.result;
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
