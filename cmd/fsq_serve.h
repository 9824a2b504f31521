/*
 * fsq_serve - what the verbs push and serve agree upon
 *
 * Threads:  one.
 * Blocking: serve_parse, where a name has to be looked up.
 * Memory:   none.
 */
#ifndef CMD_FSQ_SERVE_H
#define CMD_FSQ_SERVE_H

#include "lib/fsq_address.h"

#define SERVE_PORT "3777"

enum {
	SERVE_TIMEOUT_S = 30,
	SERVE_TIMEOUT_MOST_S = 24 * 60 * 60
};

/* HOST alone has the usual port. Returns 0, or an exit code; it was said. */
int serve_parse(const char *text, struct fsq_address *address);

#endif
