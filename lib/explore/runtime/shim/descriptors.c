/* What a descriptor is: the program has names for it, we have a number. */
#include "lib/explore/runtime/shim/shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MOST_PAIRS = 32, /* the last ones */
};

/* An array that was given to pipe or socketpair, and what it got. */
struct pair {
	const int *array;
	uint64_t pc;
	uint16_t below; /* as of a descriptor */
	ino_t inodes[2]; /* of a pipe the same */
};

/* A child has them as its parent had; another program, none. */
static struct pair pairs[MOST_PAIRS];
static unsigned npairs;

/*
 * In ints, from the upper end of the frame of the function that calls one of
 * these down to its array; 0: that has no frame, or the array is elsewhere.
 */
static uint16_t below_of(const int *array, const uintptr_t *frame)
{
	uintptr_t top, at = (uintptr_t)array;

#if !defined(__x86_64__)
	return 0;
#endif
	if (!shim_has_frames() || !shim_is_local(frame))
		return 0;
	top = frame[0] + 2 * sizeof(uintptr_t);
	return at > (uintptr_t)frame && at < top &&
			       (top - at) / sizeof(int) < UINT16_MAX
		       ? (uint16_t)((top - at) / sizeof(int))
		       : 0;
}

static void note_pair(const int *array, uint64_t pc, const void *frame)
{
	struct pair *pair = &pairs[npairs++ % MOST_PAIRS];
	struct stat st;

	*pair = (struct pair){
		.array = array, .pc = pc, .below = below_of(array, frame)};
	for (int i = 0; i < 2; i++)
		pair->inodes[i] = fstat(array[i], &st) == 0 ? st.st_ino : 0;
}

EXPORT int pipe2(int ends[2], int flags)
{
	int result = REAL(pipe2)(ends, flags);

	if (result == 0 && shim_has_lines())
		note_pair(ends, CALLER, __builtin_frame_address(0));
	return result;
}

EXPORT int pipe(int ends[2])
{
	int result = REAL(pipe)(ends);

	if (result == 0 && shim_has_lines())
		note_pair(ends, CALLER, __builtin_frame_address(0));
	return result;
}

EXPORT int socketpair(int domain, int type, int protocol, int ends[2])
{
	int result = REAL(socketpair)(domain, type, protocol, ends);

	if (result == 0 && shim_has_lines())
		note_pair(ends, CALLER, __builtin_frame_address(0));
	return result;
}

/* The number may have been given to something else since. */
static const struct pair *pair_of(ino_t inode)
{
	unsigned n = npairs < MOST_PAIRS ? npairs : MOST_PAIRS;

	for (unsigned i = 1; i <= n; i++) {
		const struct pair *pair = &pairs[(npairs - i) % MOST_PAIRS];

		if (pair->inodes[0] == inode || pair->inodes[1] == inode)
			return pair;
	}
	return NULL;
}

/* Where it has the number now; -1: nowhere, or that cannot be told. */
static int element_of(const struct pair *pair, int fd, ino_t inode)
{
	if (!shim_is_data(pair->array) && !shim_is_local(pair->array))
		return -1;
	for (int i = 0; i < 2; i++) {
		if (pair->array[i] == fd && pair->inodes[i] == inode)
			return i;
	}
	return -1;
}

static struct descriptor end_of(
	const struct pair *pair, int fd, const struct stat *st)
{
	int mode = REAL(fcntl)(fd, F_GETFL) & O_ACCMODE;
	int i = element_of(pair, fd, st->st_ino);

	if (i >= 0 && shim_is_data(pair->array))
		return (struct descriptor){.kind = DESCRIPTOR_IN,
			.at = (uint64_t)(uintptr_t)&pair->array[i]};
	if (i >= 0)
		return (struct descriptor){
			.kind = i ? DESCRIPTOR_SECOND : DESCRIPTOR_FIRST,
			.at = pair->pc,
			.below = pair->below};
	if (!S_ISFIFO(st->st_mode) || mode == O_RDWR)
		return (struct descriptor){.kind = DESCRIPTOR_UNKNOWN};
	return (struct descriptor){
		.kind = mode == O_RDONLY ? DESCRIPTOR_READS : DESCRIPTOR_WRITES,
		.at = pair->pc};
}

/* As it is called now, from the folder that we are in. */
static struct descriptor file_of(int fd)
{
	struct descriptor file = {.kind = DESCRIPTOR_FILE};
	char link[40], path[1024], folder[1024];
	size_t n, length;
	ssize_t size;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	size = readlink(link, path, sizeof(path) - 1);
	path[size > 0 ? size : 0] = '\0';
	n = getcwd(folder, sizeof(folder)) ? strlen(folder) : 0;
	if (n == 0 || strncmp(path, folder, n) != 0 || path[n] != '/')
		n = 0;
	else
		n++;
	length = strlen(path + n);
	if (!length || length >= sizeof(file.file) || strchr(path, ' '))
		return (struct descriptor){.kind = DESCRIPTOR_UNKNOWN};
	memcpy(file.file, path + n, length);
	return file;
}

struct descriptor shim_descriptor(int fd)
{
	const struct pair *pair;
	int error = errno;
	struct descriptor found = {.kind = DESCRIPTOR_UNKNOWN};
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		found = file_of(fd);
	} else if (fstat(fd, &st) == 0) {
		pair = pair_of(st.st_ino);
		if (pair)
			found = end_of(pair, fd, &st);
	}
	errno = error;
	return found;
}
