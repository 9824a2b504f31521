#include "cmd/config.h"

#include "cmd/exit.h"
#include "cmd/msg.h"
#include "cmd/text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FILES = 3,
	WHERE_SIZE = PATH_MAX + 16,
};

/* The text of the files read; settings point into it. */
static char *kept[FILES];

static int refuse_file(const char *path, int error)
{
	msg_error("cannot read %s: %s", text_quote(path).text, strerror(error));
	msg_hint("mend or move the settings file, then try again");
	return EXIT_REFUSED;
}

/* The bytes of an open file, with a NUL, into *text. 0 or a positive errno. */
static int read_whole(int fd, char **text, size_t *length)
{
	struct stat status;
	ssize_t n = 1;
	char *buffer;

	if (fstat(fd, &status) < 0)
		return errno;
	if (!S_ISREG(status.st_mode))
		return EINVAL;
	buffer = malloc(CONFIG_MOST + 1);
	if (!buffer)
		return ENOMEM;
	for (*length = 0; *length < CONFIG_MOST && n != 0;) {
		n = read(fd, buffer + *length, CONFIG_MOST - *length);
		if (n < 0 && errno != EINTR) {
			free(buffer);
			return EIO;
		}
		*length += n > 0 ? (size_t)n : 0;
	}
	buffer[*length] = '\0';
	*text = buffer;
	return *length == CONFIG_MOST ? EFBIG : 0;
}

/* Cut white space off both ends, in place. */
static char *trim(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return text;
}

static int refuse_line(const char *where, const char *line)
{
	msg_error("%s: %s is not a setting", where, text_quote(line).text);
	msg_hint("a setting is a line such as 'threads = 4'");
	return EXIT_USAGE;
}

static int read_line(
	const char *where, char *text, config_fn line, void *context)
{
	char *equals;
	char *key = trim(text);

	if (*key == '\0' || *key == '#')
		return 0;
	equals = strchr(key, '=');
	if (!equals || equals == key)
		return refuse_line(where, key);
	*equals = '\0';
	return line(context, where, trim(key), trim(equals + 1));
}

/* A NUL byte inside the text would hide the rest of its line. */
int config_read_text(const char *path, char *text, size_t length,
	config_fn line, void *context)
{
	char where[WHERE_SIZE];
	char *end = text + length;

	for (unsigned number = 1; text < end; number++) {
		char *stop = memchr(text, '\n', (size_t)(end - text));
		int code;

		stop = stop ? stop : end;
		*stop = '\0';
		snprintf(where, sizeof(where), "%s:%u", path, number);
		if (strlen(text) != (size_t)(stop - text))
			return refuse_line(where, "a line with a NUL byte");
		code = read_line(where, text, line, context);
		if (code)
			return code;
		text = stop + 1;
	}
	return 0;
}

int config_load(const char *path, char **text, size_t *length)
{
	/* Without O_NONBLOCK a FIFO of this name would hold us for ever. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int error;

	*text = NULL;
	*length = 0;
	if (fd < 0) {
		bool absent = errno == ENOENT || errno == ENOTDIR;

		return absent ? 0 : refuse_file(path, errno);
	}
	error = read_whole(fd, text, length);
	close(fd);
	return error ? refuse_file(path, error) : 0;
}

int config_read_file(
	const char *path, char **keep, config_fn line, void *context)
{
	size_t length;
	int code;

	free(*keep);
	code = config_load(path, keep, &length);
	return code || !*keep
		       ? code
		       : config_read_text(path, *keep, length, line, context);
}

/* The user's file by the XDG base directory rules; false when there is none. */
static bool user_path(char *path, size_t size)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	int n;

	if (config && *config == '/')
		n = snprintf(path, size, "%s/conc/conc.conf", config);
	else if (home && *home == '/')
		n = snprintf(path, size, "%s/.config/conc/conc.conf", home);
	else
		return false;
	return n > 0 && (size_t)n < size;
}

int config_read_all(config_fn line, void *context)
{
	char path[PATH_MAX];
	int code;

	code = config_read_file(
		CONC_SYSCONFDIR "/conc.conf", &kept[0], line, context);
	if (!code && user_path(path, sizeof(path)))
		code = config_read_file(path, &kept[1], line, context);
	if (!code)
		code = config_read_file("./conc.conf", &kept[2], line, context);
	return code;
}
