#include "lib/explore/copies.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char write_hook[] = "__tsan_write", store_hook[] = "__tsan_store";
static const char read_hook[] = "__tsan_read", load_hook[] = "__tsan_load";

_Static_assert(sizeof(write_hook) == sizeof(store_hook) &&
		       sizeof(read_hook) == sizeof(load_hook),
	"each is written over the other");

/* From … to - 1, without the newline. */
struct line {
	char *from, *to;
};

static bool next_line(struct line *line, char *end)
{
	char *newline;

	line->from = line->to;
	if (line->from < end && *line->from == '\n')
		line->from++;
	if (line->from >= end)
		return false;
	newline = memchr(line->from, '\n', (size_t)(end - line->from));
	line->to = newline ? newline : end;
	return true;
}

static char *skip_spaces(char *p, const char *end)
{
	while (p < end && isspace((unsigned char)*p))
		p++;
	return p;
}

static bool begins(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) >= n && !memcmp(p, word, n);
}

/* A directive, a label for the debugger, a comment, or nothing. */
static bool is_no_instruction(const char *p, const char *end)
{
	return p == end || *p == '.' || *p == '#' || end[-1] == ':';
}

/* "call __tsan_write16": the name; NULL: it is something else. */
static char *hook_in(const struct line *line, const char *hook)
{
	char *p = skip_spaces(line->from, line->to);

	if (begins(p, line->to, "call"))
		p += strlen("call");
	else if (begins(p, line->to, "bl\t") || begins(p, line->to, "bl "))
		p += strlen("bl");
	else
		return NULL;
	p = skip_spaces(p, line->to);
	return begins(p, line->to, hook) ? p : NULL;
}

static const char *last_operand(const struct line *line)
{
	const char *p = line->to;

	while (p > line->from && p[-1] != ',' && !isspace((unsigned char)p[-1]))
		p--;
	return p;
}

/*
 * What only makes an address for the next hook; all else may be a store, or
 * the end of the line of instructions.
 */
static bool makes_address(const struct line *line)
{
	const char *p = skip_spaces(line->from, line->to);

	if (is_no_instruction(p, line->to))
		return true;
#if defined(__aarch64__)
	return !(begins(p, line->to, "st") || *p == 'b' || *p == 'c' ||
		 *p == 't' || begins(p, line->to, "ret"));
#else
	return begins(p, line->to, "cltq") ||
	       (*last_operand(line) == '%' && line->to[-1] != ')');
#endif
}

static size_t name_length(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && (isalnum((unsigned char)p[n]) || p[n] == '_'))
		n++;
	return n;
}

/* Of as many bytes; where that is an argument, it need not be looked at. */
static bool are_alike(const char *write, const char *read, const char *end)
{
	size_t skipped = strlen(write_hook), n = name_length(write, end);

	write += skipped;
	read += strlen(read_hook);
	return n > skipped && n - skipped == name_length(read, end) &&
	       !memcmp(write, read, n - skipped);
}

static void mark(char *text, char *end)
{
	struct line line = {text, text};
	char *write = NULL, *read, *found;

	while (next_line(&line, end)) {
		found = hook_in(&line, write_hook);
		read = hook_in(&line, read_hook);
		if (write && read && are_alike(write, read, end)) {
			memcpy(write, store_hook, strlen(store_hook));
			memcpy(read, load_hook, strlen(load_hook));
		}
		if (found)
			write = found;
		else if (!makes_address(&line))
			write = NULL;
	}
}

int copies_mark(const char *assembly)
{
	int fd = open(assembly, O_RDWR | O_CLOEXEC), error = 0;
	struct stat st;
	char *text;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0) {
		error = -errno;
	} else if (st.st_size > 0) {
		text = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE,
			MAP_SHARED, fd, 0);
		error = text == MAP_FAILED ? -errno : 0;
		if (!error) {
			mark(text, text + st.st_size);
			munmap(text, (size_t)st.st_size);
		}
	}
	close(fd);
	return error;
}
