/* From operands and options to a program that can be explored. */
#include "cmd/explore.h"

#include "cmd/exit.h"
#include "cmd/interrupt.h"
#include "cmd/msg.h"
#include "cmd/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

const struct opt explore_build_rows[] = {
	EXPLORE_BUILD_ROWS,
	OPT_END,
};

static bool is_source(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot &&
	       (!strcmp(dot, ".c") || !strcmp(dot, ".o") || !strcmp(dot, ".a"));
}

static int add_flags(struct build_options *sources, char letter,
	const struct opt_texts *texts)
{
	static char flags[BUILD_MAX_FLAGS][512];

	for (unsigned i = 0; i < texts->n; i++) {
		char *flag = flags[sources->nflags];
		int n = snprintf(flag, sizeof(flags[0]), "-%c%s", letter,
			texts->values[i]);

		if ((size_t)n >= sizeof(flags[0])) {
			msg_error("%s is too long",
				text_quote(texts->values[i]).text);
			msg_hint_help();
			return EXIT_USAGE;
		}
		sources->flags[sources->nflags++] = flag;
	}
	return 0;
}

static int refuse_flags(const struct explore_options *options)
{
	if (!options->includes.n && !options->defines.n &&
		!options->libraries.n)
		return 0;
	msg_error("-I, -D and -l are for the compiler, and a program is "
		  "compiled already");
	msg_hint("leave them out, or name the source instead");
	return EXIT_USAGE;
}

/* Past a string or a character, which begins at p. */
static const char *past_quoted(const char *p)
{
	char quote = *p++;

	while (*p && *p != quote)
		p += *p == '\\' && p[1] ? 2 : 1;
	return *p ? p + 1 : p;
}

/* Whether the operator at p writes; `before` are the two characters there. */
static bool writes(const char *p, const char before[2])
{
	if (*p == '+' || *p == '-')
		return p[1] == *p;
	if (*p != '=' || p[1] == '=')
		return false;
	if (before[1] == '<' || before[1] == '>')
		return before[0] == before[1]; /* a shift */
	return before[1] != '=' && before[1] != '!';
}

/* Statements may have variables of their own, to do with as they like. */
static bool changes_something(const char *expression)
{
	char before[2] = "";

	if (strchr(expression, '{'))
		return false;
	for (const char *p = expression; *p;) {
		if (*p == '"' || *p == '\'') {
			p = past_quoted(p);
			continue;
		}
		if (writes(p, before))
			return true;
		before[0] = before[1];
		before[1] = *p++;
	}
	return false;
}

/* Under a weak memory model each thread has a state of its own. */
static bool can_watch(const struct explore_options *options,
	const struct build_options *sources)
{
	if (options->memory != MEMORY_SC) {
		msg_error("--invariant speaks of one memory, which --memory %s "
			  "has not",
			explore_memory_names[options->memory]);
		msg_hint("leave out --memory, or assert in the program what a "
			 "thread must see");
		return false;
	}
	if (sources->binary || build_is_object(sources->files[0])) {
		msg_error("--invariant is compiled with the source, and %s is "
			  "compiled already",
			text_quote(sources->files[0]).text);
		msg_hint("name the C file that it speaks of first");
		return false;
	}
	if (changes_something(sources->invariant)) {
		msg_error("--invariant %s changes what it is to look at: it "
			  "assigns",
			text_quote(sources->invariant).text);
		msg_hint("compare with ==, and leave out what writes");
		return false;
	}
	return true;
}

/* A name that begins as an option does is none for the compiler. */
static const char *no_option(const char *name, unsigned i)
{
	static char names[BUILD_MAX_FILES][BUILD_PATH_SIZE];

	if (*name != '-')
		return name;
	snprintf(names[i], sizeof(names[i]), "./%s", name);
	return names[i];
}

static bool is_cpp(const char *name)
{
	static const char *const suffixes[] = {
		".cpp", ".cc", ".cxx", ".c++", ".C"};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof(suffixes) / sizeof(suffixes[0]);
		i++) {
		if (!strcmp(dot, suffixes[i]))
			return true;
	}
	return false;
}

/* Neither sources nor a program. */
static int refuse_operand(const char *name)
{
	struct stat stat_;

	if (stat(name, &stat_) != 0) {
		msg_error("cannot read %s: %s", text_quote(name).text,
			strerror(errno));
		msg_hint("try ls -l %s", text_quote(name).text);
		return EXIT_REFUSED;
	}
	if (is_cpp(name)) {
		msg_error("%s is C++, and only C is compiled here",
			text_quote(name).text);
		msg_hint("build it, and explore the program: g++ -g "
			 "-fsanitize=thread -o prog %s",
			text_quote(name).text);
		return EXIT_USAGE;
	}
	msg_error("%s is %s", text_quote(name).text,
		S_ISDIR(stat_.st_mode) ? "a directory"
				       : "neither a C file nor a program");
	msg_hint("name the source or the program first, and then its own "
		 "arguments");
	return EXIT_USAGE;
}

/*
 * A program, or C files. What comes behind are the arguments of the program.
 * `arguments` has room for all operands, a name and a NULL.
 */
