/*
 * fsq_frame - what one host says to another to hand items over
 *
 *	frame = type, 1 byte; size of the body, 4 bytes, highest first; body
 *
 *	HELLO	"conc fsq 1": first, from both sides
 *	ITEM	queue NUL id: an item begins
 *	DATA	up to 64 KiB of its content
 *	END	the size of the whole content, 8 bytes: it is to be published
 *
 *	ACK	id: that item is on the disk of the other side, for good
 *	NAK	reason, 1 byte; text: that item is not, or nothing at all is
 *
 * The answers come in the order of the items. A sender may send more items
 * before the first answer has come, but no more than FSQ_FRAME_WINDOW.
 *
 * An answer that is lost does no harm: the item is sent again under its id,
 * and who has an item of this id and content says ACK and keeps the one.
 *
 * All of this comes from strangers. A frame is refused by its head, as soon as
 * that shows a size that its type cannot have.
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   the caller's; a frame that was read points into the data.
 */
#ifndef LIB_FSQ_FRAME_H
#define LIB_FSQ_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "lib/fsq_name.h"

enum {
	FSQ_FRAME_HEAD = 5,
	FSQ_FRAME_DATA_MAX = 64 * 1024,
	FSQ_FRAME_MAX = FSQ_FRAME_HEAD + FSQ_FRAME_DATA_MAX,
	FSQ_FRAME_TEXT_MAX = 120, /* of a NAK */
	FSQ_FRAME_ANSWER_MAX = FSQ_FRAME_HEAD + FSQ_NAME_SIZE,
	FSQ_FRAME_WINDOW = 32 /* items without an answer */
};

enum fsq_frame_type {
	FSQ_FRAME_HELLO = 'H',
	FSQ_FRAME_ITEM = 'I',
	FSQ_FRAME_DATA = 'D',
	FSQ_FRAME_END = 'E',
	FSQ_FRAME_ACK = 'A',
	FSQ_FRAME_NAK = 'N'
};

enum fsq_nak {
	FSQ_NAK_PROTOCOL = 1, /* not as it is said above; the line is closed */
	FSQ_NAK_QUEUE, /* no such queue, or not for strangers */
	FSQ_NAK_NAME, /* not the name of an item */
	FSQ_NAK_SIZE, /* too much content */
	FSQ_NAK_CONFLICT, /* another item has the id */
	FSQ_NAK_BUSY, /* later */
	FSQ_NAK_FAILED /* the text says why */
};

struct fsq_frame {
	enum fsq_frame_type type;
	const char *body;
	size_t size;
};

/*
 * Read the frame that data begins with. Returns how many bytes it takes; 0:
 * more are needed; -EBADMSG: it is none, or not well formed; -EMSGSIZE: a size
 * that its type cannot have.
 */
int fsq_frame_read(const char *data, size_t size, struct fsq_frame *frame);

/* Of an ITEM that was read: both can be names of files. */
void fsq_frame_item(const struct fsq_frame *frame, char queue[FSQ_NAME_SIZE],
	char id[FSQ_NAME_SIZE]);

/* Of an ACK, the id. */
void fsq_frame_ack(const struct fsq_frame *frame, char id[FSQ_NAME_SIZE]);

/* Of an END, the size. */
uint64_t fsq_frame_end(const struct fsq_frame *frame);

/* Of a NAK; text is copied and ends with a 0. */
enum fsq_nak fsq_frame_nak(
	const struct fsq_frame *frame, char text[FSQ_FRAME_TEXT_MAX + 1]);

/*
 * Write a frame, all but the body of a DATA. Return its size, which is no more
 * than FSQ_FRAME_HEAD and what the names or the text take.
 */
size_t fsq_frame_put_hello(char *out);
size_t fsq_frame_put_item(char *out, const char *queue, const char *id);
size_t fsq_frame_put_data(char *out, size_t size);
size_t fsq_frame_put_end(char *out, uint64_t size);
size_t fsq_frame_put_ack(char *out, const char *id);
size_t fsq_frame_put_nak(char *out, enum fsq_nak nak, const char *text);

#endif
