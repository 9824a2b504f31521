/* What hosts say to each other: written, read, cut short and broken. */
#include "lib/fsq_frame.h"

#include <errno.h>
#include <string.h>

#include "tests/suite.h"

/* Every beginning of it asks for more, and it is read whole with more behind
 * it. */
static void expect_whole(const char *data, size_t size)
{
	char more[FSQ_FRAME_MAX + 8];
	struct fsq_frame frame;

	for (size_t i = 0; i < size; i++)
		ck_assert_int_eq(fsq_frame_read(data, i, &frame), 0);
	ck_assert_int_eq(fsq_frame_read(data, size, &frame), (int)size);
	memcpy(more, data, size);
	memcpy(more + size, "garbage", 8);
	ck_assert_int_eq(fsq_frame_read(more, size + 8, &frame), (int)size);
}

static struct fsq_frame read_back(const char *data, size_t size)
{
	struct fsq_frame frame;

	expect_whole(data, size);
	ck_assert_int_eq(fsq_frame_read(data, size, &frame), (int)size);
	return frame;
}

START_TEST(what_is_written_is_read)
{
	char data[FSQ_FRAME_MAX], queue[FSQ_NAME_SIZE], id[FSQ_NAME_SIZE];
	char text[FSQ_FRAME_TEXT_MAX + 1];
	struct fsq_frame frame;

	frame = read_back(data, fsq_frame_put_hello(data));
	ck_assert_int_eq(frame.type, FSQ_FRAME_HELLO);
	frame = read_back(data, fsq_frame_put_item(data, "q", "_1_0_2_h_0"));
	fsq_frame_item(&frame, queue, id);
	ck_assert_str_eq(queue, "q");
	ck_assert_str_eq(id, "_1_0_2_h_0");
	frame = read_back(data, fsq_frame_put_end(data, UINT64_MAX - 1));
	ck_assert_uint_eq(fsq_frame_end(&frame), UINT64_MAX - 1);
	frame = read_back(data, fsq_frame_put_ack(data, "x\ny"));
	fsq_frame_ack(&frame, id);
	ck_assert_str_eq(id, "x\ny");
	frame = read_back(data, fsq_frame_put_nak(data, FSQ_NAK_BUSY, "later"));
	ck_assert_int_eq(fsq_frame_nak(&frame, text), FSQ_NAK_BUSY);
	ck_assert_str_eq(text, "later");
	frame = read_back(data, fsq_frame_put_nak(data, FSQ_NAK_FAILED, ""));
	ck_assert_int_eq(fsq_frame_nak(&frame, text), FSQ_NAK_FAILED);
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(the_longest_are_read)
{
	char data[FSQ_FRAME_MAX], name[FSQ_NAME_SIZE], long_text[1000];
	char queue[FSQ_NAME_SIZE], id[FSQ_NAME_SIZE];
	char text[FSQ_FRAME_TEXT_MAX + 1];
	struct fsq_frame frame;
	size_t n;

	memset(name, 'n', FSQ_NAME_MAX);
	name[FSQ_NAME_MAX] = '\0';
	frame = read_back(data, fsq_frame_put_item(data, name, name));
	fsq_frame_item(&frame, queue, id);
	ck_assert_str_eq(queue, name);
	ck_assert_str_eq(id, name);
	n = fsq_frame_put_ack(data, name);
	ck_assert_uint_le(n, FSQ_FRAME_ANSWER_MAX);
	frame = read_back(data, n);
	memset(long_text, 't', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	n = fsq_frame_put_nak(data, FSQ_NAK_SIZE, long_text);
	ck_assert_uint_le(n, FSQ_FRAME_ANSWER_MAX);
	frame = read_back(data, n);
	fsq_frame_nak(&frame, text);
	ck_assert_uint_eq(strlen(text), FSQ_FRAME_TEXT_MAX);
	n = fsq_frame_put_data(data, FSQ_FRAME_DATA_MAX);
	memset(data + n, 'd', FSQ_FRAME_DATA_MAX);
	ck_assert_int_eq(
		fsq_frame_read(data, sizeof(data), &frame), FSQ_FRAME_MAX);
	ck_assert_int_eq(fsq_frame_read(data, sizeof(data) - 1, &frame), 0);
}
END_TEST

static void expect_refused(const char *data, size_t size, int error)
{
	struct fsq_frame frame;

	ck_assert_int_eq(fsq_frame_read(data, size, &frame), error);
}

START_TEST(what_is_no_frame_is_refused)
{
	expect_refused("GET / HTTP/1.1\r\n", 16, -EBADMSG);
	expect_refused("G", 1, -EBADMSG);
	expect_refused("\0\0\0\0\0", 5, -EBADMSG);
	expect_refused("H\0\0\0\012conc fsq 2", 15, -EBADMSG);
	expect_refused("I\0\0\0\003q\0/", 8, -EBADMSG);
	expect_refused("I\0\0\0\003\0id", 8, -EBADMSG);
	expect_refused("I\0\0\0\003q\0.", 8, -EBADMSG);
	expect_refused("I\0\0\0\004q\0a\0", 9, -EBADMSG);
	expect_refused("I\0\0\0\003qid", 8, -EBADMSG);
	expect_refused("I\0\0\0\003qi\0", 8, -EBADMSG);
	expect_refused("A\0\0\0\003a/b", 8, -EBADMSG);
	expect_refused("A\0\0\0\003a\0b", 8, -EBADMSG);
	expect_refused("N\0\0\0\001\0", 6, -EBADMSG);
	expect_refused("N\0\0\0\001\010", 6, -EBADMSG);
	expect_refused("N\0\0\0\001\377", 6, -EBADMSG);
}
END_TEST

/* By the head alone, before anything of the body is there. */
START_TEST(a_size_that_cannot_be_is_refused_at_once)
{
	expect_refused("H\0\0\0\013", 5, -EMSGSIZE);
	expect_refused("H\0\0\0\011", 5, -EMSGSIZE);
	expect_refused("I\0\0\0\002", 5, -EMSGSIZE);
	expect_refused("I\0\0\002\000", 5, -EMSGSIZE);
	expect_refused("D\0\0\0\0", 5, -EMSGSIZE);
	expect_refused("D\0\1\0\1", 5, -EMSGSIZE);
	expect_refused("D\377\377\377\377", 5, -EMSGSIZE);
	expect_refused("E\0\0\0\7", 5, -EMSGSIZE);
	expect_refused("A\0\0\1\0", 5, -EMSGSIZE);
	expect_refused("A\0\0\0\0", 5, -EMSGSIZE);
	expect_refused("N\0\0\0\0", 5, -EMSGSIZE);
	expect_refused("N\0\0\0\172", 5, -EMSGSIZE);
	expect_refused("D\0\1\0\0", 5, 0);
}
END_TEST

int main(void)
{
	return suite_run("fsq_frame", 20,
		(const TTest *const[]){
			what_is_written_is_read,
			the_longest_are_read,
			what_is_no_frame_is_refused,
			a_size_that_cannot_be_is_refused_at_once,
			NULL,
		});
}