int explore_sources(const struct explore_options *options, int noperands,
	char **operands, struct build_options *sources, const char **arguments)
{
	int i = 0, n = 0;

	*sources = (struct build_options){
		.compiler = options->compiler,
		.optimise = options->optimise,
		.processes = options->processes,
		.invariant = options->processes ? NULL : options->invariant,
		.at_rest = options->at_rest,
	};
	if (!is_source(operands[0]) && binary_is_elf(operands[0])) {
		sources->binary = true;
		sources->files[sources->nfiles++] = no_option(operands[i++], 0);
	}
	while (!sources->binary && i < noperands && is_source(operands[i]) &&
		sources->nfiles < BUILD_MAX_FILES) {
		sources->files[sources->nfiles] = no_option(
			operands[i++], sources->nfiles);
		sources->nfiles++;
	}
	if (sources->nfiles == 0)
		return refuse_operand(operands[0]);
	arguments[n++] = sources->files[0];
	while (i < noperands)
		arguments[n++] = operands[i++];
	arguments[n] = NULL;
	if (sources->invariant && !can_watch(options, sources))
		return EXIT_USAGE;
	if (sources->binary)
		return refuse_flags(options);
	if (add_flags(sources, 'I', &options->includes) ||
		add_flags(sources, 'D', &options->defines) ||
		add_flags(sources, 'l', &options->libraries))
		return EXIT_USAGE;
	return 0;
}

static int refuse_file(const struct build_options *sources, int error)
{
	uint32_t hash;
	unsigned which = 0;

	if (build_hash(sources, &hash, &which) == 0) {
		msg_error("cannot make temporary files: %s", strerror(-error));
		msg_hint("set TMPDIR to a directory that can be written");
		return EXIT_REFUSED;
	}
	msg_error("cannot read %s: %s", text_quote(sources->files[which]).text,
		strerror(-error));
	msg_hint("try ls -l %s", text_quote(sources->files[which]).text);
	return EXIT_REFUSED;
}

static int refuse_binary(const char *program, enum binary_error why)
{
	static const struct {
		const char *what, *hint;
	} table[] = {
		[BINARY_NO_ELF] = {"is no program", NULL},
		[BINARY_BROKEN] = {"is damaged: it begins as a program does, "
				   "and is none",
			NULL},
		[BINARY_OTHER_MACHINE] = {"was built for another machine",
			NULL},
		[BINARY_UNSUPPORTED_MACHINE] =
			{"cannot be taken over on this machine", NULL},
		[BINARY_NO_PROGRAM] = {"is a library or an object, no program",
			NULL},
		[BINARY_STATIC] = {"is linked statically, so that nothing can "
				   "be put between it and its libraries",
			"link it without -static"},
		[BINARY_OTHER_LIBC] = {"uses another C library than glibc",
			NULL},
		[BINARY_SANITIZER_INSIDE] =
			{"has the thread sanitizer inside, as clang builds it",
				"build it with gcc -fsanitize=thread"},
		[BINARY_OTHER_SANITIZER] =
			{"was built with the address sanitizer, which wants "
			 "to be the first library itself",
				"build it without"},
		[BINARY_SETUID] = {"runs with the rights of somebody else, and "
				   "the system lets nobody look inside of that",
			"make a copy of it"},
		[BINARY_NOT_EXECUTABLE] = {"may not be executed",
			"try chmod +x"},
	};

	msg_error("%s %s", text_quote(program).text, table[why].what);
	msg_hint("%s", table[why].hint ? table[why].hint
				       : "name its source instead: prog.c");
	return EXIT_REFUSED;
}

int explore_refuse_build(const struct build_options *sources, int status)
{
	if (interrupt_requested())
		return EXIT_REFUSED; /* the compiler got that, too */
	switch (status) {
	case BUILD_DOES_NOT_COMPILE:
		msg_error("%s does not compile",
			text_quote(sources->files[0]).text);
		msg_hint("mend what the compiler says above");
		return EXIT_REFUSED;
	case BUILD_DOES_NOT_LINK:
		msg_error(
			"%s does not link", text_quote(sources->files[0]).text);
		msg_hint("is there a main, and are all files and libraries "
			 "named?");
		return EXIT_REFUSED;
	case BUILD_NO_MAIN:
		msg_error("%s has no main", text_quote(sources->files[0]).text);
		msg_hint("name the file that has it, too: conc explore "
			 "FILE.c...");
		return EXIT_REFUSED;
	case BUILD_TWO_MAINS:
		msg_error("more than one of these files has a main");
		msg_hint("name the files of one program, and then its "
			 "arguments");
		return EXIT_REFUSED;
	case BUILD_BAD_INVARIANT:
		msg_error("%s does not compile with --invariant %s",
			text_quote(sources->files[0]).text,
			text_quote(sources->invariant).text);
		msg_hint("mend what the compiler says above; a condition is an "
			 "expression, as in that file: 'count <= 4'");
		return EXIT_REFUSED;
	case BUILD_NO_COMPILER:
		msg_error("there is no compiler %s",
			text_quote(sources->compiler).text);
		msg_hint("install gcc, or name another with --cc");
		return EXIT_REFUSED;
	case BUILD_NO_OBJCOPY:
		msg_error("there is no objcopy");
		msg_hint("install binutils");
		return EXIT_REFUSED;
	default:
		if (status > BUILD_NO_BINARY)
			return refuse_binary(sources->files[0],
				(enum binary_error)(status - BUILD_NO_BINARY));
		return refuse_file(sources, status);
	}
}

int explore_refuse(int error)
{
	if (error == -ECHILD) {
		msg_error("the program ended before its main began");
		msg_hint("does it run at all when it is started by itself?");
		return EXIT_REFUSED;
	}
	if (error == -ETIME) {
		msg_error("the program does not come to its main: something "
			  "before it has no end");
		msg_hint("does it run at all when it is started by itself?");
		return EXIT_REFUSED;
	}
	msg_error("cannot explore: %s", strerror(-error));
	msg_hint("try it with --strategy random");
	return EXIT_REFUSED;
}

int explore_build(const struct build_options *sources, struct build *build)
{
	int status = build_make(sources, build);

	return status ? explore_refuse_build(sources, status) : 0;
}
