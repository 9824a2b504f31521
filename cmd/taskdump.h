/*
 * taskdump - ^\ (SIGQUIT) writes the table of tasks to stderr
 *
 * The program goes on: system calls are restarted, and errno is left alone.
 * Nothing of the handler needs a lock that a deadlocked program might hold.
 *
 * Threads:  the main one, before others exist.
 * Blocking: never.
 * Memory:   none.
 */
#ifndef CMD_TASKDUMP_H
#define CMD_TASKDUMP_H

/* Enter the calling thread as "main", and catch the signal from now on. */
void taskdump_prepare(void);

#endif
