/*
 * unretrieved - tell, at the end, of failures that nobody has asked for
 *
 * Threads:  the main one, when the command has returned.
 * Blocking: until every pool has ended, and for stderr.
 * Memory:   none.
 */
#ifndef CMD_UNRETRIEVED_H
#define CMD_UNRETRIEVED_H

void unretrieved_report(void);

#endif
