/* Items from one root to another, with each side killed at every call. */
#include "lib/fsq_push.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/fsq_fault.h"
#include "tests/fsq_host.h"

static struct {
	struct place from, to;
	struct host host;
} t;

static void open_all(void)
{
	place_open(&t.from);
	place_open(&t.to);
	host_listen(&t.host, &t.to);
}

static void close_all(void)
{
	fsq_address_remove(&t.host.address);
	close(t.host.listener);
	place_close(&t.from);
	place_close(&t.to);
}

static int push_to(int fd, struct fsq_pushed *pushed)
{
	const struct fsq_push push = {
		.queue = "q",
		.timeout_ns = 60 * CLOCK_NS_PER_S,
	};
	int error = fsq_push_all(t.from.fsq, fd, &push, pushed);

	close(fd);
	return error;
}

static int push(struct fsq_pushed *pushed)
{
	return push_to(host_connect(&t.host), pushed);
}

static pid_t serve(void)
{
	return host_fork(&t.host, &t.to, NULL, NULL);
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

static void enqueue_big(struct fsq *fsq, size_t size, char id[FSQ_NAME_SIZE])
{
	char *data = malloc(size);

	ck_assert_ptr_nonnull(data);
	for (size_t i = 0; i < size; i++)
		data[i] = (char)(i * 7 + i / 251);
	ck_assert_int_eq(fsq_enqueue(fsq, NULL, 0, data, size, id), 0);
	free(data);
}

static void expect_same_file(const char *id)
{
	char a[4096], b[4096];
	int from = openat(fsq_folder_fd(t.from.fsq, FSQ_DONE), id, O_RDONLY);
	int to = openat(fsq_folder_fd(t.to.fsq, FSQ_QUEUE), id, O_RDONLY);
	ssize_t n;

	ck_assert(from >= 0 && to >= 0);
	while ((n = read(from, a, sizeof(a))) > 0) {
		ck_assert_int_eq(read(to, b, sizeof(b)), n);
		ck_assert_mem_eq(a, b, n);
	}
	ck_assert_int_eq(read(to, b, sizeof(b)), 0);
	close(from);
	close(to);
}

START_TEST(all_that_waits_goes_over)
{
	struct fsq_pushed pushed;
	char big[FSQ_NAME_SIZE], id[FSQ_NAME_SIZE];
	pid_t pid;

	open_all();
	pid = serve();
	ck_assert_int_eq(push(&pushed), 0);
	ck_assert_uint_eq(pushed.ntaken, 0);
	enqueue_big(t.from.fsq, 300 * 1000, big);
	for (int i = 0; i < 100; i++)
		enqueue(t.from.fsq, "a b", "x/y", id);
	plant(t.from.fsq, FSQ_QUEUE, "nonsense", "");
	ck_assert_int_eq(push(&pushed), 0);
	ck_assert_uint_eq(pushed.ntaken, 101);
	ck_assert_uint_eq(pushed.nmalformed, 1);
	expect_counts(t.from.fsq, 0, 101, 1, 0);
	expect_counts(t.to.fsq, 101, 0, 0, 0);
	expect_same_file(big);
	expect_same_file(id);
	end(pid);
	close_all();
}
END_TEST

START_TEST(what_is_refused_waits)
{
	struct fsq_pushed pushed;
	pid_t pid;

	open_all();
	t.host.options.content_max = 10;
	pid = serve();
	enqueue(t.from.fsq, "a", NULL, NULL);
	enqueue_big(t.from.fsq, 100 * 1000, NULL);
	enqueue(t.from.fsq, "b", NULL, NULL);
	ck_assert_int_eq(push(&pushed), 0);
	ck_assert_uint_eq(pushed.ntaken, 2);
	ck_assert_uint_eq(pushed.nrefused, 1);
	expect_counts(t.from.fsq, 1, 2, 0, 0);
	expect_counts(t.to.fsq, 2, 0, 0, 0);
	ck_assert_int_eq(fsq_uninstall(&t.to.rules, "q"), 0);
	ck_assert_int_eq(push(&pushed), -ECONNREFUSED);
	expect_counts(t.from.fsq, 1, 2, 0, 0);
	end(pid);
	close_all();
}
END_TEST

struct killer {
	int at, ncalls;
};

/* Between two looks for an item nothing changes, and there are many. */
static int kill_at(enum fsq_call call, const char *name, void *arg)
{
	struct killer *killer = arg;

	if (call == FSQ_OPEN && strcmp(name, ".") != 0)
		return 0;
	if (killer->ncalls++ == killer->at)
		kill(getpid(), SIGKILL);
	return 0;
}

static void arm(void *arg)
{
	fsq_sys_set_hook(kill_at, arg);
}

/* The acknowledgement is lost with the server, wherever that dies; the next
 * push finds what it left, and each item is there once. */
START_TEST(a_server_killed_at_every_call)
{
	struct killer killer = {0};
	struct fsq_pushed pushed;
	int n = 0, error;
	pid_t pid;

	open_all();
	do {
		enqueue(t.from.fsq, "a", NULL, NULL);
		enqueue(t.from.fsq, "b", NULL, NULL);
		n += 2;
		pid = host_fork(&t.host, &t.to, arm, &killer);
		error = push(&pushed);
		end(pid);
		pid = serve();
		ck_assert_int_eq(push(&pushed), 0);
		end(pid);
		expect_counts(t.from.fsq, 0, n, 0, 0);
		ck_assert_int_eq(count_in(t.to.fsq, FSQ_QUEUE), n);
		killer.at++;
	} while (error);
	ck_assert_int_gt(killer.at, 10);
	close_all();
}
END_TEST

static void push_once(void *arg)
{
	struct fsq_pushed pushed;

	(void)arg;
	push(&pushed);
}

START_TEST(a_pusher_killed_at_every_call)
{
	struct fsq_pushed pushed;
	bool killed;
	int at = 0, n = 0;
	pid_t pid;

	open_all();
	pid = serve();
	do {
		enqueue(t.from.fsq, "a", NULL, NULL);
		enqueue(t.from.fsq, "b", NULL, NULL);
		n += 2;
		killed = killed_at(at++, push_once, NULL);
		ck_assert_int_eq(push(&pushed), 0);
		expect_counts(t.from.fsq, 0, n, 0, 0);
		ck_assert_int_eq(count_in(t.to.fsq, FSQ_QUEUE), n);
	} while (killed);
	ck_assert_int_gt(at, 10);
	end(pid);
	close_all();
}
END_TEST

/* What an enemy in the place of a server says, and whether he hangs up. */
static int push_to_enemy(
	const char *says, size_t size, bool hangs_up, struct fsq_pushed *pushed)
{
	const struct fsq_push how = {
		.queue = "q",
		.timeout_ns = hangs_up ? 60 * CLOCK_NS_PER_S
				       : CLOCK_NS_PER_S / 20,
	};
	int ends[2], error;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	ck_assert_int_eq(write(ends[1], says, size), (ssize_t)size);
	if (hangs_up)
		shutdown(ends[1], SHUT_WR);
	error = fsq_push_all(t.from.fsq, ends[0], &how, pushed);
	close(ends[0]);
	close(ends[1]);
	return error;
}

START_TEST(r27_a_hostile_server)
{
	static const struct {
		const char *says;
		size_t size;
		bool hangs_up;
		int error;
	} enemies[] = {
		{"", 0, true, -ECONNRESET},
		{"", 0, false, -ETIMEDOUT},
		{"HTTP/1.1 200 OK\r\n", 17, true, -EPROTO},
		{"H\0\0\0\12conc fsq 1", 15, false, -ETIMEDOUT},
		{"H\0\0\0\12conc fsq 1", 15, true, -ECONNRESET},
		{"H\0\0\0\12conc fsq 1A\0\0\0\1x", 21, true, -EPROTO},
		{"H\0\0\0\12conc fsq 1A\377\377\377\377", 20, true, -EPROTO},
		{"H\0\0\0\12conc fsq 1H\0\0\0\12conc fsq 1", 30, true, -EPROTO},
		{"H\0\0\0\12conc fsq 1D\0\1\0\0xxxxxxx", 27, false, -ETIMEDOUT},
		{"N\0\0\0\1\1", 6, true, -EPROTO},
		{"H\0\0\0\12conc fsq 1N\0\0\0\1\1", 21, true, -ECONNREFUSED},
		{"H\0\0\0\12conc fsq 1N\0\0\0\1\7", 21, true, 0},
	};
	struct fsq_pushed pushed;

	open_all();
	enqueue(t.from.fsq, "a", NULL, NULL);
	for (size_t i = 0; i < sizeof(enemies) / sizeof(*enemies); i++) {
		ck_assert_int_eq(push_to_enemy(enemies[i].says, enemies[i].size,
					 enemies[i].hangs_up, &pushed),
			enemies[i].error);
		ck_assert_uint_eq(pushed.ntaken, 0);
		expect_counts(t.from.fsq, 1, 0, 0, 0);
	}
	close_all();
}
END_TEST

/* More than what a connection holds, while nobody reads. */
START_TEST(a_server_that_does_not_read)
{
	struct fsq_pushed pushed;

	open_all();
	enqueue_big(t.from.fsq, 5 * 1000 * 1000, NULL);
	ck_assert_int_eq(
		push_to_enemy("H\0\0\0\12conc fsq 1", 15, false, &pushed),
		-ETIMEDOUT);
	expect_counts(t.from.fsq, 1, 0, 0, 0);
	close_all();
}
END_TEST

START_TEST(addresses)
{
	static const char *const good[] = {
		"127.0.0.1:1", ":65535", "[::1]:0", "/tmp/x", "./x"};
	static const char *const written[] = {
		"127.0.0.1:1", "127.0.0.1:65535", "[::1]:0", "/tmp/x", "./x"};
	static const char *const bad[] = {"", ":", "x",
		"127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:1x",
		"127.0.0.1:+1", "::1:80x", "a:b:80", "127.0.0.1:000001"};
	char out[FSQ_ADDRESS_SIZE], path[200];
	struct fsq_address address;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		ck_assert_int_eq(fsq_address_parse(good[i], &address), 0);
		fsq_address_format(&address, out);
		ck_assert_str_eq(out, written[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_int_eq(fsq_address_parse(bad[i], &address), -EINVAL);
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(fsq_address_parse(path, &address), -ENAMETOOLONG);
	fsq_address_format(&(struct fsq_address){.size = 0}, out);
	ck_assert_str_eq(out, "?");
}
END_TEST

START_TEST(a_port_that_is_taken_and_one_that_is_free)
{
	struct fsq_address first, second;
	int listener, fd;

	ck_assert_int_eq(fsq_address_parse("127.0.0.1:0", &first), 0);
	listener = fsq_address_listen(&first);
	ck_assert_int_ge(listener, 0);
	second = first;
	ck_assert_int_eq(fsq_address_listen(&second), -EADDRINUSE);
	fd = fsq_address_connect(&first, CLOCK_NEVER);
	ck_assert_int_ge(fd, 0);
	close(fd);
	close(listener);
	ck_assert_int_eq(
		fsq_address_connect(&first, CLOCK_NEVER), -ECONNREFUSED);
	listener = fsq_address_listen(&second);
	ck_assert_int_ge(listener, 0);
	close(listener);
}
END_TEST

/* A server's socket is not taken over, that of a dead one is, other files
 * never are; and only what is ours is removed. */
START_TEST(unix_sockets)
{
	struct fsq_address first, second;
	int listener, other;

	open_all();
	first = t.host.address;
	second = first;
	ck_assert_int_eq(fsq_address_listen(&second), -EADDRINUSE);
	close(t.host.listener);
	other = fsq_address_listen(&second);
	ck_assert_int_ge(other, 0);
	first.inode = 0;
	fsq_address_remove(&first);
	listener = fsq_address_connect(&second, CLOCK_NEVER);
	ck_assert_int_ge(listener, 0);
	close(listener);
	fsq_address_remove(&second);
	ck_assert_int_eq(fsq_address_connect(&second, CLOCK_NEVER), -ENOENT);
	close(other);
	plant(t.to.fsq, FSQ_TMP, "file", "text");
	snprintf(((struct sockaddr_un *)&first.where)->sun_path, 108,
		"%s/q/tmp/file", t.to.root);
	ck_assert_int_eq(fsq_address_listen(&first), -EADDRINUSE);
	ck_assert(is_in(t.to.fsq, FSQ_TMP, "file"));
	t.host.listener = dup(0);
	close_all();
}
END_TEST

int main(void)
{
	return suite_run("fsq_push", 120,
		(const TTest *const[]){
			all_that_waits_goes_over,
			what_is_refused_waits,
			a_server_killed_at_every_call,
			a_pusher_killed_at_every_call,
			r27_a_hostile_server,
			a_server_that_does_not_read,
			addresses,
			a_port_that_is_taken_and_one_that_is_free,
			unix_sockets,
			NULL,
		});
}
