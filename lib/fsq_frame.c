#include "lib/fsq_frame.h"

#include <errno.h>
#include <string.h>

#include "lib/must.h"

static const char hello[] = "conc fsq 1";

enum {
	HELLO_SIZE = sizeof(hello) - 1,
	END_SIZE = 8,
	SIZE_AT = 1 /* in a head, behind the type */
};

static uint64_t read_number(const char *at, size_t size)
{
	uint64_t number = 0;

	for (size_t i = 0; i < size; i++)
		number = number << 8 | (unsigned char)at[i];
	return number;
}

static void write_number(char *at, size_t size, uint64_t number)
{
	for (size_t i = size; i--; number >>= 8)
		at[i] = (char)(number & 0xff);
}

/* The sizes that a body may have; false: there is no such type. */
static bool limits(char type, size_t *least, size_t *most)
{
	switch (type) {
	case FSQ_FRAME_HELLO:
		*least = *most = HELLO_SIZE;
		return true;
	case FSQ_FRAME_ITEM:
		*least = 3;
		*most = 2 * FSQ_NAME_MAX + 1;
		return true;
	case FSQ_FRAME_DATA:
		*least = 1;
		*most = FSQ_FRAME_DATA_MAX;
		return true;
	case FSQ_FRAME_END:
		*least = *most = END_SIZE;
		return true;
	case FSQ_FRAME_ACK:
		*least = 1;
		*most = FSQ_NAME_MAX;
		return true;
	case FSQ_FRAME_NAK:
		*least = 1;
		*most = 1 + FSQ_FRAME_TEXT_MAX;
		return true;
	default:
		return false;
	}
}

/* A name that could be one of a file, without a 0 at its end. */
static bool is_name(const char *at, size_t size)
{
	char name[FSQ_NAME_SIZE];

	if (size > FSQ_NAME_MAX || memchr(at, '\0', size))
		return false;
	memcpy(name, at, size);
	name[size] = '\0';
	return fsq_name_plain(name);
}

static bool is_item(const char *body, size_t size)
{
	const char *nul = memchr(body, '\0', size);
	size_t queue_size = nul ? (size_t)(nul - body) : 0;

	return nul && is_name(body, queue_size) &&
	       is_name(nul + 1, size - queue_size - 1);
}

static bool is_nak(const char *body)
{
	return *body >= FSQ_NAK_PROTOCOL && *body <= FSQ_NAK_FAILED;
}

static bool is_well_formed(const struct fsq_frame *frame)
{
	switch (frame->type) {
	case FSQ_FRAME_HELLO:
		return !memcmp(frame->body, hello, HELLO_SIZE);
	case FSQ_FRAME_ITEM:
		return is_item(frame->body, frame->size);
	case FSQ_FRAME_ACK:
		return is_name(frame->body, frame->size);
	case FSQ_FRAME_NAK:
		return is_nak(frame->body);
	default:
		return true;
	}
}

int fsq_frame_read(const char *data, size_t size, struct fsq_frame *frame)
{
	size_t least, most, body;

	if (!size)
		return 0;
	if (!limits(*data, &least, &most))
		return -EBADMSG;
	if (size < FSQ_FRAME_HEAD)
		return 0;
	body = read_number(data + SIZE_AT, FSQ_FRAME_HEAD - SIZE_AT);
	if (body < least || body > most)
		return -EMSGSIZE;
	if (size - FSQ_FRAME_HEAD < body)
		return 0;
	*frame = (struct fsq_frame){
		.type = (enum fsq_frame_type) * data,
		.body = data + FSQ_FRAME_HEAD,
		.size = body,
	};
	return is_well_formed(frame) ? FSQ_FRAME_HEAD + (int)body : -EBADMSG;
}

static void copy(char *out, const char *from, size_t size)
{
	memcpy(out, from, size);
	out[size] = '\0';
}

void fsq_frame_item(const struct fsq_frame *frame, char queue[FSQ_NAME_SIZE],
	char id[FSQ_NAME_SIZE])
{
	size_t size = strnlen(frame->body, frame->size);

	must(frame->type == FSQ_FRAME_ITEM && size < frame->size);
	copy(queue, frame->body, size);
	copy(id, frame->body + size + 1, frame->size - size - 1);
}

void fsq_frame_ack(const struct fsq_frame *frame, char id[FSQ_NAME_SIZE])
{
	must(frame->type == FSQ_FRAME_ACK);
	copy(id, frame->body, frame->size);
}

uint64_t fsq_frame_end(const struct fsq_frame *frame)
{
	must(frame->type == FSQ_FRAME_END);
	return read_number(frame->body, END_SIZE);
}

enum fsq_nak fsq_frame_nak(
	const struct fsq_frame *frame, char text[FSQ_FRAME_TEXT_MAX + 1])
{
	must(frame->type == FSQ_FRAME_NAK);
	copy(text, frame->body + 1, frame->size - 1);
	return (enum fsq_nak) * frame->body;
}

static size_t put_head(char *out, enum fsq_frame_type type, size_t size)
{
	*out = (char)type;
	write_number(out + SIZE_AT, FSQ_FRAME_HEAD - SIZE_AT, size);
	return FSQ_FRAME_HEAD;
}

size_t fsq_frame_put_hello(char *out)
{
	size_t n = put_head(out, FSQ_FRAME_HELLO, HELLO_SIZE);

	memcpy(out + n, hello, HELLO_SIZE);
	return n + HELLO_SIZE;
}

size_t fsq_frame_put_item(char *out, const char *queue, const char *id)
{
	size_t queue_size = strlen(queue) + 1, id_size = strlen(id);
	size_t n = put_head(out, FSQ_FRAME_ITEM, queue_size + id_size);

	memcpy(out + n, queue, queue_size);
	memcpy(out + n + queue_size, id, id_size);
	return n + queue_size + id_size;
}

size_t fsq_frame_put_data(char *out, size_t size)
{
	must(size && size <= FSQ_FRAME_DATA_MAX);
	return put_head(out, FSQ_FRAME_DATA, size);
}

size_t fsq_frame_put_end(char *out, uint64_t size)
{
	size_t n = put_head(out, FSQ_FRAME_END, END_SIZE);

	write_number(out + n, END_SIZE, size);
	return n + END_SIZE;
}

size_t fsq_frame_put_ack(char *out, const char *id)
{
	size_t size = strlen(id), n = put_head(out, FSQ_FRAME_ACK, size);

	memcpy(out + n, id, size);
	return n + size;
}

size_t fsq_frame_put_nak(char *out, enum fsq_nak nak, const char *text)
{
	size_t size = strnlen(text, FSQ_FRAME_TEXT_MAX);
	size_t n = put_head(out, FSQ_FRAME_NAK, 1 + size);

	out[n] = (char)nak;
	memcpy(out + n + 1, text, size);
	return n + 1 + size;
}
