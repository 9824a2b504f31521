/*
 * fsq_talk - speak to a server frame by frame, and hear what it answers
 */
#ifndef TESTS_FSQ_TALK_H
#define TESTS_FSQ_TALK_H

#include <sys/socket.h>

#include "tests/fsq_host.h"

#define ID "_20261121053427_0_22429_vm_0_a"

static inline void say(int fd, const void *data, size_t size)
{
	ck_assert_int_eq(send(fd, data, size, MSG_NOSIGNAL), (ssize_t)size);
}

static inline void say_hello(int fd)
{
	char out[FSQ_FRAME_ANSWER_MAX];

	say(fd, out, fsq_frame_put_hello(out));
}

static inline void say_begin(int fd, const char *queue, const char *name)
{
	char out[FSQ_FRAME_HEAD + 2 * FSQ_NAME_SIZE];

	say(fd, out, fsq_frame_put_item(out, queue, name));
}

static inline void say_data(int fd, const char *text)
{
	char out[FSQ_FRAME_ANSWER_MAX];

	say(fd, out, fsq_frame_put_data(out, strlen(text)));
	say(fd, text, strlen(text));
}

static inline void say_end(int fd, uint64_t size)
{
	char out[FSQ_FRAME_ANSWER_MAX];

	say(fd, out, fsq_frame_put_end(out, size));
}

static inline void say_item(
	int fd, const char *queue, const char *name, const char *text)
{
	say_begin(fd, queue, name);
	if (*text)
		say_data(fd, text);
	say_end(fd, strlen(text));
}

/* The types of all frames that have come, such as "HAN", a dot for each NAK's
 * reason, and a '$' when that was all: "HN2$". */
static inline const char *hear(int fd)
{
	static char heard[256];
	static char in[1 << 16];
	size_t size = 0, at = 0, n = 0;
	ssize_t got;
	struct fsq_frame frame;
	int used;

	while ((got = recv(fd, in + size, sizeof(in) - size, MSG_DONTWAIT)) > 0)
		size += (size_t)got;
	while ((used = fsq_frame_read(in + at, size - at, &frame)) > 0) {
		heard[n++] = (char)frame.type;
		if (frame.type == FSQ_FRAME_NAK)
			heard[n++] = (char)('0' + *frame.body);
		at += (size_t)used;
	}
	ck_assert_uint_eq(at, size);
	if (got == 0)
		heard[n++] = '$';
	heard[n] = '\0';
	return heard;
}

static inline void expect_heard(struct host *host, int fd, const char *expected)
{
	host_pump(host);
	ck_assert_str_eq(hear(fd), expected);
}

static inline void open_both(struct place *place, struct host *host)
{
	place_open(place);
	host_listen(host, place);
	host_open(host, place);
}

static inline void close_both(struct place *place, struct host *host)
{
	host_close(host);
	place_close(place);
}

#endif
