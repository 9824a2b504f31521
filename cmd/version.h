/*
 * version - what this program is and how it was built
 *
 * Threads:  any.
 * Blocking: for stdout.
 * Memory:   none.
 */
#ifndef CMD_VERSION_H
#define CMD_VERSION_H

#include <stdbool.h>

/* The one place that says where problems go; help and man page end with it. */
#define VERSION_BUGS \
	"Report bugs: the issue tracker of this project's repository"

/* Of this version, for the man pages; not the date of the build. */
#ifndef CONC_DATE
#define CONC_DATE "2025-01-01"
#endif

void version_print(bool as_json);

#endif
