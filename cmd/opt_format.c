#include "cmd/opt.h"

#include "cmd/text.h"

#include <inttypes.h>
#include <limits.h>

bool opt_takes_argument(const struct opt *row)
{
	return (row->kind != OPT_FLAG && opt_is_setting(row)) || opt_adds(row);
}

bool opt_is_setting(const struct opt *row)
{
	return row->kind != OPT_ACTION && row->kind != OPT_CONFIG &&
	       !opt_adds(row);
}

bool opt_adds(const struct opt *row)
{
	return row->kind == OPT_TEXTS;
}

const char *opt_choice(const struct opt *row, size_t i)
{
	return row->choice ? row->choice(i) : row->choices[i];
}

uint64_t opt_max(const struct opt *row)
{
	bool is_count = row->kind == OPT_COUNT || row->kind == OPT_COUNTS;

	if (row->max)
		return row->max;
	return is_count ? UINT_MAX - 1 : UINT64_MAX;
}

static void format_choices(const struct opt *row, char *out, size_t size)
{
	for (size_t i = 0; opt_choice(row, i); i++) {
		const char *joint = opt_choice(row, i + 1) ? ", " : " or ";

		text_append(
			out, size, "%s%s", i ? joint : "", opt_choice(row, i));
	}
}

/* In the largest unit that leaves it whole; h and min are left to people. */
static void format_duration(uint64_t ns, char *out, size_t size)
{
	static const char *const units[] = {"ns", "us", "ms", "s"};
	unsigned i = ns ? 0 : 3;

	for (; ns && i < 3 && ns % 1000 == 0; i++)
		ns /= 1000;
	text_append(out, size, "%" PRIu64 "%s", ns, units[i]);
}

/* Without the zeros at its end. */
static void format_fraction(uint64_t billionths, char *out, size_t size)
{
	uint64_t whole = billionths / 1000000000,
		 rest = billionths % 1000000000;
	int places = 9;

	for (; rest && rest % 10 == 0; rest /= 10)
		places--;
	text_append(out, size, "%" PRIu64, whole);
	if (rest)
		text_append(out, size, ".%0*" PRIu64, places, rest);
}

static void format_fraction_range(const struct opt *row, char *out, size_t size)
{
	format_fraction(row->min, out, size);
	text_append(out, size, " to ");
	format_fraction(opt_max(row), out, size);
}

static void format_duration_range(const struct opt *row, char *out, size_t size)
{
	format_duration(row->min, out, size);
	text_append(out, size, " to ");
	format_duration(opt_max(row), out, size);
}

void opt_format_range(const struct opt *row, char *out, size_t size)
{
	*out = '\0';
	switch (row->kind) {
	case OPT_COUNT:
	case OPT_COUNTS:
	case OPT_NUMBER:
	case OPT_BOUND:
		text_append(out, size, "%" PRIu64 " to %" PRIu64, row->min,
			opt_max(row));
		break;
	case OPT_DURATION:
	case OPT_DURATIONS:
		format_duration_range(row, out, size);
		break;
	case OPT_FRACTION:
		format_fraction_range(row, out, size);
		break;
	case OPT_CHOICE:
	case OPT_CHOICES:
		format_choices(row, out, size);
		break;
	default:
		break;
	}
}

bool opt_has_value(const struct opt *row, const void *base)
{
	const void *field = (const char *)base + row->offset;

	switch (row->kind) {
	case OPT_COUNT:
		return *(const unsigned *)field >= row->min;
	case OPT_NUMBER:
	case OPT_BOUND:
	case OPT_DURATION:
	case OPT_FRACTION:
		return *(const uint64_t *)field >= row->min;
	case OPT_CHOICE:
		return *(const unsigned *)field != OPT_UNSET;
	case OPT_TEXT:
		return *(const char *const *)field;
	case OPT_DURATIONS:
		return ((const struct opt_durations *)field)->n;
	case OPT_COUNTS:
	case OPT_CHOICES:
		return ((const struct opt_list *)field)->n;
	default:
		return true;
	}
}

static void format_list(const struct opt *row, const struct opt_list *list,
	char *out, size_t size)
{
	for (unsigned i = 0; i < list->n; i++) {
		const char *comma = i ? "," : "";

		if (row->kind == OPT_CHOICES)
			text_append(out, size, "%s%s", comma,
				opt_choice(row, list->values[i]));
		else
			text_append(out, size, "%s%u", comma, list->values[i]);
	}
}

static void format_durations(
	const struct opt_durations *list, char *out, size_t size)
{
	for (unsigned i = 0; i < list->n; i++) {
		text_append(out, size, "%s", i ? "," : "");
		format_duration(list->values[i], out, size);
	}
}

void opt_format(const struct opt *row, const void *base, char *out, size_t size)
{
	const void *field = (const char *)base + row->offset;
	const char *text = NULL;

	*out = '\0';
	switch (row->kind) {
	case OPT_FLAG:
	case OPT_ACTION:
		text = *(const bool *)field ? "yes" : "no";
		break;
	case OPT_COUNT:
		text_append(out, size, "%u", *(const unsigned *)field);
		break;
	case OPT_NUMBER:
	case OPT_BOUND:
		text_append(out, size, "%" PRIu64, *(const uint64_t *)field);
		break;
	case OPT_DURATION:
		format_duration(*(const uint64_t *)field, out, size);
		break;
	case OPT_FRACTION:
		format_fraction(*(const uint64_t *)field, out, size);
		break;
	case OPT_DURATIONS:
		format_durations(field, out, size);
		break;
	case OPT_CHOICE:
		if (opt_has_value(row, base))
			text = opt_choice(row, *(const unsigned *)field);
		break;
	case OPT_TEXT:
		text = *(const char *const *)field;
		break;
	case OPT_COUNTS:
	case OPT_CHOICES:
		format_list(row, field, out, size);
		break;
	case OPT_TEXTS:
	case OPT_CONFIG:
		break;
	}
	if (text)
		text_append(out, size, "%s", text);
}
