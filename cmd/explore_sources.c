/* From operands and options to a program that can be explored. */
#include "cmd/explore.h"

#include "cmd/exit.h"
#include "cmd/msg.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

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

/*
 * The first operand that is no C file begins the arguments of the program.
 * `arguments` has room for all operands, a name and a NULL.
 */
int explore_sources(const struct explore_options *options, int noperands,
	char **operands, struct build_options *sources, const char **arguments)
{
	int i = 0, n = 0;

	*sources = (struct build_options){
		.compiler = options->compiler, .optimise = options->optimise};
	while (i < noperands && is_source(operands[i]) &&
		sources->nfiles < BUILD_MAX_FILES)
		sources->files[sources->nfiles++] = operands[i++];
	if (sources->nfiles == 0) {
		msg_error("%s is no C file", text_quote(operands[0]).text);
		msg_hint("name the source first: prog.c, and then the "
			 "program's own arguments");
		return EXIT_USAGE;
	}
	arguments[n++] = sources->files[0];
	while (i < noperands)
		arguments[n++] = operands[i++];
	arguments[n] = NULL;
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
	msg_hint("try 'ls -l %s'", text_quote(sources->files[which]).text);
	return EXIT_REFUSED;
}

int explore_refuse_build(const struct build_options *sources, int status)
{
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
		return refuse_file(sources, status);
	}
}

int explore_build(const struct build_options *sources, struct build *build)
{
	int status = build_make(sources, build);

	return status ? explore_refuse_build(sources, status) : 0;
}
