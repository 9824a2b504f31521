/*
 * fsq_host - a server for one queue of a test, in this process or in a child
 */
#ifndef TESTS_FSQ_HOST_H
#define TESTS_FSQ_HOST_H

#include "lib/clock.h"
#include "lib/fsq_address.h"
#include "lib/fsq_server.h"

#include <signal.h>
#include <sys/wait.h>

#include "tests/fsq_place.h"

struct host {
	struct fsq_address address;
	int listener;
	struct fsq_server *server;
	struct fsq_server_options options;
	int ntook, nknew, nrefused, nbroken, ncannot;
};

static inline void host_told(void *arg, enum fsq_server_event event,
	const char *peer, const char *queue, const char *id, const char *text)
{
	struct host *host = arg;

	(void)peer;
	(void)queue;
	(void)id;
	(void)text;
	host->ntook += event == FSQ_SERVER_TOOK;
	host->nknew += event == FSQ_SERVER_KNEW;
	host->nrefused += event == FSQ_SERVER_REFUSED;
	host->nbroken += event == FSQ_SERVER_BROKE;
	host->ncannot += event == FSQ_SERVER_CANNOT_ACCEPT;
}

/* At a UNIX socket in the place; the options may be changed before. */
static inline void host_listen(struct host *host, const struct place *place)
{
	char path[100];

	*host = (struct host){.options = {
				      .nconnections = 4,
				      .timeout_ns = 60 * CLOCK_NS_PER_S,
				      .content_max = 1000 * 1000,
				      .told = host_told,
				      .arg = host,
			      }};
	snprintf(path, sizeof(path), "%s/.socket", place->root);
	ck_assert_int_eq(fsq_address_parse(path, &host->address), 0);
	host->listener = fsq_address_listen(&host->address);
	ck_assert_int_ge(host->listener, 0);
}

static inline void host_open(struct host *host, const struct place *place)
{
	ck_assert_int_eq(fsq_server_open(&place->rules, host->listener,
				 &host->options, &host->server),
		0);
}

static inline void host_close(struct host *host)
{
	fsq_server_close(host->server);
	fsq_address_remove(&host->address);
	close(host->listener);
}

/* All that can be done without waiting. */
static inline void host_pump(struct host *host)
{
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(fsq_server_step(host->server, clock_now()), 0);
}

static inline int host_connect(const struct host *host)
{
	int fd = fsq_address_connect(&host->address, CLOCK_NEVER);

	ck_assert_int_ge(fd, 0);
	return fd;
}

/* A child that serves until it is killed. */
static inline pid_t host_fork(struct host *host, const struct place *place,
	void (*before)(void *arg), void *arg)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid)
		return pid;
	host->options.told = NULL;
	host_open(host, place);
	if (before)
		before(arg);
	for (;;)
		fsq_server_step(host->server, CLOCK_NEVER);
}

#endif
