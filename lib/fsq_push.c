#include "lib/fsq_push.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/fsq_item.h"
#include "lib/fsq_scan.h"
#include "lib/fsq_sys.h"

struct pusher {
	const struct fsq_push *push;
	struct fsq_pushed *pushed;
	int fd;
	uint64_t deadline_ns; /* of what is sent or waited for now */
	bool refused; /* the queue as such: nothing more is sent */

	/* Sent and not answered, the oldest at first. */
	struct fsq_item window[FSQ_FRAME_WINDOW];
	size_t first, n;

	size_t nin;
	char in[4 * FSQ_FRAME_ANSWER_MAX];
};

static bool is_stopped(const struct pusher *p)
{
	return p->push->stopped && p->push->stopped(p->push->arg);
}

static void renew_deadline(struct pusher *p)
{
	p->deadline_ns = clock_now() + p->push->timeout_ns;
}

/* Signals that do not stop us are no reason to. */
static int wait_for(struct pusher *p, short events)
{
	struct pollfd ready = {.fd = p->fd, .events = events};
	int n = poll(&ready, 1, clock_poll_ms(p->deadline_ns));

	if (n < 0)
		return errno != EINTR || is_stopped(p) ? -errno : 0;
	return n ? 0 : -ETIMEDOUT;
}

