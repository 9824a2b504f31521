/* A line: its bytes, its frames and its time. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/fsq_server_impl.h"

enum {
	READS_MOST = 16 /* then others have a turn */
};

void line_tell(const struct line *line, enum fsq_server_event event,
	const char *id, const char *text)
{
	if (line->options->told)
		line->options->told(line->options->arg, event, line->peer,
			line->queue, id, text);
}

struct line *line_open(const struct fsq_rules *rules,
	const struct fsq_server_options *options, uint64_t *npublished, int fd,
	const struct fsq_address *peer)
{
	struct line *line = calloc(1, sizeof(*line));

	if (!line)
		return NULL;
	line->rules = rules;
	line->options = options;
	line->npublished = npublished;
	line->fd = fd;
	line->known = -1;
	fsq_address_format(peer, line->peer);
	line_renew_deadline(line);
	return line;
}

void line_close(struct line *line)
{
	line_abort_writing(line);
	line_end_item(line);
	while (line->nputs)
		fsq_put_abort(&line->puts[--line->nputs]);
	fsq_close(line->fsq);
	close(line->fd);
	free(line);
}

void line_protest(struct line *line, const char *text)
{
	line_publish(line);
	line->nout += fsq_frame_put_nak(
		line->out + line->nout, FSQ_NAK_PROTOCOL, text);
	line_tell(line, FSQ_SERVER_BROKE, "", text);
	line->closing = true;
}

static void take_hello(struct line *line)
{
	if (line->greeted) {
		line_protest(line, "a second greeting");
		return;
	}
	line->greeted = true;
	line->nout += fsq_frame_put_hello(line->out + line->nout);
}

static void take(struct line *line, const struct fsq_frame *frame)
{
	if (!line->greeted && frame->type != FSQ_FRAME_HELLO) {
		line_protest(line, "no greeting");
		return;
	}
	switch (frame->type) {
	case FSQ_FRAME_HELLO:
		take_hello(line);
		break;
	case FSQ_FRAME_ITEM:
		line_take_item(line, frame);
		break;
	case FSQ_FRAME_DATA:
		line_take_data(line, frame);
		break;
	case FSQ_FRAME_END:
		line_take_end(line, frame);
		break;
	default:
		line_protest(line, "an answer instead of an item");
	}
}

/* For all answers that one more frame can cause. */
static bool has_room(const struct line *line)
{
	return line->nout + (LINE_BATCH + 2) * FSQ_FRAME_ANSWER_MAX <=
	       sizeof(line->out);
}

static void take_frames(struct line *line)
{
	struct fsq_frame frame;
	size_t at = 0;
	int n = 0;

	while (!line->closing && has_room(line)) {
		n = fsq_frame_read(line->in + at, line->nin - at, &frame);
		if (n <= 0)
			break;
		take(line, &frame);
		at += (size_t)n;
	}
	if (n < 0)
		line_protest(line, "not a frame of conc fsq");
	line->nin -= at;
	memmove(line->in, line->in + at, line->nin);
}

static void break_off(struct line *line, const char *text)
{
	if (!line_is_idle(line))
		line_tell(line, FSQ_SERVER_BROKE, line->id, text);
	line->broken = true;
}

static void hang_up(struct line *line)
{
	line->hung_up = true;
	if (line->item != LINE_NO_ITEM || line->nin)
		line_tell(line, FSQ_SERVER_BROKE, line->id,
			"closed in the middle of an item");
	line->closing = true;
}

/* Returns whether there may be more. */
static bool read_some(struct line *line)
{
	ssize_t n = recv(line->fd, line->in + line->nin,
		sizeof(line->in) - line->nin, MSG_DONTWAIT);

	if (n > 0) {
		line->nin += (size_t)n;
		take_frames(line);
		return has_room(line) && !line->closing;
	}
	if (n == 0)
		hang_up(line);
	else if (errno != EAGAIN && errno != EINTR)
		break_off(line, strerror(errno));
	return n < 0 && errno == EINTR;
}

/* Those who have sent all that they will send before an answer get it. */
static void read_all(struct line *line)
{
	for (int i = 0; i < READS_MOST && read_some(line); i++)
		;
	if (has_room(line) && !line->broken)
		line_publish(line);
}

static void write_out(struct line *line)
{
	ssize_t n = send(
		line->fd, line->out, line->nout, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n >= 0) {
		line->nout -= (size_t)n;
		memmove(line->out, line->out + n, line->nout);
	} else if (errno != EAGAIN && errno != EINTR) {
		break_off(line, strerror(errno));
	}
}

short line_events(const struct line *line)
{
	bool reads = !line->hung_up && !line->closing && has_room(line);

	return (short)((reads ? POLLIN : 0) | (line->nout ? POLLOUT : 0));
}

void line_go_on(struct line *line, short events)
{
	if (events & (POLLERR | POLLNVAL)) {
		break_off(line, "the connection broke");
		return;
	}
	if (line_events(line) & POLLIN && events & (POLLIN | POLLHUP))
		read_all(line);
	if (line->nout && !line->broken)
		write_out(line);
	/* Room again: what came in before may have waited for it. */
	if (!line->broken && !line->closing && has_room(line)) {
		take_frames(line);
		line_publish(line);
	}
}

void line_expire(struct line *line)
{
	break_off(line, "too slow");
}

bool line_is_idle(const struct line *line)
{
	return line->item == LINE_NO_ITEM && !line->nputs && !line->nin &&
	       !line->nout;
}

bool line_is_over(const struct line *line)
{
	return line->broken || (line->closing && !line->nout);
}
