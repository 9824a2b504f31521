#include "lib/explore/runtime/format.h"

#include "lib/explore/runtime/memory.h"
#include "lib/explore/runtime/rt.h"

#include <stddef.h>
#include <string.h>
#include <wchar.h>

/* One conversion: %[flags][width][.precision][length]letter */
struct conversion {
	bool star; /* scanf: not stored; printf: an int for the width */
	bool star_precision;
	int width, precision; /* -1: none */
	char length; /* 'H' for hh, 'L' for ll and L, 0 */
	char letter;
};

static int number(const char **p)
{
	int n = 0;

	while (**p >= '0' && **p <= '9')
		n = n * 10 + (*(*p)++ - '0');
	return n;
}

static char length_of(const char **p)
{
	char length = 0;

	if (!**p || !strchr("hlLjzt", **p))
		return 0;
	length = *(*p)++;
	if ((length == 'h' || length == 'l') && **p == length) {
		(*p)++;
		return length == 'h' ? 'H' : 'L';
	}
	return length;
}

static void skip_set(const char **p)
{
	if (**p == '^')
		(*p)++;
	if (**p == ']')
		(*p)++;
	while (**p && **p != ']')
		(*p)++;
	if (**p)
		(*p)++;
}

/* The next in the format; false at its end. */
static bool next(const char **format, struct conversion *c)
{
	const char *p = strchr(*format, '%');

	*c = (struct conversion){.width = -1, .precision = -1};
	if (!p || !p[1])
		return false;
	p += 1 + strspn(p + 1, "-+ #0'");
	if (*p == '*') {
		c->star = true;
		p++;
	}
	if (*p >= '0' && *p <= '9')
		c->width = number(&p);
	if (*p == '.' && p[1] == '*') {
		c->star_precision = true;
		p += 2;
	} else if (*p == '.') {
		p++;
		c->precision = number(&p);
	}
	if (*p == 'm')
		p++;
	c->length = length_of(&p);
	if (!*p)
		return false;
	c->letter = *p++;
	if (c->letter == '[')
		skip_set(&p);
	*format = p;
	return true;
}

static void skip_integer(va_list *args, char length)
{
	if (length == 'L')
		(void)va_arg(*args, long long);
	else if (length == 'l' || length == 'j' || length == 'z' ||
		 length == 't')
		(void)va_arg(*args, long);
	else
		(void)va_arg(*args, int);
}

static void print_string(const char *s, int precision, uint64_t pc)
{
	if (s)
		access_string(
			s, precision < 0 ? ANY_LENGTH : (size_t)precision, pc);
}

static void print(const struct conversion *c, va_list *args, uint64_t pc)
{
	int precision = c->precision;

	if (c->star)
		(void)va_arg(*args, int);
	if (c->star_precision)
		precision = va_arg(*args, int);
	if (c->letter == 's' && c->length != 'l')
		print_string(va_arg(*args, const char *), precision, pc);
	else if (strchr("spnS", c->letter))
		(void)va_arg(*args, void *);
	else if (strchr("aAeEfFgG", c->letter) && c->length == 'L')
		(void)va_arg(*args, long double);
	else if (strchr("aAeEfFgG", c->letter))
		(void)va_arg(*args, double);
	else if (c->letter != '%' && c->letter != 'm')
		skip_integer(args, c->length);
}

void format_prints(const char *format, va_list args, uint64_t pc)
{
	struct conversion c;
	va_list copy;

	if (!strpbrk(format, "sS"))
		return;
	va_copy(copy, args);
	while (next(&format, &c))
		print(&c, &copy, pc);
	va_end(copy);
}

static size_t size_of(char letter, char length)
{
	if (strchr("aAeEfFgG", letter))
		return length == 'L'   ? sizeof(long double)
		       : length == 'l' ? sizeof(double)
				       : sizeof(float);
	switch (length) {
	case 'H':
		return sizeof(char);
	case 'h':
		return sizeof(short);
	case 'l':
	case 'L':
	case 'j':
	case 'z':
	case 't':
		return sizeof(long);
	default:
		return letter == 'p' ? sizeof(void *) : sizeof(int);
	}
}

static size_t stored_size(const struct conversion *c, const void *place)
{
	if (c->letter == 'c')
		return c->width < 0 ? 1 : (size_t)c->width;
	if (c->letter == 's' || c->letter == '[')
		return c->length == 'l' ? sizeof(wchar_t) * (wcslen(place) + 1)
					: strlen(place) + 1;
	return size_of(c->letter, c->length);
}

void format_scanned(int n, const char *format, va_list args, uint64_t pc)
{
	struct conversion c;
	va_list copy;

	va_copy(copy, args);
	while (n > 0 && next(&format, &c)) {
		const void *place;

		if (c.star || c.letter == '%')
			continue;
		place = va_arg(copy, const void *);
		access_memory(place, stored_size(&c, place), ACCESS_WRITE, pc);
		n -= c.letter != 'n';
	}
	va_end(copy);
}
