#include "cmd/term.h"

#include "cmd/number.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	WIDTH_DEFAULT = 80,
	HEIGHT_DEFAULT = 24,
	MOST = 10000, /* of either */
};

static enum term_when color_when = TERM_AUTO;
static bool locale_used;
static bool utf8;

void term_set_color(enum term_when when)
{
	color_when = when;
}

bool term_is_tty(int fd)
{
	return isatty(fd) == 1;
}

bool term_is_dumb(void)
{
	const char *term = getenv("TERM");

	return !term || !*term || strcmp(term, "dumb") == 0;
}

static unsigned from_environment(const char *name)
{
	const char *text = getenv(name);
	uint64_t n;

	if (!text || number_parse_count(text, strlen(text), &n))
		return 0;
	return n <= MOST ? (unsigned)n : 0;
}

unsigned term_width(int fd)
{
	struct winsize size;
	unsigned width;

	if (!term_is_tty(fd))
		return 0;
	width = from_environment("COLUMNS");
	if (width)
		return width;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	return WIDTH_DEFAULT;
}

unsigned term_page_width(int fd)
{
	unsigned width = term_width(fd);

	if (!width)
		width = from_environment("COLUMNS");
	return width ? width : WIDTH_DEFAULT;
}

unsigned term_height(int fd)
{
	struct winsize size;
	unsigned height;

	if (!term_is_tty(fd))
		return 0;
	height = from_environment("LINES");
	if (height)
		return height;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row)
		return size.ws_row;
	return HEIGHT_DEFAULT;
}

bool term_has_color(int fd)
{
	const char *no_color = getenv("NO_COLOR");

	if (color_when != TERM_AUTO)
		return color_when == TERM_ALWAYS;
	return term_is_tty(fd) && !term_is_dumb() && !(no_color && *no_color);
}

void term_use_locale(void)
{
	if (locale_used)
		return;
	setlocale(LC_CTYPE, "");
	utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	locale_used = true;
}

bool term_is_utf8(void)
{
	term_use_locale();
	return utf8;
}
