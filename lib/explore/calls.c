#include "lib/explore/calls.h"

#include "lib/explore/object_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAME_SIZE = 128,
};

/* Words, with blanks around them. */
static const char harmless[] =
	" abs labs llabs imaxabs div ldiv lldiv ffs"
	" getenv secure_getenv environ __environ __errno_location"
	" isalnum isalpha isascii isblank iscntrl isdigit isgraph islower"
	" isprint ispunct isspace isupper isxdigit tolower toupper"
	" __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc"
	" __ctype_get_mb_cur_max setlocale"
	" stdin stdout stderr fileno setvbuf setbuf setbuffer setlinebuf"
	" difftime gmtime_r"
	" getpid getppid getuid geteuid getgid getegid getpagesize sysconf"
	" isatty getopt getopt_long optarg optind opterr optopt"
	" strerror strsignal"
	" pthread_attr_init pthread_attr_destroy pthread_attr_setdetachstate"
	" pthread_attr_getdetachstate pthread_attr_setstacksize"
	" pthread_attr_getstacksize pthread_attr_setguardsize"
	" pthread_attr_getguardsize pthread_attr_setscope"
	" pthread_attr_getscope pthread_attr_setschedpolicy"
	" pthread_attr_setschedparam pthread_attr_setinheritsched"
	" pthread_mutexattr_init pthread_mutexattr_destroy"
	" pthread_mutexattr_settype pthread_mutexattr_gettype"
	" pthread_mutexattr_setpshared pthread_mutexattr_getpshared"
	" pthread_mutexattr_setprotocol pthread_mutexattr_getprotocol"
	" pthread_mutexattr_getrobust pthread_mutexattr_setrobust"
	" pthread_condattr_init pthread_condattr_destroy"
	" pthread_condattr_setclock pthread_condattr_getclock"
	" pthread_condattr_setpshared pthread_condattr_getpshared"
	" pthread_rwlockattr_init pthread_rwlockattr_destroy"
	" pthread_rwlockattr_setpshared pthread_rwlockattr_setkind_np"
	" pthread_barrierattr_init pthread_barrierattr_destroy"
	" pthread_barrierattr_setpshared"
	" sched_get_priority_max sched_get_priority_min"
	" setjmp _setjmp __sigsetjmp sigsetjmp getcontext"
	" sigemptyset sigfillset sigaddset sigdelset"
	" acos asin atan atan2 cbrt ceil copysign cos cosh erf exp exp2 expm1"
	" fabs fdim floor fma fmax fmin fmod hypot ldexp lgamma llrint llround"
	" log log10 log1p log2 lrint lround nearbyint pow remainder rint round"
	" scalbn sin sinh sqrt tan tanh tgamma trunc"
	" __fpclassify __isnan __isinf __signbit"
	" __stack_chk_fail _GLOBAL_OFFSET_TABLE_ __dso_handle ";

static bool is_word(const char *words, const char *name, size_t n)
{
	const char *at = words;

	while ((at = strstr(at, name))) {
		if (at > words && at[-1] == ' ' && at[n] == ' ')
			return true;
		at++;
	}
	return false;
}

/* Functions on float and long double are named for those on double. */
static bool is_harmless(const char *name)
{
	size_t n = strlen(name);
	char shorter[NAME_SIZE];

	if (!strncmp(name, "__conc_", 7) || !strncmp(name, "__tsan_", 7) ||
		!strncmp(name, "__builtin_", 10) || is_word(harmless, name, n))
		return true;
	if (n < 2 || (name[n - 1] != 'f' && name[n - 1] != 'l'))
		return false;
	snprintf(shorter, sizeof(shorter), "%.*s", (int)n - 1, name);
	return is_word(harmless, shorter, n - 1);
}

static bool reads_input(const char *name)
{
	return is_word(" getchar fgetc getc ungetc fgets getline getdelim "
		       "fread read scanf vscanf fscanf __isoc99_scanf "
		       "__isoc99_vscanf __isoc99_fscanf __isoc23_scanf "
		       "__isoc23_fscanf ",
		name, strlen(name));
}

static bool sleeps(const char *name)
{
	return is_word(" pthread_cond_wait pthread_cond_timedwait "
		       "pthread_cond_clockwait cnd_wait cnd_timedwait ",
		name, strlen(name));
}

static bool begins(const char *name, const char *const *prefixes)
{
	for (; *prefixes; prefixes++) {
		if (!strncmp(name, *prefixes, strlen(*prefixes)))
			return true;
	}
	return false;
}

static bool is_of_c11(const char *name)
{
	static const char *const prefixes[] = {
		"thrd_", "mtx_", "cnd_", "call_once", NULL};

	return begins(name, prefixes);
}

/* One that C11 has, too. */
static bool is_of_pthreads(const char *name)
{
	static const char *const prefixes[] = {"pthread_create",
		"pthread_mutex_", "pthread_cond_", "pthread_once", NULL};

	return begins(name, prefixes);
}

static void add(struct calls *calls, const char *name)
{
	size_t n = strlen(calls->unknown), size = strlen(name) + 1;

	calls->nunknown++;
	if (n + 2 + size > sizeof(calls->unknown))
		return;
	if (n) {
		memcpy(calls->unknown + n, ", ", 2);
		n += 2;
	}
	memcpy(calls->unknown + n, name, size);
}

static bool parse(const char *line, char *name, char *type)
{
	return sscanf(line, "%127s %c", name, type) == 2;
}

/* Defined by another object of the program, or named before. */
static bool is_settled(const char *names, const char *line, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = names; *at; at = strchr(at, '\n') + 1) {
		if (!strncmp(at, name, n) && at[n] == ' ' &&
			(at[n + 1] != 'U' || at < line))
			return true;
	}
	return false;
}

static unsigned count_defined(const char *names, const char *wanted)
{
	char name[NAME_SIZE], type;
	unsigned n = 0;

	for (const char *line = names; *line; line = strchr(line, '\n') + 1)
		n += parse(line, name, &type) && type != 'U' &&
		     !strcmp(name, wanted);
	return n;
}

static void judge(const char *names, struct calls *calls)
{
	char name[NAME_SIZE], type;
	bool pthreads = false;

	calls->nmains = count_defined(names, "__conc_main");

	for (const char *line = names; *line; line = strchr(line, '\n') + 1) {
		if (!parse(line, name, &type) || (type != 'U'))
			continue;
		if (!strncmp(name, "__conc_", 7)) {
			calls->input |= reads_input(name + 7);
			calls->sleeps |= sleeps(name + 7);
			calls->threads_h |= is_of_c11(name + 7);
			pthreads |= is_of_pthreads(name + 7);
		}
		if (!is_harmless(name) && !is_settled(names, line, name))
			add(calls, name);
	}
	calls->threads_h &= !pthreads;
}

int calls_look(const char *const *objects, unsigned n, struct calls *result)
{
	char *names;
	int error = object_names(objects, n, &names);

	*result = (struct calls){.nmains = 1};
	if (error)
		return error;
	judge(names, result);
	free(names);
	return 0;
}
