/* The source of a function that says whether an invariant holds. */
#include "lib/explore/build_impl.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

static bool is_name(const char *text)
{
	for (const char *p = text; *p; p++) {
		if (!isalnum((unsigned char)*p) && *p != '_')
			return false;
	}
	return !isdigit((unsigned char)*text);
}

static void put_literal(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', out);
		putc(iscntrl((unsigned char)*text) ? ' ' : *text, out);
	}
	putc('"', out);
}

/*
 * A function that says whether the invariant holds, in the scope of the first
 * file: that is included before it, and so knows of what is static.
 */
int build_write_invariant(const char *path, const char *invariant)
{
	FILE *out = fopen(path, "wxe");

	if (!out)
		return -errno;
	fprintf(out,
		"#pragma GCC diagnostic error "
		"\"-Wimplicit-function-declaration\"\n"
		"#pragma GCC diagnostic ignored \"-Wreturn-type\"\n"
		"#line 1 \"--invariant\"\n"
		"int __conc_invariant(void); int __conc_invariant(void) "
		"{ return (%s%s) ? 1 : 0; }\n"
		"extern const char __conc_invariant_text[];\n"
		"const char __conc_invariant_text[] = ",
		invariant, is_name(invariant) ? "()" : "");
	put_literal(out, invariant);
	fputs(";\n", out);
	return fclose(out) ? -errno : 0;
}
