/*
 * fsq_address - where another host can be reached, and the way there
 *
 *	web1:4711   :4711   [::1]:4711	TCP; without a host, 127.0.0.1
 *	/run/mail.sock   ./sock		a UNIX socket: a path, with a '/' in it
 *
 * Threads:  any.
 * Blocking: fsq_address_parse where a name has to be looked up;
 *           fsq_address_connect until its deadline.
 * Memory:   the caller's; descriptors are the caller's to close.
 */
#ifndef LIB_FSQ_ADDRESS_H
#define LIB_FSQ_ADDRESS_H

#include <stdint.h>
#include <sys/socket.h>

enum {
	FSQ_ADDRESS_SIZE = 128 /* of one that is written, with its 0 */
};

struct fsq_address {
	struct sockaddr_storage where;
	socklen_t size;
	uint64_t inode; /* of a UNIX socket that we listen to */
};

/*
 * Returns 0; -EINVAL: neither a path nor a port from 0 to 65535 behind the last
 * ':'; -ENAMETOOLONG: a path of over 107 bytes; -ENOENT: there is no host of
 * that name; -EAGAIN: nobody could be asked for it; -ENOMEM.
 */
int fsq_address_parse(const char *text, struct fsq_address *address);

/* As parse takes it. What cannot be written, such as no address, is "?". */
void fsq_address_format(
	const struct fsq_address *address, char out[FSQ_ADDRESS_SIZE]);

/*
 * Listen there, without ever blocking in accept. Port 0 is any that is free,
 * and *address then has its number. A UNIX socket that nobody listens to any
 * longer is replaced. Returns the descriptor; -EADDRINUSE: somebody listens
 * there, or something else than a socket is in the place of one; -EACCES,
 * -EADDRNOTAVAIL, -ENOENT: no directory for the path, -EMFILE.
 */
int fsq_address_listen(struct fsq_address *address);

/* Remove a UNIX socket that we listened to, if the path is still that one. */
void fsq_address_remove(const struct fsq_address *address);

/*
 * A connection, whose reads and writes do not block. Returns the descriptor;
 * -ECONNREFUSED: nobody listens there; -ENOENT: nor is there a socket;
 * -ETIMEDOUT: the deadline of clock_now(); -EINTR: a signal was handled;
 * -EAGAIN: a UNIX socket that has too many who wait; -EHOSTUNREACH,
 * -ENETUNREACH, -EACCES, -EMFILE.
 */
int fsq_address_connect(
	const struct fsq_address *address, uint64_t deadline_ns);

#endif
