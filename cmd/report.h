/*
 * report - what a demonstration saw, as lines of text or as JSON
 *
 * A demonstration tells facts one by one. In JSON each is a member of one
 * document. As text a fact with a label is a line of its own; facts without
 * one stand side by side until report_line, or until something else is told:
 *
 *	x in the parent: 0		report_count(r, "x", "x in the ...", 0)
 *	ran=1 cancelled=10		report_count(r, "ran", NULL, 1) ...
 *
 * At the end two lines explain what was seen, to people who have not asked
 * for --quiet.
 *
 * Threads:  one.
 * Blocking: for stdout.
 * Memory:   the caller's struct; nothing is left.
 */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "cmd/json.h"
#include "cmd/table.h"

#include <stdbool.h>
#include <stdint.h>

struct report {
	bool is_json; /* else text */
	bool in_line; /* facts stand side by side */
	struct json json;
};

/* The members that all documents of a command have, for its man page. */
#define REPORT_MEMBERS                                                 \
	{"schema, version",                                            \
		"what the document is, conc.COMMAND, and the version " \
		"of that, 1"},                                         \
	{                                                              \
		"settings, name, value, from",                         \
			"each option with --print-config"              \
	}

/* With --json a document of that schema, such as "conc.race". */
void report_begin(struct report *report, const char *schema);

/* Returns EXIT_GOOD, for the common case. */
int report_end(struct report *report);

void report_say(struct report *report, const char *key, const char *label,
	const char *value);
void report_count(struct report *report, const char *key, const char *label,
	uint64_t value);
void report_flag(
	struct report *report, const char *key, const char *label, bool value);
void report_real(struct report *report, const char *key, const char *label,
	double value, int decimals);

/* As text in ms; in JSON a member KEY_s in seconds. */
void report_time(
	struct report *report, const char *key, const char *label, uint64_t ns);

/* The facts so far stand in a line, and the next ones in another. */
void report_line(struct report *report);

/* Between two parts of the text. */
void report_gap(struct report *report);

/*
 * Things that happen one after the other: each is a line as soon as it is
 * told, and an element of the array named by key.
 */
void report_list(struct report *report, const char *key);
__attribute__((format(printf, 2, 3))) void report_item(
	struct report *report, const char *format, ...);
void report_list_end(struct report *report);

/*
 * The rows, under the key; the table is destroyed. Returns 0, or -ENOMEM
 * when a cell was missing or there is no table.
 */
int report_table(struct report *report, const char *key, struct table *table);

/* What was seen, and why it was so: one line each. */
void report_explain(struct report *report, const char *seen, const char *why);

#endif
