/* Items that come in over a line: written or compared, published, answered. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/fsq_impl.h"
#include "lib/fsq_item.h"
#include "lib/fsq_server_impl.h"
#include "lib/fsq_sys.h"
#include "lib/fsq_trigger.h"
#include "lib/must.h"

void line_renew_deadline(struct line *line)
{
	line->deadline_ns = clock_now() + line->options->timeout_ns;
}

/* No item is coming in any longer. */
void line_end_item(struct line *line)
{
	if (line->known >= 0)
		fsq_sys_close(line->known);
	line->known = -1;
	line->item = LINE_NO_ITEM;
	line_renew_deadline(line);
}

void line_abort_writing(struct line *line)
{
	if (line->item == LINE_WRITING)
		fsq_put_abort(&line->puts[line->nputs]);
}

static void acknowledge(
	struct line *line, enum fsq_server_event event, const char *id)
{
	must(line->nout + FSQ_FRAME_ANSWER_MAX <= sizeof(line->out));
	line->nout += fsq_frame_put_ack(line->out + line->nout, id);
	line_tell(line, event, id, "");
}

static void refuse(
	struct line *line, const char *id, enum fsq_nak nak, const char *text)
{
	must(line->nout + FSQ_FRAME_ANSWER_MAX <= sizeof(line->out));
	line->nout += fsq_frame_put_nak(line->out + line->nout, nak, text);
	line_tell(line, FSQ_SERVER_REFUSED, id, text);
}

static bool is_known(struct fsq *fsq, const char *id, uint64_t tries)
{
	int fd = fsq_find(fsq, id, tries, NULL);

	if (fd >= 0)
		fsq_sys_close(fd);
	return fd >= 0;
}

static void answer(struct line *line, const bool busy[LINE_BATCH], int error)
{
	for (size_t i = 0; i < line->nputs; i++) {
		const char *id = line->puts[i].id;

		if (busy[i])
			refuse(line, id, FSQ_NAK_BUSY,
				"another connection brings it too");
		else if (error)
			refuse(line, id, FSQ_NAK_FAILED, strerror(-error));
		else
			acknowledge(line, FSQ_SERVER_TOOK, id);
	}
}

/*
 * Publish what is whole, and answer. What another connection has published
 * since we looked is taken back: its content was never compared. It was tried
 * again since only if others have published at all.
 */
void line_publish(struct line *line)
{
	struct fsq_put kept[LINE_BATCH];
	bool busy[LINE_BATCH] = {false};
	bool alone = *line->npublished == line->seen;
	size_t nkept = 0;
	int error = 0;

	for (size_t i = 0; i < line->nputs; i++) {
		busy[i] = is_known(line->fsq, line->puts[i].id,
			alone ? 0 : FSQ_FIND_TRIES);
		if (busy[i])
			fsq_put_abort(&line->puts[i]);
		else
			kept[nkept++] = line->puts[i];
	}
	if (nkept)
		error = fsq_publish(kept, nkept);
	answer(line, busy, error);
	if (line->item == LINE_WRITING)
		line->puts[0] = line->puts[line->nputs];
	line->nputs = 0;
	*line->npublished += nkept;
	if (alone)
		line->seen = *line->npublished;
	if (nkept && !error && line->rules->use_trigger)
		fsq_trigger_pull(line->fsq); /* nobody has to listen */
}

static bool is_allowed(const struct line *line, const char *queue)
{
	const struct fsq_server_options *o = line->options;

	for (size_t i = 0; i < o->nqueues; i++)
		if (!strcmp(o->queues[i], queue))
			return true;
	return !o->nqueues;
}

/* Returns 0; -EPERM; errors of fsq_open. */
static int open_queue(struct line *line, const char *queue)
{
	int error;

	if (line->fsq && !strcmp(line->queue, queue) &&
		fsq_is_down(line->fsq) >= 0)
		return 0;
	line_publish(line);
	fsq_close(line->fsq);
	line->fsq = NULL;
	strcpy(line->queue, queue);
	error = is_allowed(line, queue)
			? fsq_open(line->rules, queue, &line->fsq)
			: -EPERM;
	return error;
}

static void skip(struct line *line, enum fsq_nak nak, const char *why)
{
	line->item = LINE_SKIPPING;
	line->nak = nak;
	snprintf(line->why, sizeof(line->why), "%s", why);
}

static void skip_queue(struct line *line, int error)
{
	switch (error) {
	case -EPERM:
		skip(line, FSQ_NAK_QUEUE, "not a queue that is served");
		break;
	case -ENOENT:
	case -ENOTDIR:
	case -EINVAL:
		skip(line, FSQ_NAK_QUEUE, "no such queue");
		break;
	default:
		skip(line, FSQ_NAK_FAILED, strerror(-error));
	}
}

