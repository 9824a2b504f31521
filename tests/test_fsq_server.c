/* A server of items: what it takes, knows, refuses and cannot write. */
#include "lib/fsq_server.h"

#include "tests/fsq_fault.h"
#include "tests/fsq_talk.h"

enum {
	LINE_ITEMS = FSQ_FRAME_WINDOW
};

START_TEST(an_item_is_there_before_it_is_acknowledged)
{
	struct place place;
	struct host host;
	struct fsq_item item;
	char content[16];
	int fd;

	open_both(&place, &host);
	fd = host_connect(&host);
	say_hello(fd);
	expect_heard(&host, fd, "H");
	say_begin(fd, "q", ID);
	say_data(fd, "con");
	expect_heard(&host, fd, "");
	expect_counts(place.fsq, 0, 0, 0, 0);
	say_data(fd, "tent");
	say_end(fd, 7);
	expect_heard(&host, fd, "A");
	ck_assert_int_eq(fsq_claim(place.fsq, ID, &item), 0);
	ck_assert_int_eq(read(item.fd, content, sizeof(content)), 7);
	ck_assert_mem_eq(content, "content", 7);
	fsq_finish(&item, FSQ_END_DONE, NULL);
	close(fd);
	host_pump(&host);
	ck_assert_int_eq(host.ntook, 1);
	ck_assert_int_eq(host.nbroken, 0);
	ck_assert_uint_eq(fsq_server_nconnections(host.server), 0);
	close_both(&place, &host);
}
END_TEST

/* One byte at a time, and then all in one piece. */
START_TEST(pieces_do_not_matter)
{
	char out[4096];
	struct place place;
	struct host host;
	size_t n = 0;
	int fd;

	open_both(&place, &host);
	n += fsq_frame_put_hello(out);
	n += fsq_frame_put_item(out + n, "q", ID);
	n += fsq_frame_put_data(out + n, 5);
	memcpy(out + n, "bytes", 5);
	n += 5;
	n += fsq_frame_put_end(out + n, 5);
	fd = host_connect(&host);
	for (size_t i = 0; i < n; i++) {
		say(fd, out + i, 1);
		ck_assert_int_eq(fsq_server_step(host.server, clock_now()), 0);
	}
	expect_heard(&host, fd, "HA");
	close(fd);
	fd = host_connect(&host);
	say(fd, out, n);
	expect_heard(&host, fd, "HA");
	ck_assert_int_eq(host.nknew, 1);
	close(fd);
	expect_counts(place.fsq, 1, 0, 0, 0);
	close_both(&place, &host);
}
END_TEST

/* It waits, has been tried, has ended either way, was numbered. */
START_TEST(an_item_that_is_known_is_not_doubled)
{
	static const struct {
		enum fsq_folder folder;
		const char *name;
	} places[] = {
		{FSQ_QUEUE, "_20261121053427_0_22429_vm_0_a"},
		{FSQ_QUEUE, "_20261121053427_0_22429_vm_3_a"},
		{FSQ_DONE, "_20261121053427_0_22429_vm_0_a"},
		{FSQ_DONE, "_20261121053427_0_22429_vm_16_a"},
		{FSQ_FAIL, "_20261121053427_0_22429_vm_1_a"},
	};
	struct place place;
	struct host host;
	int fd;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		open_both(&place, &host);
		plant(place.fsq, places[i].folder, places[i].name, "same");
		fd = host_connect(&host);
		say_hello(fd);
		say_item(fd, "q", ID, "same");
		expect_heard(&host, fd, "HA");
		say_item(fd, "q", ID, "other");
		say_item(fd, "q", ID, "sam");
		say_item(fd, "q", ID, "same and more");
		expect_heard(&host, fd, "N5N5N5");
		ck_assert_int_eq(host.nknew, 1);
		ck_assert_int_eq(count_in(place.fsq, FSQ_QUEUE) +
					 count_in(place.fsq, FSQ_DONE) +
					 count_in(place.fsq, FSQ_FAIL),
			1);
		close(fd);
		close_both(&place, &host);
	}
}
END_TEST

/* Twice in one batch, and by two connections at the same time. */
START_TEST(an_item_that_comes_twice_at_once_is_there_once)
{
	struct place place;
	struct host host;
	int a, b;

	open_both(&place, &host);
	a = host_connect(&host);
	b = host_connect(&host);
	say_hello(a);
	say_item(a, "q", ID, "x");
	say_item(a, "q", ID, "x");
	say_hello(b);
	expect_heard(&host, a, "HAA");
	say_begin(a, "q", "_20261121053427_1_22429_vm_0_a");
	say_begin(b, "q", "_20261121053427_1_22429_vm_0_a");
	host_pump(&host);
	say_end(a, 0);
	host_pump(&host);
	say_end(b, 0);
	expect_heard(&host, a, "A");
	expect_heard(&host, b, "HN6");
	say_item(b, "q", "_20261121053427_1_22429_vm_0_a", "");
	expect_heard(&host, b, "A");
	expect_counts(place.fsq, 2, 0, 0, 0);
	close(a);
	close(b);
	close_both(&place, &host);
}
END_TEST

