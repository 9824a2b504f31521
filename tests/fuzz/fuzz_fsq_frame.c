/*
 * fuzz_fsq_frame - no bytes make the reader of frames read outside them, what
 * it accepts is the same when it is written again, and it never asks for more
 * than the largest frame
 */
#include "lib/fsq_frame.h"
#include "lib/must.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t write_again(const struct fsq_frame *frame, char *out)
{
	char queue[FSQ_NAME_SIZE], id[FSQ_NAME_SIZE];
	char text[FSQ_FRAME_TEXT_MAX + 1];
	enum fsq_nak nak;
	size_t n;

	switch (frame->type) {
	case FSQ_FRAME_HELLO:
		return fsq_frame_put_hello(out);
	case FSQ_FRAME_ITEM:
		fsq_frame_item(frame, queue, id);
		return fsq_frame_put_item(out, queue, id);
	case FSQ_FRAME_DATA:
		n = fsq_frame_put_data(out, frame->size);
		memcpy(out + n, frame->body, frame->size);
		return n + frame->size;
	case FSQ_FRAME_END:
		return fsq_frame_put_end(out, fsq_frame_end(frame));
	case FSQ_FRAME_ACK:
		fsq_frame_ack(frame, id);
		return fsq_frame_put_ack(out, id);
	case FSQ_FRAME_NAK:
		nak = fsq_frame_nak(frame, text);
		return fsq_frame_put_nak(out, nak, text);
	}
	must(!"a type of its own");
	return 0;
}

/* The text of a NAK ends at its first 0. */
static void check_same(const struct fsq_frame *frame, size_t size)
{
	static char out[FSQ_FRAME_MAX];
	size_t n = write_again(frame, out);

	if (frame->type == FSQ_FRAME_NAK &&
		memchr(frame->body + 1, '\0', frame->size - 1))
		return;
	must(n == size);
	must(!memcmp(out, frame->body - FSQ_FRAME_HEAD, n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data;
	struct fsq_frame frame;
	int n;

	while ((n = fsq_frame_read(at, size, &frame)) > 0) {
		must((size_t)n <= size && n <= FSQ_FRAME_MAX);
		must(frame.body == at + FSQ_FRAME_HEAD);
		check_same(&frame, (size_t)n);
		must(fsq_frame_read(at, (size_t)n - 1, &frame) == 0);
		at += n;
		size -= (size_t)n;
	}
	must(n < 0 || size < FSQ_FRAME_MAX);
	return 0;
}
