/*
 * The verb verify, for authors: the exercise as it is given fails, each right
 * solution passes, and each wrong one fails and is told what it should be.
 */
#include "cmd/lesson.h"

#include "cmd/interrupt.h"
#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/progress.h"
#include "cmd/table.h"
#include "cmd/text.h"
#include "lib/clock.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	MOST_TRIED = 64,
	EXPECT_SIZE = 120,
	LEAST_WRONG = 3,
};

/* A file of a lesson that was checked, and what came of it. */
struct tried {
	char name[64]; /* "wrong/two-locks.c" */
	const char *kind; /* "exercise", "solution", "right", "wrong" */
	char expected[EXPECT_SIZE]; /* of wrong ones: what they are told */
	int code; /* of lesson_check */
	uint64_t elapsed_ns; /* which compiles it, too */
	bool told; /* the expected words were among what was said */
};

struct verified {
	const struct lesson *lesson;
	struct tried tried[MOST_TRIED];
	unsigned ntried, nwrong;
	bool failed;
};

static void complain(struct verified *verified, const char *what)
{
	msg_error("%s: %s", verified->lesson->slug, what);
	verified->failed = true;
}

/* What stands after "expect:" in the first line, without the comment's end. */
static void read_expected(const char *path, char expected[EXPECT_SIZE])
{
	char line[400] = "";
	FILE *in = fopen(path, "re");
	char *from, *to;

	*expected = '\0';
	if (!in)
		return;
	if (!fgets(line, sizeof(line), in))
		*line = '\0';
	fclose(in);
	from = strstr(line, "expect: ");
	to = from ? strstr(from, " */") : NULL;
	if (to)
		snprintf(expected, EXPECT_SIZE, "%.*s", (int)(to - from - 8),
			from + 8);
}

/* All that was written to the file, in one line: words may be wrapped. */
static bool says(int fd, const char *words)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = size > 0 ? malloc((size_t)size + 1) : NULL;
	ssize_t n = text ? pread(fd, text, (size_t)size, 0) : 0;
	bool found;
	size_t to = 0;

	if (!text)
		return false;
	for (ssize_t i = 0; i < n; i++) {
		bool space = text[i] == ' ' || text[i] == '\n';

		if (!space)
			text[to++] = text[i];
		else if (to && text[to - 1] != ' ')
			text[to++] = ' ';
	}
	text[to] = '\0';
	found = strstr(text, words);
	free(text);
	return found;
}

/* Put standard output and error there; *kept are what they were. */
static bool divert(int fd, int kept[2])
{
	fflush(stdout);
	kept[0] = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	kept[1] = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	return kept[0] >= 0 && kept[1] >= 0 && dup2(fd, STDOUT_FILENO) >= 0 &&
	       dup2(fd, STDERR_FILENO) >= 0;
}

static void restore(const int kept[2])
{
	fflush(stdout);
	for (int i = 0; i < 2; i++) {
		if (kept[i] < 0)
			continue;
		dup2(kept[i], i ? STDERR_FILENO : STDOUT_FILENO);
		close(kept[i]);
	}
}

/* What is said to the learner is looked at, and not shown. */
static void check_silently(
	const struct lesson *lesson, struct tried *tried, const char *path)
{
	struct global asked = global;
	int fd = memfd_create("words", MFD_CLOEXEC), kept[2];

	tried->code = EXIT_REFUSED;
	if (fd < 0)
		return;
	global.json = false;
	global.quiet = true;
	tried->elapsed_ns = clock_now();
	if (divert(fd, kept))
		tried->code = lesson_check(lesson, path);
	restore(kept);
	tried->elapsed_ns = clock_now() - tried->elapsed_ns;
	global = asked;
	tried->told = !*tried->expected || says(fd, tried->expected);
	close(fd);
}

static bool is_good(const struct tried *tried)
{
	bool is_right = !strcmp(tried->kind, "solution") ||
			!strcmp(tried->kind, "right");

	if (is_right)
		return tried->code == EXIT_GOOD;
	return tried->code == EXIT_NO && tried->told;
}

static void try_file(
	struct verified *verified, const char *kind, const char *name)
{
	struct tried *tried;
	char path[PATH_MAX];

	if (verified->ntried == MOST_TRIED || interrupt_requested())
		return;
	if (!lesson_path(verified->lesson, name, path) ||
		access(path, R_OK) < 0) {
		complain(verified, "a file is missing:");
		msg_hint("write %s", text_quote(name).text);
		return;
	}
	tried = &verified->tried[verified->ntried++];
	*tried = (struct tried){.kind = kind};
	snprintf(tried->name, sizeof(tried->name), "%s", name);
	if (!strcmp(kind, "wrong")) {
		verified->nwrong++;
		read_expected(path, tried->expected);
		if (!*tried->expected)
			complain(verified, "a wrong solution does not say in "
					   "its first line what is expected");
	}
	check_silently(verified->lesson, tried, path);
	verified->failed |= !is_good(tried);
}

