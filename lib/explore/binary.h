/*
 * binary - look at a program that was built by somebody else
 *
 * Whether our runtime can be loaded before its libraries, and what it would
 * see then: every access where gcc built it with -fsanitize=thread, the calls
 * of pthread functions where it was built without.
 *
 * Threads:  any.
 * Blocking: reads the file.
 * Memory:   the caller's.
 */
#ifndef LIB_EXPLORE_BINARY_H
#define LIB_EXPLORE_BINARY_H

#include <stdbool.h>

enum {
	BINARY_NAME_SIZE = 32
};

struct binary {
	bool seen; /* it was built with -fsanitize=thread */
	char sanitizer[BINARY_NAME_SIZE]; /* the library it asks for then */
};

enum binary_error {
	BINARY_NO_ELF = 1,
	BINARY_BROKEN, /* begins as one, and is none */
	BINARY_OTHER_MACHINE,
	BINARY_UNSUPPORTED_MACHINE, /* this one: nobody wrote the stubs */
	BINARY_NO_PROGRAM, /* a library, an object */
	BINARY_STATIC, /* nothing can be loaded before its libraries */
	BINARY_OTHER_LIBC,
	BINARY_SANITIZER_INSIDE, /* clang's, or -static-libtsan */
	BINARY_OTHER_SANITIZER,
	BINARY_SETUID, /* nothing is loaded before those, for safety */
	BINARY_NOT_EXECUTABLE,
};

/* The file begins as an ELF file does; false, too, when it cannot be read. */
bool binary_is_elf(const char *path);

/* Returns 0, an enum binary_error, or -errno of a file that cannot be read. */
int binary_look(const char *path, struct binary *result);

#endif
