/* A server of items among the slow, the many and the strange. */
#include <sys/resource.h>

#include "lib/fsq_server.h"
#include "lib/rng.h"
#include "lib/sanitizer.h"
#include "tests/fsq_talk.h"

static uint64_t fake_now = CLOCK_NS_PER_S;

static uint64_t fake_clock(void)
{
	return fake_now;
}

/* A byte now and then buys no time, a whole item does. */
START_TEST(the_slow_are_let_go)
{
	struct place place;
	struct host host;
	int idle, slow, good;

	clock_set_source(fake_clock);
	open_both(&place, &host);
	idle = host_connect(&host);
	slow = host_connect(&host);
	good = host_connect(&host);
	say_hello(slow);
	say_hello(good);
	host_pump(&host);
	say_begin(slow, "q", ID);
	host_pump(&host);
	for (int second = 0; second < 60; second++) {
		fake_now += CLOCK_NS_PER_S;
		say_data(slow, ".");
		if (second == 30)
			say_item(good, "q", "_20261121053427_1_22429_vm_0_a",
				"");
		host_pump(&host);
	}
	ck_assert_str_eq(hear(idle), "$");
	ck_assert_str_eq(hear(slow), "H$");
	ck_assert_str_eq(hear(good), "HA");
	ck_assert_int_eq(host.nbroken, 1);
	ck_assert_uint_eq(fsq_server_nconnections(host.server), 1);
	fake_now += 60 * CLOCK_NS_PER_S;
	expect_heard(&host, good, "$");
	close(idle);
	close(slow);
	close(good);
	expect_counts(place.fsq, 1, 0, 0, 0);
	close_both(&place, &host);
	clock_set_source(NULL);
}
END_TEST

/* Who does not read is not read from, and let go in time. */
START_TEST(one_who_never_reads_takes_no_memory)
{
	char name[FSQ_NAME_SIZE], out[2 * FSQ_FRAME_ANSWER_MAX];
	struct place place;
	struct host host;
	int fd, n = 0;
	size_t size;

	clock_set_source(fake_clock);
	open_both(&place, &host);
	fd = host_connect(&host);
	say_hello(fd);
	do {
		snprintf(name, sizeof(name), "_20261121053428_%d_2_vm_0", n++);
		size = fsq_frame_put_item(out, "nosuch", name);
		size += fsq_frame_put_end(out + size, 0);
		host_pump(&host);
	} while (send(fd, out, size, MSG_NOSIGNAL | MSG_DONTWAIT) ==
			 (ssize_t)size &&
		 n < 1000 * 1000);
	ck_assert_int_lt(n, 1000 * 1000);
	fake_now += 61 * CLOCK_NS_PER_S;
	host_pump(&host);
	ck_assert_uint_eq(fsq_server_nconnections(host.server), 0);
	close(fd);
	close_both(&place, &host);
	clock_set_source(NULL);
}
END_TEST

START_TEST(too_many_wait_outside)
{
	struct place place;
	struct host host;
	int fds[5];

	open_both(&place, &host);
	for (int i = 0; i < 5; i++) {
		fds[i] = host_connect(&host);
		say_hello(fds[i]);
	}
	host_pump(&host);
	ck_assert_uint_eq(fsq_server_nconnections(host.server), 4);
	expect_heard(&host, fds[4], "");
	close(fds[0]);
	expect_heard(&host, fds[4], "H");
	for (int i = 1; i < 5; i++)
		close(fds[i]);
	close_both(&place, &host);
}
END_TEST

