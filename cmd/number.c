#include "cmd/number.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* The text still to be read. */
struct scan {
	const char *at;
	const char *end;
};

/*
 * A term may be 2^64 itself, so that 2**64-1 can be written: 65 bits, of
 * which the top one is set only when the low 64 are zero.
 */
struct term {
	uint64_t low;
	bool full;
};

/* The running sum, in two's complement: high * 2^64 + low. */
struct sum {
	int64_t high;
	uint64_t low;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool at_digit(const struct scan *scan)
{
	return scan->at < scan->end && is_digit(*scan->at);
}

static bool accept(struct scan *scan, char c)
{
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

/*
 * term = term * by + plus, for by and plus up to 2^32. In halves of 32 bits,
 * because not every processor's compiler has a 128-bit type.
 */
static int multiply(struct term *term, uint64_t by, uint64_t plus)
{
	uint64_t bottom = (term->low & UINT32_MAX) * by + plus;
	uint64_t middle = (term->low >> 32) * by + (bottom >> 32);
	uint64_t high = (middle >> 32) + (term->full ? by : 0);

	if (term->full && by == 0)
		high = 0;
	term->low = middle << 32 | (bottom & UINT32_MAX);
	term->full = high == 1;
	return high > 1 || (high == 1 && term->low) ? -ERANGE : 0;
}

/* Digits into a term; -ERANGE only after all of them have been read. */
static int scan_digits(struct scan *scan, struct term *term)
{
	int error = 0;

	if (!at_digit(scan))
		return -EINVAL;
	for (; at_digit(scan); scan->at++)
		if (!error)
			error = multiply(term, 10, (uint64_t)(*scan->at - '0'));
	return error;
}

/* An exponent, held at a value that is more than enough to overflow. */
static int scan_exponent(struct scan *scan, uint64_t *exponent)
{
	struct term term = {0};
	int error = scan_digits(scan, &term);

	if (error == -EINVAL)
		return error;
	*exponent = error || term.full ? UINT64_MAX : term.low;
	return 0;
}

static int to_power(struct term *term, uint64_t exponent)
{
	const struct term base = *term;
	int error = 0;

	if (exponent == 0)
		*term = (struct term){.low = 1};
	if (exponent <= 1 || (base.low <= 1 && !base.full))
		return 0;
	if (base.full || base.low > UINT64_C(1) << 32)
		return -ERANGE;
	/* A base of 2 or more leaves the loop after at most 64 turns. */
	for (; exponent > 1 && !error; exponent--)
		error = multiply(term, base.low, 0);
	return error;
}

/*
 * Multiply by 10^tens * 2^twos / 10^places, or say that the result is not
 * whole. places is the number of digits after the point.
 */
static int scale(
	struct term *term, uint64_t tens, uint64_t twos, uint64_t places)
{
	uint64_t fives = tens;
	uint64_t less_fives = places, less_twos = places;
	int error = 0;

	if (!term->low && !term->full)
		return 0;
	if (term->full)
		return tens || twos ? -ERANGE : places ? -EINVAL : 0;
	twos = __builtin_add_overflow(twos, tens, &twos) ? UINT64_MAX : twos;
	for (; less_fives > fives; less_fives--, term->low /= 5)
		if (term->low % 5)
			return -EINVAL;
	for (; less_twos > twos; less_twos--, term->low /= 2)
		if (term->low % 2)
			return -EINVAL;
	fives -= less_fives;
	twos -= less_twos;
	for (; fives && !error; fives--)
		error = multiply(term, 5, 0);
	for (; twos && !error; twos--)
		error = multiply(term, 2, 0);
	return error;
}

/* Digits after the point; zeros at the end carry nothing and are left out. */
static int scan_fraction(struct scan *scan, struct term *term, uint64_t *places)
{
	const char *last = scan->at;
	int error = 0;

	if (!at_digit(scan))
		return -EINVAL;
	for (const char *p = scan->at; p < scan->end && is_digit(*p); p++)
		if (*p != '0')
			last = p + 1;
	for (; at_digit(scan); scan->at++) {
		if (scan->at >= last || error)
			continue;
		error = multiply(term, 10, (uint64_t)(*scan->at - '0'));
		++*places;
	}
	return error;
}

/* k, M, ... into a power of 1000 or, with an i, of 1024. */
static void scan_multiple(struct scan *scan, uint64_t *tens, uint64_t *twos)
{
	static const char letters[] = "kMGTPE";

	for (uint64_t i = 0; letters[i]; i++) {
		if (!accept(scan, letters[i]) && !(i == 0 && accept(scan, 'K')))
			continue;
		if (accept(scan, 'i'))
			*twos = 10 * (i + 1);
		else
			*tens = 3 * (i + 1);
		return;
	}
}

/* E is an exponent before a digit or a plus and a digit, else exa. */
static bool accept_exponent_mark(struct scan *scan)
{
	struct scan ahead = *scan;

	if (!accept(&ahead, 'e') && !accept(&ahead, 'E'))
		return false;
	accept(&ahead, '+');
	if (!at_digit(&ahead))
		return false;
	*scan = ahead;
	return true;
}

static bool accept_power_mark(struct scan *scan)
{
	if (accept(scan, '^'))
		return true;
	if (scan->end - scan->at < 2 || scan->at[0] != '*' ||
		scan->at[1] != '*')
		return false;
	scan->at += 2;
	return true;
}

/*
 * The first of two errors, but "not a number" before "too large": whether
 * the rest of the text is a number at all has to be known first.
 */
static int worse(int a, int b)
{
	if (a == -EINVAL || b == -EINVAL)
		return -EINVAL;
	return a ? a : b;
}

static int scan_power(struct scan *scan, struct term *term, int error)
{
	uint64_t exponent = 0;
	int bad = scan_exponent(scan, &exponent);

	if (bad || error)
		return worse(error, bad);
	return to_power(term, exponent);
}

static int scan_term(struct scan *scan, struct term *term)
{
	uint64_t tens = 0, twos = 0, places = 0;
	int error = scan_digits(scan, term);

	if (error == -EINVAL)
		return error;
	if (accept_power_mark(scan))
		return scan_power(scan, term, error);
	if (accept(scan, '.'))
		error = worse(error, scan_fraction(scan, term, &places));
	if (accept_exponent_mark(scan))
		error = worse(error, scan_exponent(scan, &tens));
	else
		scan_multiple(scan, &tens, &twos);
	return error ? error : scale(term, tens, twos, places);
}

static void sum_add(struct sum *sum, const struct term *term)
{
	sum->high += term->full;
	sum->high += __builtin_add_overflow(sum->low, term->low, &sum->low);
}

static void sum_subtract(struct sum *sum, const struct term *term)
{
	sum->high -= term->full;
	sum->high -= __builtin_sub_overflow(sum->low, term->low, &sum->low);
}

int number_parse_count(const char *text, size_t length, uint64_t *value)
{
	struct scan scan = {text, text + length};
	struct term term = {0};
	int error = scan_digits(&scan, &term);

	if (scan.at != scan.end)
		return -EINVAL;
	if (error || term.full)
		return error ? error : -ERANGE;
	*value = term.low;
	return 0;
}

int number_parse(const char *text, size_t length, uint64_t *value)
{
	struct scan scan = {text, text + length};
	struct term term = {0};
	int error = scan_term(&scan, &term);

	if (error == -EINVAL || scan.at != scan.end)
		return -EINVAL;
	if (error || term.full)
		return -ERANGE;
	*value = term.low;
	return 0;
}

/* ns, us, ... as so many times a power of ten nanoseconds. */
static const struct unit {
	const char *name;
	uint64_t times, tens;
} units[] = {
	{"ns", 1, 0},
	{"us", 1, 3},
	{"ms", 1, 6},
	{"min", 6, 10},
	{"h", 36, 11},
	{"s", 1, 9},
};

/* Without a name the unit is a second. NULL: there is no such unit. */
static const struct unit *scan_unit(struct scan *scan)
{
	const size_t n = sizeof(units) / sizeof(units[0]);
	const size_t left = (size_t)(scan->end - scan->at);

	if (!left)
		return &units[n - 1];
	for (size_t i = 0; i < n; i++) {
		if (strlen(units[i].name) != left ||
			memcmp(units[i].name, scan->at, left) != 0)
			continue;
		scan->at = scan->end;
		return &units[i];
	}
	return NULL;
}

int number_parse_duration(const char *text, size_t length, uint64_t *ns)
{
	struct scan scan = {text, text + length};
	struct term term = {0};
	uint64_t places = 0;
	const struct unit *unit;
	int error = scan_digits(&scan, &term);

	if (error != -EINVAL && accept(&scan, '.'))
		error = worse(error, scan_fraction(&scan, &term, &places));
	unit = scan_unit(&scan);
	if (error == -EINVAL || !unit)
		return -EINVAL;
	if (!error)
		error = multiply(&term, unit->times, 0);
	if (!error)
		error = scale(&term, unit->tens, 0, places);
	if (error || term.full)
		return error ? error : -ERANGE;
	*ns = term.low;
	return 0;
}

int number_parse_fraction(const char *text, size_t length, uint64_t *billionths)
{
	struct scan scan = {text, text + length};
	struct term term = {0};
	uint64_t places = 0;
	int error = scan_digits(&scan, &term);

	if (error != -EINVAL && accept(&scan, '.'))
		error = worse(error, scan_fraction(&scan, &term, &places));
	if (error == -EINVAL || scan.at != scan.end)
		return -EINVAL;
	if (!error)
		error = scale(&term, 9, 0, places);
	if (error || term.full)
		return error ? error : -ERANGE;
	*billionths = term.low;
	return 0;
}

int number_parse_sum(const char *text, size_t length, uint64_t *value)
{
	struct scan scan = {text, text + length};
	struct sum sum = {0};
	bool minus = false;
	int error = 0;

	for (;;) {
		struct term term = {0};
		error = worse(error, scan_term(&scan, &term));
		if (error == -EINVAL)
			return error;
		if (minus)
			sum_subtract(&sum, &term);
		else
			sum_add(&sum, &term);
		minus = accept(&scan, '-');
		if (!minus && !accept(&scan, '+'))
			break;
	}
	if (scan.at != scan.end)
		return -EINVAL;
	if (error || sum.high)
		return -ERANGE;
	*value = sum.low;
	return 0;
}
