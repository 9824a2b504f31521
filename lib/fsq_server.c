#include "lib/fsq_server.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/fsq_server_impl.h"

#define PAUSE_NS (CLOCK_NS_PER_S / 2)

struct fsq_server {
	struct fsq_rules rules;
	struct fsq_server_options options;
	int listener;
	bool draining;
	uint64_t paused_until_ns; /* no descriptors: accept nothing before */
	uint64_t told_ns; /* that last */
	struct line *lines;
	unsigned nlines;
	uint64_t npublished;
	struct pollfd *fds; /* the listener's, and one for each line */
};

int fsq_server_open(const struct fsq_rules *rules, int listener,
	const struct fsq_server_options *options, struct fsq_server **result)
{
	struct fsq_server *server = calloc(1, sizeof(*server));

	if (!server)
		return -ENOMEM;
	server->fds = calloc(options->nconnections + 1, sizeof(*server->fds));
	if (!server->fds) {
		free(server);
		return -ENOMEM;
	}
	server->rules = *rules;
	server->options = *options;
	server->listener = listener;
	*result = server;
	return 0;
}

/* Close a line that *at points to, and take it out of the list. */
static void drop(struct fsq_server *server, struct line **at)
{
	struct line *line = *at;

	*at = line->next;
	server->nlines--;
	line_close(line);
}

void fsq_server_close(struct fsq_server *server)
{
	if (!server)
		return;
	while (server->lines)
		drop(server, &server->lines);
	free(server->fds);
	free(server);
}

static bool accepts(const struct fsq_server *server)
{
	return !server->draining &&
	       server->nlines < server->options.nconnections &&
	       server->paused_until_ns <= clock_now();
}

/* Instead of asking again and again, and saying so each time. */
static void pause_accepting(struct fsq_server *server, int error)
{
	uint64_t now = clock_now();

	server->paused_until_ns = now + PAUSE_NS;
	if (!server->options.told ||
		(server->told_ns && now - server->told_ns < CLOCK_NS_PER_S))
		return;
	server->told_ns = now;
	server->options.told(server->options.arg, FSQ_SERVER_CANNOT_ACCEPT, "",
		"", "", strerror(error));
}

/* An answer does not wait for the one before it to be acknowledged. */
static void send_at_once(int fd)
{
	const int yes = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
}

static bool accept_one(struct fsq_server *server)
{
	struct fsq_address peer = {.size = sizeof(peer.where)};
	struct line *line;
	int fd = accept4(server->listener, (struct sockaddr *)&peer.where,
		&peer.size, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			errno == ENOMEM)
			pause_accepting(server, errno);
		return errno == EINTR || errno == ECONNABORTED;
	}
	send_at_once(fd);
	line = line_open(&server->rules, &server->options, &server->npublished,
		fd, &peer);
	if (!line) {
		close(fd);
		pause_accepting(server, ENOMEM);
		return false;
	}
	line->next = server->lines;
	server->lines = line;
	server->nlines++;
	return true;
}

static void accept_all(struct fsq_server *server)
{
	while (accepts(server) && accept_one(server))
		;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Fill in whom to wait for; returns until when at the latest. */
static uint64_t prepare(struct fsq_server *server, uint64_t deadline_ns)
{
	struct pollfd *fd = server->fds;

	*fd++ = (struct pollfd){
		.fd = accepts(server) ? server->listener : -1,
		.events = POLLIN,
	};
	if (server->paused_until_ns > clock_now())
		deadline_ns = earlier(deadline_ns, server->paused_until_ns);
	for (const struct line *line = server->lines; line; line = line->next) {
		*fd++ = (struct pollfd){
			.fd = line->fd,
			.events = line_events(line),
		};
		deadline_ns = earlier(deadline_ns, line->deadline_ns);
	}
	return deadline_ns;
}

static bool is_finished(
	const struct fsq_server *server, const struct line *line)
{
	return line_is_over(line) || (server->draining && line_is_idle(line));
}

/* Lines are in the order in which prepare met them. */
static void go_on(struct fsq_server *server)
{
	const struct pollfd *fd = server->fds + 1;
	struct line **at = &server->lines;
	uint64_t now = clock_now();

	while (*at) {
		struct line *line = *at;

		if (fd->revents)
			line_go_on(line, fd->revents);
		else if (line->deadline_ns <= now)
			line_expire(line);
		fd++;
		if (is_finished(server, line))
			drop(server, at);
		else
			at = &line->next;
	}
}

int fsq_server_step(struct fsq_server *server, uint64_t deadline_ns)
{
	uint64_t until = prepare(server, deadline_ns);
	int n = poll(server->fds, server->nlines + 1, clock_poll_ms(until));

	if (n < 0)
		return -errno;
	go_on(server);
	if (server->fds[0].revents)
		accept_all(server);
	return 0;
}

void fsq_server_drain(struct fsq_server *server)
{
	struct line **at = &server->lines;

	server->draining = true;
	while (*at) {
		if (line_is_idle(*at))
			drop(server, at);
		else
			at = &(*at)->next;
	}
}

unsigned fsq_server_nconnections(const struct fsq_server *server)
{
	return server->nlines;
}
