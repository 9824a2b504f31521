#include "cmd/report.h"

#include "cmd/exit.h"
#include "cmd/global.h"
#include "lib/clock.h"
#include "tests/suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char printed[2000];

/* What fn writes to stdout, in `printed`. */
static void print(void (*fn)(struct report *report))
{
	FILE *file = tmpfile();
	int before = dup(STDOUT_FILENO);
	struct report report;
	size_t n;

	ck_assert(file && before >= 0);
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	report_begin(&report, "conc.test");
	fn(&report);
	ck_assert_int_eq(report_end(&report), EXIT_GOOD);
	fflush(stdout);
	dup2(before, STDOUT_FILENO);
	close(before);
	rewind(file);
	n = fread(printed, 1, sizeof(printed) - 1, file);
	printed[n] = '\0';
	fclose(file);
}

static void tell_facts(struct report *report)
{
	report_count(report, "ran", NULL, 1);
	report_flag(report, "good", NULL, true);
	report_say(report, "kind", "what it is", "a\033b");
	report_time(report, "wall", NULL, 250 * CLOCK_NS_PER_MS);
	report_real(report, "ratio", NULL, 1.25, 1);
	report_line(report);
	report_line(report);
	report_time(report, "short", NULL, CLOCK_NS_PER_MS / 4);
}

START_TEST(facts_stand_side_by_side_or_in_lines_of_their_own)
{
	print(tell_facts);
	ck_assert_str_eq(printed, "ran=1 good=yes\n"
				  "what it is: a\\x1bb\n"
				  "wall=250ms ratio=1.2\n"
				  "short=0.25ms\n");
}
END_TEST

START_TEST(in_json_they_are_members)
{
	global.json = true;
	print(tell_facts);
	ck_assert(strstr(printed, "\"schema\": \"conc.test\""));
	ck_assert(strstr(printed, "\"ran\": 1,"));
	ck_assert(strstr(printed, "\"good\": true,"));
	ck_assert(strstr(printed, "\"wall_s\": 0.250000,"));
	ck_assert(strstr(printed, "\"short_s\": 0.000250\n"));
}
END_TEST

static void tell_items(struct report *report)
{
	report_count(report, "before", NULL, 2);
	report_list(report, "items");
	report_item(report, "%d of %s", 1, "two");
	report_item(report, "2\n");
	report_list_end(report);
	report_explain(report, "seen", "why");
}

START_TEST(items_are_lines_and_the_end_explains)
{
	print(tell_items);
	ck_assert_str_eq(printed, "before=2\n1 of two\n2\\n\nseen\nwhy\n");
	global.quiet = true;
	print(tell_items);
	ck_assert_str_eq(printed, "before=2\n1 of two\n2\\n\n");
	global.json = true;
	print(tell_items);
	ck_assert(strstr(printed, "\"1 of two\","));
	ck_assert(!strstr(printed, "why"));
}
END_TEST

static const struct table_column columns[] = {
	{.key = "a", .heading = "A"},
};

static void tell_table(struct report *report)
{
	struct table *table = table_create(columns, 1);

	table_row(table);
	table_text(table, "x");
	report_count(report, "n", NULL, 1);
	ck_assert_int_eq(report_table(report, "rows", table), 0);
	ck_assert_int_eq(report_table(report, "none", NULL), -ENOMEM);
}

START_TEST(a_table_begins_a_line_and_may_be_missing)
{
	print(tell_table);
	ck_assert(strncmp(printed, "n=1\nA\n", 6) == 0);
	ck_assert(strstr(printed, "\nx\n"));
}
END_TEST

int main(void)
{
	return suite_run("report", 20,
		(const TTest *const[]){
			facts_stand_side_by_side_or_in_lines_of_their_own,
			in_json_they_are_members,
			items_are_lines_and_the_end_explains,
			a_table_begins_a_line_and_may_be_missing,
			NULL,
		});
}