static bool is_in_batch(const struct line *line, const char *id)
{
	for (size_t i = 0; i < line->nputs; i++)
		if (!strcmp(line->puts[i].id, id))
			return true;
	return false;
}

/* Descriptors that a batch holds may be all that is lacking. */
static int begin_put(struct line *line)
{
	int error = fsq_put_begin_id(
		line->fsq, line->id, &line->puts[line->nputs]);

	if ((error == -EMFILE || error == -ENFILE) && line->nputs) {
		line_publish(line);
		error = fsq_put_begin_id(
			line->fsq, line->id, &line->puts[line->nputs]);
	}
	return error;
}

static void begin_item(struct line *line)
{
	int error;

	if (is_in_batch(line, line->id))
		line_publish(line);
	if (!line->nputs)
		line->seen = *line->npublished;
	line->known = fsq_find(
		line->fsq, line->id, FSQ_FIND_TRIES, &line->where);
	if (line->known >= 0) {
		line->item = LINE_COMPARING;
		return;
	}
	error = line->known == -ENOENT ? begin_put(line) : line->known;
	line->known = -1;
	if (error)
		skip(line, FSQ_NAK_FAILED, strerror(-error));
	else
		line->item = LINE_WRITING;
}

void line_take_item(struct line *line, const struct fsq_frame *frame)
{
	char queue[FSQ_NAME_SIZE];
	struct fsq_name name;
	int error;

	if (line->item != LINE_NO_ITEM) {
		line_protest(line, "an item within an item");
		return;
	}
	line_renew_deadline(line);
	line->size = 0;
	fsq_frame_item(frame, queue, line->id);
	error = open_queue(line, queue);
	if (error)
		skip_queue(line, error);
	else if (fsq_name_decode(&line->rules->grammar, line->id,
			 strlen(line->id), &name))
		skip(line, FSQ_NAK_NAME, "not the name of an item");
	else
		begin_item(line);
}

/* Is this what comes next in the file that we have? */
static bool is_same(struct line *line, const struct fsq_frame *frame)
{
	char data[4096];
	size_t at = 0;

	while (at < frame->size) {
		size_t left = frame->size - at;
		ssize_t n = fsq_sys_read(line->known, data,
			left < sizeof(data) ? left : sizeof(data));

		if (n <= 0 || memcmp(data, frame->body + at, (size_t)n))
			return false;
		at += (size_t)n;
	}
	return true;
}

void line_take_data(struct line *line, const struct fsq_frame *frame)
{
	struct fsq_put *put = &line->puts[line->nputs];
	int error = 0;

	if (line->item == LINE_NO_ITEM) {
		line_protest(line, "content of no item");
		return;
	}
	line->size += frame->size;
	if (line->item == LINE_SKIPPING)
		return;
	if (line->size > line->options->content_max) {
		line_abort_writing(line);
		skip(line, FSQ_NAK_SIZE, "more content than is taken here");
	} else if (line->item == LINE_WRITING) {
		error = fsq_put_write(put, frame->body, frame->size);
	} else if (line->item == LINE_COMPARING && !is_same(line, frame)) {
		skip(line, FSQ_NAK_CONFLICT, "another item has this id");
	}
	if (error) {
		fsq_put_abort(put);
		skip(line, FSQ_NAK_FAILED, strerror(-error));
	}
}

/* It may have been published by one who was killed before it was durable. */
static int make_durable(struct line *line)
{
	int error = fsq_sync_queue(line->fsq);

	if (!error && line->where != FSQ_QUEUE)
		error = fsq_sync(line->fsq, line->fsq->folders[line->where]);
	return error;
}

static void end_comparing(struct line *line)
{
	char byte;
	int error;

	if (fsq_sys_read(line->known, &byte, 1) != 0) {
		refuse(line, line->id, FSQ_NAK_CONFLICT,
			"another item has this id");
		return;
	}
	error = make_durable(line);
	if (error)
		refuse(line, line->id, FSQ_NAK_FAILED, strerror(-error));
	else
		acknowledge(line, FSQ_SERVER_KNEW, line->id);
}

void line_take_end(struct line *line, const struct fsq_frame *frame)
{
	if (line->item == LINE_NO_ITEM) {
		line_protest(line, "the end of no item");
		return;
	}
	if (fsq_frame_end(frame) != line->size) {
		line_abort_writing(line);
		line_end_item(line);
		line_protest(line, "content of another size than was sent");
		return;
	}
	if (line->item == LINE_WRITING)
		line->nputs++;
	else
		line_publish(line);
	if (line->item == LINE_COMPARING)
		end_comparing(line);
	else if (line->item == LINE_SKIPPING)
		refuse(line, line->id, line->nak, line->why);
	line_end_item(line);
	if (line->nputs == LINE_BATCH)
		line_publish(line);
}