static int is_c(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return *entry->d_name != '.' && dot && !strcmp(dot, ".c");
}

static void try_folder(
	struct verified *verified, const char *kind, const char *folder)
{
	struct dirent **entries;
	char path[PATH_MAX], name[NAME_MAX + 16];
	int n = lesson_path(verified->lesson, folder, path)
			? scandir(path, &entries, is_c, alphasort)
			: 0;

	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s/%s", folder,
			entries[i]->d_name);
		try_file(verified, kind, name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

static void find_texts(struct verified *verified)
{
	static const char *const texts[] = {"README.md", "hint-1.md",
		"hint-2.md", "solution.md", "check.c"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (lesson_has(verified->lesson, texts[i]))
			continue;
		complain(verified, "a file is missing");
		msg_hint("write %s/%s", verified->lesson->slug, texts[i]);
	}
}

static void verify(struct verified *verified)
{
	char solution[PATH_MAX];

	find_texts(verified);
	snprintf(solution, sizeof(solution), "solution/%s",
		verified->lesson->file);
	try_file(verified, "exercise", verified->lesson->file);
	try_file(verified, "solution", solution);
	try_folder(verified, "right", "right");
	try_folder(verified, "wrong", "wrong");
	if (verified->nwrong < LEAST_WRONG && !interrupt_requested())
		complain(verified, "there are fewer than 3 wrong solutions");
}

static const struct table_column columns[] = {
	{"lesson", "lesson", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
	{"file", "file", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
	{"kind", "kind", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
	{"accepted", "accepted", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
	{"elapsed_s", "seconds", NULL, TABLE_RIGHT, TABLE_EVERYWHERE},
	{"expected", "must be told", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
	{"good", "as it should be", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
};

static void add_rows(struct table *table, const struct verified *verified)
{
	for (unsigned i = 0; i < verified->ntried; i++) {
		const struct tried *tried = &verified->tried[i];

		table_row(table);
		table_text(table, verified->lesson->slug);
		table_text(table, tried->name);
		table_text(table, tried->kind);
		if (tried->code == EXIT_REFUSED)
			table_missing(table);
		else
			table_bool(table, tried->code == EXIT_GOOD);
		table_real(table, (double)tried->elapsed_ns / 1e9, 2);
		table_text(table, tried->expected);
		table_bool(table, is_good(tried));
	}
}

static bool verify_all(
	const struct lesson_shelf *shelf, const char *only, struct table *table)
{
	static struct verified verified;
	struct progress progress;
	bool failed = false;

	progress_start(&progress, "verify");
	for (size_t i = 0; i < shelf->n && !interrupt_requested(); i++) {
		if (only && lesson_find(shelf, only) != &shelf->lessons[i])
			continue;
		progress_update(&progress, i, shelf->n);
		verified = (struct verified){.lesson = &shelf->lessons[i]};
		verify(&verified);
		add_rows(table, &verified);
		failed |= verified.failed;
	}
	progress_stop(&progress);
	return failed;
}

static int report(struct table *table, bool failed)
{
	struct json json;

	if (global.json) {
		json_begin(&json, stdout, "conc.lesson.verify");
		json_bool(&json, "good", !failed);
		table_json(table, &json, "solutions");
		json_finish(&json);
	} else {
		table_print(table, stdout, TABLE_TEXT);
	}
	return failed || interrupt_requested() ? EXIT_NO : EXIT_GOOD;
}

static int run(const void *options, int noperands, char **operands)
{
	const char *only = noperands ? operands[0] : NULL;
	struct table *table;
	struct lesson_shelf shelf;
	int code = lesson_shelf_open(&shelf);

	(void)options;
	if (!code && only && !lesson_find(&shelf, only))
		code = lesson_refuse(&shelf, only);
	if (code) {
		lesson_shelf_close(&shelf);
		return code;
	}
	interrupt_catch();
	table = table_create(columns, sizeof(columns) / sizeof(columns[0]));
	if (table)
		code = report(table, verify_all(&shelf, only, table));
	table_destroy(table);
	lesson_shelf_close(&shelf);
	return code;
}

const struct command lesson_verify = {
	.name = "verify",
	.summary = "for authors: is every solution judged as it should be?",
	.about = "Checks the exercise as it is given, which must fail; all "
		 "right solutions, which must pass; and all wrong ones, which "
		 "must fail and be told what their first line expects.",
	.operands = "[LESSON]",
	.operands_max = 1,
	.examples =
		(const struct command_example[]){
			{"conc lesson verify", "all lessons"},
			{"conc lesson verify mutex", "one of them"},
			{"conc lesson verify --lessons mine",
				"a course of your own"},
			{0},
		},
	.run = run,
};
