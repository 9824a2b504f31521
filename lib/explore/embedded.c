/* The Makefile says where the files are that it made. */
#include "lib/explore/embedded.h"

#define EMBED(name, file)                              \
	__asm__(".section .rodata\n"                   \
		".balign 16\n"                         \
		".globl " name "\n" name ":\n"         \
		".incbin \"" file "\"\n"               \
		".globl " name "_end\n" name "_end:\n" \
		".byte 0\n"                            \
		".previous\n")

EMBED("embedded_runtime", EXPLORE_RUNTIME);
EMBED("embedded_names", EXPLORE_NAMES);
EMBED("embedded_preload", EXPLORE_PRELOAD);
EMBED("embedded_shim", EXPLORE_SHIM);
