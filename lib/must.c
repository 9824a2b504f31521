#include "lib/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void must_fail(
	const char *expression, int value, const char *file, int line)
{
	fprintf(stderr, "%s:%d: must hold: %s", file, line, expression);
	if (value)
		fprintf(stderr, " (returned %d: %s)", value,
			strerror(value < 0 ? -value : value));
	fputc('\n', stderr);
	abort();
}
