/*
 * build - make an explorable program of somebody's C files
 *
 * The files are compiled as they are, but with hooks at each access
 * (-fsanitize=thread), linked with the runtime of lib/explore/runtime instead
 * of the sanitizer's. In the program's objects alone, the functions that the
 * runtime stands in for are renamed: pthread_create becomes
 * __conc_pthread_create, and main __conc_main.
 *
 * A program that is there already is taken as it is, and our runtime loaded
 * before its libraries, in the place of the sanitizer's if it has that one.
 *
 * Threads:  one.
 * Blocking: runs the compiler, which writes its messages to stderr.
 * Memory:   build_make makes a folder of temporary files, build_remove removes
 *           it. The texts in struct build live until then.
 */
#ifndef LIB_EXPLORE_BUILD_H
#define LIB_EXPLORE_BUILD_H

#include "lib/box.h"
#include "lib/explore/binary.h"
#include "lib/explore/calls.h"
#include "lib/explore/wire.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	BUILD_MAX_FILES = 64,
	BUILD_MAX_FLAGS = 128,
	BUILD_PATH_SIZE = 512,
	BUILD_MAX_OPTIMISE = 9,
};

struct build_options {
	const char *compiler; /* "cc" */
	unsigned optimise; /* 0 … BUILD_MAX_OPTIMISE: -O0, -O1, ... */
	const struct box_options *box; /* for the compiler and its program */
	unsigned nfiles, nflags;
	const char *files[BUILD_MAX_FILES]; /* sources and objects */
	bool processes; /* it is to be explored as several processes */
	bool native; /* an ordinary program, which cannot be explored */
	bool binary; /* files[0] is a program, and nothing is to be built */
	const char *invariant; /* an expression, or a function; NULL: none */
	bool at_rest; /* it holds while nobody holds a lock */
	const char *flags[BUILD_MAX_FLAGS]; /* -I, -D, -l, ... */
};

struct build {
	char folder[BUILD_PATH_SIZE];
	char program[BUILD_PATH_SIZE];
	uint32_t hash; /* of what is in the source files */
	char preload[BUILD_PATH_SIZE]; /* to load before its libraries, or "" */
	struct calls calls; /* of a program from its sources */
	bool unseen; /* what it does to memory */
	unsigned nmargins; /* room behind variables; see margin.h */
	struct wire_margin margins[WIRE_MAX_MARGINS];
};

enum build_error {
	BUILD_DOES_NOT_COMPILE = 1, /* the compiler has said why */
	BUILD_DOES_NOT_LINK,
	BUILD_NO_COMPILER,
	BUILD_NO_OBJCOPY,
	BUILD_NO_MAIN,
	BUILD_TWO_MAINS, /* or more */
	BUILD_BAD_INVARIANT, /* likewise, or the first file is bad */
	BUILD_NO_BINARY = 100, /* plus an enum binary_error: why not */
};

/*
 * Returns 0, an enum build_error, or -errno of a file that could not be
 * read or made. After any failure there is nothing to remove.
 */
int build_make(const struct build_options *options, struct build *result);

/* An object or archive that somebody else compiled. */
bool build_is_object(const char *file);

/* Leaves no file behind; for signal paths too. */
void build_remove(struct build *build);

/* Hash the files; -errno when one cannot be read, *which says which. */
int build_hash(
	const struct build_options *options, uint32_t *result, unsigned *which);

#endif