/* Answers come in the order of the items, whatever they are. */
START_TEST(what_is_refused_keeps_its_turn)
{
	static const char *const queues[] = {"q"};
	char name[FSQ_NAME_SIZE];
	struct place place;
	struct host host;
	int fd;

	place_open(&place);
	ck_assert_int_eq(
		fsq_install(&place.rules, "closed", &(struct fsq_install){0}),
		0);
	host_listen(&host, &place);
	host.options.queues = queues;
	host.options.nqueues = 1;
	host.options.content_max = 4;
	host_open(&host, &place);
	fd = host_connect(&host);
	say_hello(fd);
	say_item(fd, "q", ID, "1234");
	say_item(fd, "closed", ID, "");
	say_item(fd, "nosuch", ID, "12345");
	say_item(fd, "q", "nonsense", "");
	say_item(fd, "q", "_20261121053427_1_22429_vm_0_a", "12345");
	say_item(fd, "q", "_20261121053427_2_22429_vm_0_a", "");
	expect_heard(&host, fd, "HAN2N2N3N4A");
	expect_counts(place.fsq, 2, 0, 0, 0);
	for (int i = 0; i < 3 * LINE_ITEMS; i++) {
		snprintf(name, sizeof(name), "_20261121053428_%d_2_vm_0", i);
		say_item(fd, "q", name, "");
	}
	host_pump(&host);
	ck_assert_uint_eq(strlen(hear(fd)), 3 * LINE_ITEMS);
	expect_counts(place.fsq, 2 + 3 * LINE_ITEMS, 0, 0, 0);
	close(fd);
	close_both(&place, &host);
}
END_TEST

START_TEST(the_line_is_closed_on_who_does_not_keep_to_it)
{
	char out[FSQ_FRAME_ANSWER_MAX];
	struct place place;
	struct host host;

	open_both(&place, &host);
	for (int i = 0; i < 9; i++) {
		int fd = host_connect(&host);

		if (i == 0)
			say(fd, "GET / HTTP/1.1\r\n\r\n", 18);
		else if (i == 1)
			say_item(fd, "q", ID, "");
		else
			say_hello(fd);
		if (i == 2)
			say_hello(fd);
		if (i == 3)
			say_data(fd, "content of nothing");
		if (i == 4)
			say_end(fd, 0);
		if (i == 5)
			say(fd, out, fsq_frame_put_ack(out, "a"));
		if (i >= 6)
			say_begin(fd, "q", ID);
		if (i == 6)
			say_begin(fd, "q", ID);
		if (i == 7)
			say_end(fd, 1);
		if (i == 8)
			say(fd, "D\377\377\377\377", 5);
		expect_heard(&host, fd, i < 2 ? "N1$" : "HN1$");
		close(fd);
		ck_assert_uint_eq(fsq_server_nconnections(host.server), 0);
	}
	ck_assert_int_eq(host.nbroken, 9);
	expect_counts(place.fsq, 0, 0, 0, 0);
	close_both(&place, &host);
}
END_TEST

/* Whole items before it are there, and answered if anyone listens. */
START_TEST(half_an_item_leaves_nothing)
{
	struct place place;
	struct host host;
	int fd;

	open_both(&place, &host);
	fd = host_connect(&host);
	say_hello(fd);
	say_item(fd, "q", ID, "whole");
	say_begin(fd, "q", "_20261121053427_1_22429_vm_0_a");
	say_data(fd, "half");
	shutdown(fd, SHUT_WR);
	expect_heard(&host, fd, "HA$");
	close(fd);
	fd = host_connect(&host);
	say_hello(fd);
	say_begin(fd, "q", "_20261121053427_1_22429_vm_0_a");
	host_pump(&host);
	close(fd);
	host_pump(&host);
	ck_assert_int_eq(host.nbroken, 2);
	expect_counts(place.fsq, 1, 0, 0, 0);
	close_both(&place, &host);
}
END_TEST

/* The queue's disk fails: nothing is acknowledged, nothing half is left. */
START_TEST(what_cannot_be_written_is_refused)
{
	static const struct {
		enum fsq_call call;
		int error;
	} calls[] = {
		{FSQ_WRITE, -ENOSPC},
		{FSQ_FSYNC, -EIO},
		{FSQ_LINK, -EDQUOT},
		{FSQ_OPEN, -EMFILE},
	};
	struct place place;
	struct host host;
	int fd;

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		struct fault fault = {.call = (int)calls[i].call,
			.error = calls[i].error,
			.persistent = true};

		open_both(&place, &host);
		fd = host_connect(&host);
		say_hello(fd);
		say_item(fd, "q", "_20261121053427_1_22429_vm_0_a", "x");
		expect_heard(&host, fd, "HA");
		fault_set(&fault);
		say_item(fd, "q", ID, "x");
		expect_heard(&host, fd, "N7");
		fault_clear();
		expect_counts(place.fsq, 1, 0, 0, 0);
		close(fd);
		close_both(&place, &host);
	}
}
END_TEST

START_TEST(a_queue_that_goes_and_comes_back)
{
	struct place place;
	struct host host;
	int fd;

	open_both(&place, &host);
	fd = host_connect(&host);
	say_hello(fd);
	say_item(fd, "q", ID, "");
	expect_heard(&host, fd, "HA");
	ck_assert_int_eq(fsq_uninstall(&place.rules, "q"), 0);
	say_item(fd, "q", ID, "");
	expect_heard(&host, fd, "N2");
	ck_assert_int_eq(
		fsq_install(&place.rules, "q", &(struct fsq_install){0}), 0);
	say_item(fd, "q", ID, "");
	expect_heard(&host, fd, "A");
	place_reopen(&place);
	expect_counts(place.fsq, 1, 0, 0, 0);
	close(fd);
	close_both(&place, &host);
}
END_TEST

int main(void)
{
	return suite_run("fsq_server", 120,
		(const TTest *const[]){
			an_item_is_there_before_it_is_acknowledged,
			pieces_do_not_matter,
			an_item_that_is_known_is_not_doubled,
			an_item_that_comes_twice_at_once_is_there_once,
			what_is_refused_keeps_its_turn,
			the_line_is_closed_on_who_does_not_keep_to_it,
			half_an_item_leaves_nothing,
			what_cannot_be_written_is_refused,
			a_queue_that_goes_and_comes_back,
			NULL,
		});
}
