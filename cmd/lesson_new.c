/* The verb new, for authors: a lesson to begin with. */
#include "cmd/lesson.h"

#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/savefile.h"
#include "cmd/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A file of the new lesson, with what is in it. */
struct page {
	const char *name;
	const char *text;
};

static const struct page pages[] = {
	{"lesson.conf", "title = TODO: what it is about, in a few words\n"
			"task = TODO: what to do, in one sentence.\n"
			"file = exercise.c\n"
			"companions = exercise.h\n"},
	{"README.md", "# TODO: title\n\n"
		      "TODO: one idea, on one or two screens.\n\n"
		      "## The exercise\n\n"
		      "TODO: what to look at, and what to do.\n"},
	{"hint-1.md", "TODO: a question that points at the place.\n"},
	{"hint-2.md", "TODO: what to do, without the code.\n"},
	{"solution.md", "TODO: why it is right, and what else would be.\n"},
	{"exercise.h", "int answer(void);\n"},
	{"exercise.c",
		"/* TODO: what it is. It has to compile, and to fail. */\n"
		"#include \"exercise.h\"\n\n"
		"int answer(void)\n{\n\treturn 0;\n}\n"},
	{"check.c",
		"/* TODO: what must hold, with as few threads as will do. */\n"
		"#include \"exercise.h\"\n\n"
		"#include \"lesson.h\"\n\n"
		"int main(void)\n{\n"
		"\tEXPECT_EQUAL(answer(), 42, \"the answer\");\n"
		"\treturn 0;\n}\n"},
	{"solution/exercise.c", "#include \"exercise.h\"\n\n"
				"int answer(void)\n{\n\treturn 42;\n}\n"},
	{"wrong/too-small.c",
		"/* expect: the answer is 41, and should be 42 */\n"
		"#include \"exercise.h\"\n\n"
		"int answer(void)\n{\n\treturn 41;\n}\n"},
	{"wrong/too-large.c",
		"/* expect: the answer is 43, and should be 42 */\n"
		"#include \"exercise.h\"\n\n"
		"int answer(void)\n{\n\treturn 43;\n}\n"},
	{"wrong/negative.c",
		"/* expect: the answer is -42, and should be 42 */\n"
		"#include \"exercise.h\"\n\n"
		"int answer(void)\n{\n\treturn -42;\n}\n"},
};

static const char *const folders[] = {"", "/solution", "/right", "/wrong"};

static bool is_slug(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return isdigit((unsigned char)name[0]) &&
	       isdigit((unsigned char)name[1]) && name[2] == '-' && name[3] &&
	       !name[n] && n < LESSON_SLUG_SIZE;
}

static int refuse_slug(const char *slug)
{
	msg_error("%s cannot name a lesson", text_quote(slug).text);
	msg_hint("a name is two digits and words: conc lesson new 26-monitors");
	return EXIT_USAGE;
}

static int refuse(const char *path, int error)
{
	msg_error(
		"cannot make %s: %s", text_quote(path).text, strerror(-error));
	msg_hint("name a folder that can be written: --lessons DIR");
	return EXIT_REFUSED;
}

static int write_page(const char *folder, const struct page *page)
{
	char path[PATH_MAX];
	struct savefile file;
	int error = -ENAMETOOLONG;

	if (snprintf(path, sizeof(path), "%s/%s", folder, page->name) <
		PATH_MAX)
		error = savefile_open(&file, path);
	if (error)
		return error;
	fputs(page->text, file.out);
	return savefile_close(&file);
}

/* The folder must not be there yet: nothing is overwritten. */
static int make(const char *folder)
{
	char path[PATH_MAX];
	int error = 0;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (snprintf(path, sizeof(path), "%s%s", folder, folders[i]) >=
			PATH_MAX)
			return -ENAMETOOLONG;
		if (mkdir(path, 0777) < 0)
			return -errno;
	}
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]) && !error; i++)
		error = write_page(folder, &pages[i]);
	return error;
}

static void report(const char *folder)
{
	struct json json;

	if (global.json) {
		json_begin(&json, stdout, "conc.lesson.new");
		json_string(&json, "folder", folder);
		json_finish(&json);
		return;
	}
	text_print(stdout, folder, strlen(folder));
	printf(" is a lesson that verifies.\nReplace each TODO, then: "
	       "conc lesson verify --lessons DIR\n");
}

static int run(const void *options, int noperands, char **operands)
{
	const char *shelf = lesson_shared.lessons ? lesson_shared.lessons : ".";
	char folder[PATH_MAX];
	int error;

	(void)options;
	(void)noperands;
	if (!is_slug(operands[0]))
		return refuse_slug(operands[0]);
	if (snprintf(folder, sizeof(folder), "%s/%s", shelf, operands[0]) >=
		PATH_MAX)
		return refuse(shelf, -ENAMETOOLONG);
	error = make(folder);
	if (error)
		return refuse(folder, error);
	report(folder);
	return EXIT_GOOD;
}

const struct command lesson_new = {
	.name = "new",
	.summary = "for authors: begin a lesson of your own",
	.about = "Makes the folder of a lesson that can be verified at once, "
		 "with TODO where your words and code belong. It is made in "
		 "the folder that --lessons names, or here.",
	.operands = "NN-NAME",
	.operands_min = 1,
	.operands_max = 1,
	.examples =
		(const struct command_example[]){
			{"conc lesson new 26-monitors --lessons mine",
				"begin mine/26-monitors"},
			{0},
		},
	.notes = "lesson.conf has a line `key = value` for each of: title, "
		 "task, file (what the learner edits), companions (files "
		 "that are given beside it), scenarios (arguments of the "
		 "check's main, each explored by itself), see (a command "
		 "that shows the same thing), ask, a, b, c, right, because "
		 "(a question, its answers, which of them, and why), explorer "
		 "(threads or "
		 "processes), bound (preemptions at most; left out: all "
		 "schedules), spurious (wake-ups that nobody signalled), "
		 "kills (of processes), memory (sc, tso or c11), wait-all "
		 "(yes: main's return waits for threads), locks (yes: show "
		 "which locks were held at each access).\n\n"
		 "The check includes lesson.h, for EXPECT and EXPECT_EQUAL; it "
		 "lies beside the lessons.",
	.run = run,
};
