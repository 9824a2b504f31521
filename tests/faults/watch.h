/*
 * watch - see how a child process ends, what it wrote, and who is left
 *
 * For programs that run a command many times and judge each run. The child
 * leads a process group of its own, and whoever watches is the subreaper of
 * what the child leaves behind. A memory file is one without a name.
 *
 * Threads:  one at a time.
 * Blocking: watch_child and watch_strays wait, ten seconds at most.
 * Memory:   none.
 */
#ifndef TESTS_FAULTS_WATCH_H
#define TESTS_FAULTS_WATCH_H

#include <stdbool.h>
#include <sys/types.h>

enum {
	WATCH_LIMIT_MS = 10000,
	WATCH_LINES_MAX = 20, /* of messages that one run may write */
};

/* A file descriptor; ends the program when there is none to be had. */
int memory_file(const char *name);
void memory_file_empty(int fd);
off_t memory_file_size(int fd);
unsigned memory_file_lines(int fd);

/*
 * Its wait status, or -1 when it had to be killed. After so many milliseconds
 * it is interrupted, which is noted; 0 for never.
 */
int watch_child(pid_t pid, int interrupt_ms, bool *interrupted);

/* Whether processes stay. The kernel may need a moment to end them. */
bool watch_strays(void);

#endif