/* Nothing is accepted for a while instead of being tried all the time. */
START_TEST(r24_no_descriptors_to_accept_with)
{
	struct place place;
	struct host host;
	struct rlimit limit, none;
	int fd, n = 0, before;

	/* It accepts, sees the number, and closes what it accepted. */
	if (RUNNING_ON_VALGRIND)
		return;
	clock_set_source(fake_clock);
	open_both(&place, &host);
	fd = host_connect(&host);
	say_hello(fd);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = limit;
	none.rlim_cur = 3;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	for (; n < 100; n++)
		fsq_server_step(host.server, clock_now());
	before = host.ncannot;
	fake_now += CLOCK_NS_PER_S / 2;
	fsq_server_step(host.server, clock_now());
	fake_now += CLOCK_NS_PER_S / 2;
	fsq_server_step(host.server, clock_now());
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_int_eq(before, 1);
	ck_assert_int_eq(host.ncannot, 2);
	expect_heard(&host, fd, "");
	fake_now += CLOCK_NS_PER_S / 2;
	expect_heard(&host, fd, "H");
	close(fd);
	close_both(&place, &host);
	clock_set_source(NULL);
}
END_TEST

START_TEST(r26_draining_lets_items_end_and_nobody_in)
{
	struct place place;
	struct host host;
	int idle, busy;

	open_both(&place, &host);
	idle = host_connect(&host);
	busy = host_connect(&host);
	say_hello(idle);
	say_hello(busy);
	say_begin(busy, "q", ID);
	host_pump(&host);
	fsq_server_drain(host.server);
	ck_assert_uint_eq(fsq_server_nconnections(host.server), 1);
	ck_assert_str_eq(hear(idle), "H$");
	close(host_connect(&host));
	say_end(busy, 0);
	expect_heard(&host, busy, "HA$");
	ck_assert_uint_eq(fsq_server_nconnections(host.server), 0);
	close(idle);
	close(busy);
	expect_counts(place.fsq, 1, 0, 0, 0);
	close_both(&place, &host);
}
END_TEST

static size_t make_session(char *out)
{
	size_t n = fsq_frame_put_hello(out);

	for (int i = 0; i < 3; i++) {
		char name[FSQ_NAME_SIZE];

		snprintf(name, sizeof(name), "_20261121053427_%d_9_vm_0", i);
		n += fsq_frame_put_item(out + n, i == 1 ? "r" : "q", name);
		n += fsq_frame_put_data(out + n, 3);
		memcpy(out + n, "abc", 3);
		n += fsq_frame_put_end(out + n + 3, 3) + 3;
	}
	return n;
}

/* Sessions with a few bytes changed: whatever is said, the server goes on. */
START_TEST(strangers)
{
	char session[4096], out[4096];
	size_t size = make_session(session);
	struct place place;
	struct host host;
	struct rng rng;
	int fd;

	rng_init(&rng, 7);
	place_open(&place);
	place.rules.fast = true;
	host_listen(&host, &place);
	host_open(&host, &place);
	for (int i = 0; i < 2000; i++) {
		size_t cut = rng_below(&rng, size + 1);

		memcpy(out, session, size);
		for (uint64_t n = rng_below(&rng, 4); n; n--)
			out[rng_below(&rng, size)] = (char)rng_next(&rng);
		fd = host_connect(&host);
		send(fd, out, cut, MSG_NOSIGNAL);
		for (int k = 0; k < 4; k++)
			fsq_server_step(host.server, clock_now());
		close(fd);
		for (int k = 0; k < 2; k++)
			fsq_server_step(host.server, clock_now());
	}
	host_pump(&host);
	ck_assert_uint_eq(fsq_server_nconnections(host.server), 0);
	ck_assert_int_eq(count_in(place.fsq, FSQ_TMP), 0);
	fd = host_connect(&host);
	say_hello(fd);
	say_item(fd, "q", ID, "abc");
	expect_heard(&host, fd, "HA");
	close(fd);
	close_both(&place, &host);
}
END_TEST

int main(void)
{
	return suite_run("fsq_server_lines", 120,
		(const TTest *const[]){
			the_slow_are_let_go,
			one_who_never_reads_takes_no_memory,
			too_many_wait_outside,
			r24_no_descriptors_to_accept_with,
			r26_draining_lets_items_end_and_nobody_in,
			strangers,
			NULL,
		});
}
