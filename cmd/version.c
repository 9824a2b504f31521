#include "cmd/version.h"

#include "cmd/json.h"

#include <stdio.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#ifndef CONC_COMMIT
#define CONC_COMMIT "unknown"
#endif

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "unknown"
#endif

#if defined(__x86_64__)
#define MACHINE "x86_64"
#elif defined(__aarch64__)
#define MACHINE "aarch64"
#else
#define MACHINE "other"
#endif

/* What this build has that another may lack. */
static const char *const features[] = {
#ifdef __SANITIZE_ADDRESS__
	"address-sanitizer",
#endif
#ifdef __SANITIZE_THREAD__
	"thread-sanitizer",
#endif
	NULL,
};

static void libc_name(char *out, size_t size)
{
#ifdef __GLIBC__
	snprintf(out, size, "glibc %s", gnu_get_libc_version());
#else
	snprintf(out, size, "unknown");
#endif
}

/*
 * "version" is the program's here, which is what anyone who asks for it
 * means; so this document is not begun like the others.
 */
static void print_json(void)
{
	struct json json = {.out = stdout};
	char libc[64];

	libc_name(libc, sizeof(libc));
	json_object(&json, NULL);
	json_string(&json, "schema", "conc.version");
	json_string(&json, "version", CONC_VERSION);
	json_string(&json, "commit", CONC_COMMIT);
	json_string(&json, "compiler", COMPILER);
	json_string(&json, "libc", libc);
	json_string(&json, "machine", MACHINE);
	json_array(&json, "features");
	for (int i = 0; features[i]; i++)
		json_string(&json, NULL, features[i]);
	json_end(&json);
	json_finish(&json);
}

void version_print(bool as_json)
{
	if (as_json)
		print_json();
	else
		puts("conc " CONC_VERSION "\n"
		     "MIT license; there is no warranty.");
}