static int send_all(struct pusher *p, const char *data, size_t size)
{
	while (size) {
		ssize_t n = send(
			p->fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
		int error;

		if (n >= 0) {
			data += n;
			size -= (size_t)n;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		error = wait_for(p, POLLOUT);
		if (error)
			return error;
	}
	return 0;
}

static int receive(struct pusher *p)
{
	ssize_t n = recv(
		p->fd, p->in + p->nin, sizeof(p->in) - p->nin, MSG_DONTWAIT);

	if (n > 0)
		p->nin += (size_t)n;
	if (n > 0 || (n < 0 && errno == EINTR))
		return 0;
	if (n == 0)
		return -ECONNRESET;
	return errno == EAGAIN ? wait_for(p, POLLIN) : -errno;
}

/* The next frame, which is in `in` until it is used up. */
static int await(struct pusher *p, struct fsq_frame *frame)
{
	int n, error = 0;

	while (!(n = fsq_frame_read(p->in, p->nin, frame)) && !error)
		error = p->nin < sizeof(p->in) ? receive(p) : -EPROTO;
	if (error)
		return error;
	return n < 0 ? -EPROTO : n;
}

static void use_up(struct pusher *p, int size)
{
	p->nin -= (size_t)size;
	memmove(p->in, p->in + size, p->nin);
}

static int greet(struct pusher *p)
{
	char hello[FSQ_FRAME_ANSWER_MAX];
	struct fsq_frame frame;
	int n, error;

	renew_deadline(p);
	error = send_all(p, hello, fsq_frame_put_hello(hello));
	if (error)
		return error;
	n = await(p, &frame);
	if (n < 0)
		return n;
	use_up(p, n);
	return frame.type == FSQ_FRAME_HELLO ? 0 : -EPROTO;
}

static struct fsq_item *take_oldest(struct pusher *p)
{
	struct fsq_item *item = &p->window[p->first];

	p->first = (p->first + 1) % FSQ_FRAME_WINDOW;
	p->n--;
	return item;
}

static void tell(const struct pusher *p, const char *id, enum fsq_nak nak,
	const char *text)
{
	if (p->push->told)
		p->push->told(p->push->arg, id, nak, text);
}

static int take_ack(struct pusher *p, const struct fsq_frame *frame)
{
	struct fsq_item *item;
	char id[FSQ_NAME_SIZE];

	fsq_frame_ack(frame, id);
	if (!p->n || strcmp(p->window[p->first].id, id) != 0)
		return -EPROTO;
	item = take_oldest(p);
	p->pushed->ntaken++;
	tell(p, item->id, 0, "");
	return fsq_finish(item, FSQ_END_DONE, NULL);
}

static int take_nak(struct pusher *p, const struct fsq_frame *frame)
{
	char text[FSQ_FRAME_TEXT_MAX + 1];
	enum fsq_nak nak = fsq_frame_nak(frame, text);
	struct fsq_item *item;

	if (nak == FSQ_NAK_PROTOCOL || !p->n) {
		tell(p, "", nak, text);
		return -ECONNREFUSED;
	}
	p->refused |= nak == FSQ_NAK_QUEUE;
	item = take_oldest(p);
	p->pushed->nrefused++;
	tell(p, item->id, nak, text);
	return fsq_finish(item, FSQ_END_RELEASE, NULL);
}

static int take_answer(struct pusher *p)
{
	struct fsq_frame frame;
	int n, error;

	renew_deadline(p);
	n = await(p, &frame);
	if (n < 0)
		return n;
	if (frame.type == FSQ_FRAME_ACK)
		error = take_ack(p, &frame);
	else if (frame.type == FSQ_FRAME_NAK)
		error = take_nak(p, &frame);
	else
		error = -EPROTO;
	use_up(p, n);
	return error;
}

static int send_content(struct pusher *p, int from, uint64_t *size)
{
	char frame[16 * 1024];
	ssize_t n;
	int error = 0;

	*size = 0;
	while (!error && (n = fsq_sys_read(from, frame + FSQ_FRAME_HEAD,
				  sizeof(frame) - FSQ_FRAME_HEAD))) {
		if (n < 0)
			return (int)n;
		fsq_frame_put_data(frame, (size_t)n);
		error = send_all(p, frame, FSQ_FRAME_HEAD + (size_t)n);
		*size += (uint64_t)n;
	}
	return error;
}

static int send_item(struct pusher *p, const struct fsq_item *item)
{
	char frame[FSQ_FRAME_HEAD + 2 * FSQ_NAME_SIZE];
	uint64_t size;
	int error;

	renew_deadline(p);
	error = send_all(
		p, frame, fsq_frame_put_item(frame, p->push->queue, item->id));
	if (!error)
		error = send_content(p, item->fd, &size);
	if (!error)
		error = send_all(p, frame, fsq_frame_put_end(frame, size));
	return error;
}

/* What the other side said before it went away may be the reason. */
static int ask_why(struct pusher *p, int error)
{
	while (error == -EPIPE || error == -ECONNRESET) {
		int answer = take_answer(p);

		if (answer == -EPIPE || answer == -ECONNRESET)
			break;
		if (answer)
			return answer;
	}
	return error;
}

static int push_item(struct pusher *p, struct fsq_item *item)
{
	int error;

	if (item->malformed) {
		p->pushed->nmalformed++;
		return fsq_finish(item, FSQ_END_FAIL, NULL);
	}
	p->window[(p->first + p->n++) % FSQ_FRAME_WINDOW] = *item;
	error = send_item(p, item);
	return error ? ask_why(p, error) : 0;
}

static int take_all_answers(struct pusher *p)
{
	int error = 0;

	while (p->n && !error)
		error = take_answer(p);
	return error;
}

/* What cannot be claimed stays, and is told of; what all of them would meet,
 * ends it. Descriptors may be lacking because of the items on their way. */
static int leave(struct pusher *p, const struct fsq_item *item, int error)
{
	if (error == -EMFILE || error == -ENFILE || error == -ENOMEM)
		return p->n ? take_all_answers(p) : error;
	if (error == -ENOENT)
		return error;
	p->pushed->nrefused++;
	tell(p, item->id, FSQ_NAK_FAILED, strerror(-error));
	return 0;
}

/* When the window is full, wait for all of it: the other side publishes in
 * batches, which are larger so. */
static int push_list(struct pusher *p, struct fsq_scan *scan)
{
	struct fsq_item item;
	int found, error = 0;

	while (!error && !p->refused && !is_stopped(p) &&
		(found = fsq_scan_next(scan, &item))) {
		if (found < 0)
			error = leave(p, &item, found);
		else if (found == FSQ_SCAN_ITEM)
			error = push_item(p, &item);
		else
			p->pushed->nmalformed++;
		if (!error && p->n == FSQ_FRAME_WINDOW)
			error = take_all_answers(p);
	}
	return error ? error : take_all_answers(p);
}

int fsq_push_all(struct fsq *fsq, int fd, const struct fsq_push *push,
	struct fsq_pushed *pushed)
{
	const struct fsq_scan_options options = {0};
	struct pusher p = {.push = push, .pushed = pushed, .fd = fd};
	struct fsq_scan *scan;
	int error = fsq_scan_open(&fsq, 1, &options, &scan);

	*pushed = (struct fsq_pushed){0};
	if (error)
		return error;
	error = fsq_scan_list(scan);
	if (!error)
		error = greet(&p);
	if (!error)
		error = push_list(&p, scan);
	while (p.n)
		fsq_finish(take_oldest(&p), FSQ_END_RELEASE, NULL);
	fsq_scan_close(scan);
	if (!error && p.refused)
		error = -ECONNREFUSED;
	return error;
}
