/*
 * fuzz_level - whatever the file of a level says, what is taken from it can be
 * shown on a terminal
 */
#include "cmd/level.h"
#include "cmd/text.h"
#include "lib/must.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct level level = {.best = -1};
	FILE *in = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;

	if (!in)
		return 0;
	level_read(&level, in);
	fclose(in);
	must(text_is_plain(level.title));
	must(level.par <= LEVEL_MOST && level.spurious <= LEVEL_MOST);
	return 0;
}
