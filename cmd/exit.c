#include "cmd/exit.h"

#include <stddef.h>

const struct exit_meaning exit_meanings[] = {
	{"0", "done, and the answer is good"},
	{"1", "done, and the answer is no"},
	{"2", "the command line or a setting is wrong; nothing was done"},
	{"3", "the system refused: a file, a port, memory, a missing tool"},
	{"124", "a time limit was reached"},
	{"128+N", "ended by signal N, such as 130 after ^C"},
	{NULL, NULL},
};
