/*
 * filewatch - learn that a file has been saved
 *
 * The folder of the file is watched (inotify), since many editors save by
 * writing a new file and renaming it over the old one. Where the system cannot
 * do that, or --poll asks for it, the file is looked at twice a second. A save
 * counts when nothing more has happened for 200 ms: editors write in several
 * steps.
 *
 * Threads:  one.
 * Blocking: filewatch_wait only.
 * Memory:   the caller's struct.
 */
#ifndef CMD_FILEWATCH_H
#define CMD_FILEWATCH_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

struct filewatch {
	char path[PATH_MAX];
	int fd; /* of inotify, or -1 */
	struct stat seen;
	bool there;
};

enum filewatch_event {
	FILEWATCH_SAVED,
	FILEWATCH_INPUT, /* stdin can be read, or is at its end */
	FILEWATCH_SIGNAL, /* a handler ran */
};

/*
 * Begin; poll: do not ask the system. Returns 0, or the negative errno for
 * which it will look twice a second instead.
 */
int filewatch_open(struct filewatch *watch, const char *path, bool poll);
void filewatch_close(struct filewatch *watch);

/* Wait for one of these; stdin is looked at only when keys are wanted. */
enum filewatch_event filewatch_wait(struct filewatch *watch, bool keys);

#endif
