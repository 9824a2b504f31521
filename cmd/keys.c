#include "cmd/keys.h"

#include <stdbool.h>
#include <termios.h>
#include <unistd.h>

static struct termios before;
static bool changed;

void keys_begin(void)
{
	struct termios now;

	if (changed || tcgetattr(STDIN_FILENO, &before) < 0)
		return;
	now = before;
	now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	now.c_cc[VMIN] = 1;
	now.c_cc[VTIME] = 0;
	changed = tcsetattr(STDIN_FILENO, TCSADRAIN, &now) == 0;
}

void keys_end(void)
{
	if (changed)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	changed = false;
}

char keys_read(void)
{
	char key;

	return read(STDIN_FILENO, &key, 1) == 1 ? key : '\0';
}
