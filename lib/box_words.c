/* What happened, and what is missing, in a learner's words. */
#include "lib/box.h"

#include "lib/clock.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct meaning {
	int signal;
	const char *name, *text;
};

static const struct meaning meanings[] = {
	{SIGSEGV, "SIGSEGV",
		"it used memory that is not its own: a pointer that points "
		"nowhere (malloc gives NULL when there is no more memory), an "
		"index past the end, or a recursion without end"},
	{SIGBUS, "SIGBUS", "it used memory that is not there"},
	{SIGABRT, "SIGABRT",
		"it gave up by itself: something that has to hold did not"},
	{SIGFPE, "SIGFPE", "it divided an integer by zero"},
	{SIGILL, "SIGILL",
		"it ran into what is no instruction: often the end of a "
		"function that returns nothing"},
	{SIGTRAP, "SIGTRAP", "it ran into a trap of the compiler"},
	{SIGKILL, "SIGKILL",
		"it was killed: by itself, or because the machine had no more "
		"memory"},
	{SIGTERM, "SIGTERM", "it asked itself to end"},
	{SIGPIPE, "SIGPIPE", "it wrote to a pipe that nobody reads"},
	{SIGALRM, "SIGALRM", "an alarm that it had set went off"},
	{SIGSYS, "SIGSYS", "it made a system call that is not allowed here"},
};

static const struct {
	enum box_layer layer;
	const char *name;
} layers[BOX_NLAYERS] = {
	{BOX_PIDS, "process namespace"},
	{BOX_FILES, "file system of its own"},
	{BOX_NETWORK, "network namespace"},
	{BOX_USER, "user of its own"},
	{BOX_LANDLOCK, "Landlock"},
	{BOX_SECCOMP, "seccomp"},
	{BOX_CGROUP, "control group"},
};

__attribute__((format(printf, 2, 3))) static void append(
	char *text, const char *format, ...)
{
	size_t used = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + used, BOX_WORDS_SIZE - used, format, arguments);
	va_end(arguments);
}

static void append_size(char *text, uint64_t size)
{
	if (size >= 1 << 20)
		append(text, "%llu MiB", (unsigned long long)(size >> 20));
	else if (size >= 1 << 10)
		append(text, "%llu KiB", (unsigned long long)(size >> 10));
	else
		append(text, "%llu bytes", (unsigned long long)size);
}

static double seconds(uint64_t ns)
{
	return (double)ns / (double)CLOCK_NS_PER_S;
}

static void append_meaning(char *text, int signal_number)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++) {
		if (meanings[i].signal == signal_number) {
			append(text, "ended by %s: %s", meanings[i].name,
				meanings[i].text);
			return;
		}
	}
	append(text, "ended by signal %d", signal_number);
}

/* A limit is behind it, which says more than the signal. */
static bool append_limit(char *text, const struct box_result *result,
	const struct box_limits *limits)
{
	bool long_busy = limits->cpu_s &&
			 result->busy_ns / CLOCK_NS_PER_S >= limits->cpu_s;

	if (result->code == SIGXFSZ) {
		append(text, "stopped when a file that it wrote had ");
		append_size(text, limits->file_size);
		append(text, ", which is the limit");
		return true;
	}
	if (result->code != SIGXCPU && !(result->code == SIGKILL && long_busy))
		return false;
	append(text,
		"stopped after %llu s of calculating, which is the limit: "
		"a loop without end?",
		(unsigned long long)limits->cpu_s);
	return true;
}

static bool is_bomb(
	const struct box_result *result, const struct box_limits *limits)
{
	return limits->nprocesses && result->nleft >= limits->nprocesses / 2;
}

static void append_time(char *text, const struct box_result *result,
	const struct box_limits *limits)
{
	append(text, "stopped after %.1f s, which is the limit: ",
		seconds(limits->wall_ns));
	if (is_bomb(result, limits))
		append(text, "it started process after process, without end?");
	else if (result->asleep)
		append(text, "all its threads slept: they wait for each other "
			     "(a deadlock) or for something that never comes");
	else
		append(text, "it was busy to the end: a loop without end?");
}

static void append_left(char *text, unsigned n)
{
	if (n)
		append(text, "; %u process%s that it had left behind %s ended",
			n, n == 1 ? "" : "es", n == 1 ? "was" : "were");
}

const char *box_describe(const struct box_result *result,
	const struct box_limits *limits, char text[BOX_WORDS_SIZE])
{
	text[0] = '\0';
	switch (result->end) {
	case BOX_EXITED:
		if (result->code)
			append(text, "ended with status %d", result->code);
		else
			append(text, "ended well");
		break;
	case BOX_SIGNALLED:
		if (!append_limit(text, result, limits))
			append_meaning(text, result->code);
		break;
	case BOX_TIME_OVER:
		append_time(text, result, limits);
		break;
	case BOX_OUTPUT_OVER:
		append(text, "stopped when it had written ");
		append_size(text, limits->output_size);
		append(text, ", which is the limit");
		break;
	case BOX_STOPPED:
		append(text, "stopped");
		break;
	}
	append_left(text, result->nleft);
	return text;
}

const char *box_missing(unsigned missing, char text[BOX_WORDS_SIZE])
{
	text[0] = '\0';
	for (unsigned i = 0; i < BOX_NLAYERS; i++) {
		if (missing & layers[i].layer)
			append(text, "%sno %s", *text ? ", " : "",
				layers[i].name);
	}
	return text;
}
