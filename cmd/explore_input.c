/* What an explored program will read from its standard input. */
#include "cmd/explore.h"

#include "cmd/exit.h"
#include "cmd/interrupt.h"
#include "cmd/msg.h"
#include "cmd/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static char text[WIRE_MAX_INPUT + 1];

/* Returns the size, one too many for what is too long, or -errno. */
static ssize_t read_all(int fd)
{
	size_t size = 0;

	while (size < sizeof(text)) {
		ssize_t n = read(fd, text + size, sizeof(text) - size);

		if (n == 0)
			break;
		if (n > 0)
			size += (size_t)n;
		else if (errno != EINTR || interrupt_requested())
			return -errno;
	}
	return (ssize_t)size;
}

static int refuse(const char *name, ssize_t size)
{
	if (size < 0) {
		msg_error("cannot read %s: %s", text_quote(name).text,
			strerror((int)-size));
		msg_hint("name a file that can be read: --stdin FILE");
	} else {
		msg_error("%s has more than %d bytes", text_quote(name).text,
			WIRE_MAX_INPUT);
		msg_hint("explore it with a shorter input: --stdin FILE");
	}
	return EXIT_REFUSED;
}

static ssize_t read_file(const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t size;

	if (fd < 0)
		return -errno;
	size = read_all(fd);
	close(fd);
	return size;
}

int explore_input(const struct explore_options *chosen, struct build *build,
	struct portfolio_options *todo)
{
	ssize_t size = 0;

	if (chosen->input)
		size = read_file(chosen->input);
	else if (chosen->takes_stdin && build->calls.input &&
		 !isatty(STDIN_FILENO))
		size = read_all(STDIN_FILENO);
	if (size < 0 || (size_t)size > WIRE_MAX_INPUT)
		return refuse(
			chosen->input ? chosen->input : "standard input", size);
	todo->input = text;
	todo->input_size = (uint32_t)size;
	for (ssize_t i = 0; i < size; i++)
		build->hash = (build->hash ^ (unsigned char)text[i]) *
			      16777619U;
	return 0;
}
