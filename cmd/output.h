/*
 * output - make sure that results reach stdout, or say that they did not
 *
 * Threads:  one.
 * Blocking: for the last write.
 * Memory:   none.
 */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

/*
 * Call first: give descriptors 0 to 2 that are closed something on which
 * reads and writes fail, so that no file opened later takes their place.
 */
void output_prepare(void);

/*
 * Say that stdout could not be written, for this reason, or for no known one
 * when error is 0. Returns EXIT_REFUSED.
 */
int output_refuse(int error);

/*
 * Call last: flush and close stdout. Returns code, or EXIT_REFUSED after
 * saying why when something was not written.
 */
int output_finish(int code);

#endif
