/*
 * keys - single keys from the terminal, without Enter
 *
 * Between keys_begin and keys_end the terminal gives each key at once and does
 * not show it; ^C and ^Z stay signals. keys_end puts back what was there. The
 * caller is in between only while it waits: so a program that dies elsewhere
 * leaves the terminal as it was.
 *
 * Threads:  one.
 * Blocking: keys_read, until a key is pressed; poll stdin first.
 * Memory:   static.
 */
#ifndef CMD_KEYS_H
#define CMD_KEYS_H

/* Nothing happens where stdin is no terminal: keys are then bytes of it. */
void keys_begin(void);
void keys_end(void);

/* A key, or 0 at the end of the input or after a signal. */
char keys_read(void);

#endif
