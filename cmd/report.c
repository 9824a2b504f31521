#include "cmd/report.h"

#include "cmd/exit.h"
#include "cmd/global.h"
#include "cmd/text.h"
#include "lib/clock.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

enum {
	KEY_SIZE = 64,
	ITEM_SIZE = 400,
};

void report_begin(struct report *report, const char *schema)
{
	*report = (struct report){.is_json = global.json};
	if (report->is_json)
		json_begin(&report->json, stdout, schema);
}

int report_end(struct report *report)
{
	report_line(report);
	if (report->is_json)
		json_finish(&report->json);
	return EXIT_GOOD;
}

/* What comes before the value. */
static void print_name(
	struct report *report, const char *key, const char *label)
{
	if (label) {
		report_line(report);
		printf("%s: ", label);
		return;
	}
	printf("%s%s=", report->in_line ? " " : "", key);
	report->in_line = true;
}

static void print_end(const char *label)
{
	if (label)
		putchar('\n');
}

void report_say(struct report *report, const char *key, const char *label,
	const char *value)
{
	if (report->is_json) {
		json_string(&report->json, key, value);
		return;
	}
	print_name(report, key, label);
	text_print(stdout, value, strlen(value));
	print_end(label);
}

void report_count(struct report *report, const char *key, const char *label,
	uint64_t value)
{
	if (report->is_json) {
		json_uint(&report->json, key, value);
		return;
	}
	print_name(report, key, label);
	printf("%llu", (unsigned long long)value);
	print_end(label);
}

void report_flag(
	struct report *report, const char *key, const char *label, bool value)
{
	if (report->is_json)
		json_bool(&report->json, key, value);
	else
		report_say(report, key, label, value ? "yes" : "no");
}

void report_real(struct report *report, const char *key, const char *label,
	double value, int decimals)
{
	if (report->is_json) {
		json_real(&report->json, key, value, decimals);
		return;
	}
	print_name(report, key, label);
	printf("%.*f", decimals, value);
	print_end(label);
}

void report_time(
	struct report *report, const char *key, const char *label, uint64_t ns)
{
	char key_s[KEY_SIZE];

	if (report->is_json) {
		snprintf(key_s, sizeof(key_s), "%s_s", key);
		json_real(&report->json, key_s,
			(double)ns / (double)CLOCK_NS_PER_S, 6);
		return;
	}
	print_name(report, key, label);
	printf("%.*fms", ns < 10 * CLOCK_NS_PER_MS ? 2 : 0,
		(double)ns / CLOCK_NS_PER_MS);
	print_end(label);
}

void report_line(struct report *report)
{
	if (report->in_line)
		putchar('\n');
	report->in_line = false;
}

void report_gap(struct report *report)
{
	report_line(report);
	if (!report->is_json)
		putchar('\n');
}

void report_list(struct report *report, const char *key)
{
	report_line(report);
	if (report->is_json)
		json_array(&report->json, key);
}

void report_item(struct report *report, const char *format, ...)
{
	char text[ITEM_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (report->is_json) {
		json_string(&report->json, NULL, text);
		return;
	}
	text_print(stdout, text, strlen(text));
	putchar('\n');
	fflush(stdout);
}

void report_list_end(struct report *report)
{
	if (report->is_json)
		json_end(&report->json);
}

int report_table(struct report *report, const char *key, struct table *table)
{
	int error = table ? table_error(table) : -ENOMEM;

	report_line(report);
	if (!error && report->is_json)
		table_json(table, &report->json, key);
	else if (!error)
		table_print(
			table, stdout, global.plain ? TABLE_LINES : TABLE_TEXT);
	table_destroy(table);
	return error;
}

void report_explain(struct report *report, const char *seen, const char *why)
{
	report_line(report);
	if (!report->is_json && !global.quiet)
		printf("%s\n%s\n", seen, why);
}
