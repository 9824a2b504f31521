/* Calls to do with other processes: to make, to wait for and to kill them. */
#include "lib/explore/runtime/shim/shim.h"

#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

EXPORT pid_t fork(void)
{
	struct desk_place *child;
	char name[SHIM_NAME_SIZE];
	pid_t pid;

	if (!shim_place())
		return REAL(fork)();
	shim_ask(CALLER, NULL, NULL, "fork()");
	child = shim_reserve();
	if (!child)
		shim_fail(FOUND_REFUSED, CALLER, "has more than %d processes",
			DESK_PLACES);
	pid = REAL(fork)();
	if (pid == 0) {
		shim_be(child);
		return pid;
	}
	if (pid > 0)
		atomic_store(&child->pid, pid);
	shim_tell_words(pid, "%s", shim_name(pid, name));
	return pid;
}

/* Nobody can tell the difference but by time. */
EXPORT pid_t vfork(void)
{
	return fork();
}

static int spawned(__typeof__(&posix_spawn) spawn, uint64_t pc, pid_t *pid,
	const char *file, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const argv[],
	char *const envp[])
{
	struct desk_place *child;
	pid_t ignored;
	int error;

	if (!shim_place())
		return spawn(pid, file, actions, attributes, argv, envp);
	pid = pid ? pid : &ignored;
	shim_ask(pc, NULL, NULL, "posix_spawn(%s)", file);
	child = shim_reserve();
	if (!child)
		shim_fail(FOUND_REFUSED, pc, "has more than %d processes",
			DESK_PLACES);
	error = spawn(pid, file, actions, attributes, argv, envp);
	if (error)
		atomic_store(&child->state, DESK_FREE);
	else
		atomic_store(&child->pid, *pid);
	shim_tell(error);
	return error;
}

EXPORT int posix_spawn(pid_t *pid, const char *file,
	const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const argv[],
	char *const envp[])
{
	return spawned(REAL(posix_spawn), CALLER, pid, file, actions,
		attributes, argv, envp);
}

EXPORT int posix_spawnp(pid_t *pid, const char *file,
	const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const argv[],
	char *const envp[])
{
	return spawned(REAL(posix_spawnp), CALLER, pid, file, actions,
		attributes, argv, envp);
}

struct family {
	idtype_t type;
	id_t id;
};

static bool can_reap(const void *wait)
{
	const struct family *family = wait;
	siginfo_t info = {.si_pid = 0};

	return REAL(waitid)(family->type, family->id, &info,
		       WEXITED | WNOHANG | WNOWAIT) < 0 ||
	       info.si_pid != 0;
}

static void notice(pid_t pid)
{
	struct desk_place *child = shim_find(pid);

	if (child)
		child->noticed = true;
}

static pid_t reaped(uint64_t pc, pid_t pid, int *status, int flags)
{
	struct family family = {P_ALL, 0};
	char name[SHIM_NAME_SIZE];

	if (pid > 0)
		family = (struct family){P_PID, (id_t)pid};
	shim_ask(pc, flags & WNOHANG ? NULL : can_reap, &family, "wait(%s)",
		pid > 0 ? shim_name(pid, name) : "any child");
	pid = REAL(waitpid)(pid, status, flags);
	shim_tell_words(
		pid, "%s", pid > 0 ? shim_name(pid, name) : "none has ended");
	if (pid > 0 && status)
		notice(pid);
	return pid;
}

EXPORT pid_t waitpid(pid_t pid, int *status, int flags)
{
	return shim_place() ? reaped(CALLER, pid, status, flags)
			    : REAL(waitpid)(pid, status, flags);
}

EXPORT int waitid(idtype_t type, id_t id, siginfo_t *info, int flags)
{
	struct family family = {type, id};
	int result;

	if (!shim_place())
		return REAL(waitid)(type, id, info, flags);
	shim_ask(CALLER, flags & WNOHANG ? NULL : can_reap, &family,
		"waitid(%d)", (int)id);
	result = REAL(waitid)(type, id, info, flags);
	shim_tell(result);
	if (result == 0 && info && info->si_pid > 0)
		notice(info->si_pid);
	return result;
}

EXPORT pid_t wait(int *status)
{
	return shim_place() ? reaped(CALLER, -1, status, 0)
			    : REAL(waitpid)(-1, status, 0);
}

EXPORT pid_t wait3(int *status, int flags, struct rusage *usage)
{
	(void)usage;
	return shim_place() ? reaped(CALLER, -1, status, flags)
			    : REAL(waitpid)(-1, status, flags);
}

EXPORT int system(const char *command)
{
	char *argv[] = {"sh", "-c", (char *)(uintptr_t)command, NULL};
	extern char **environ;
	int status = -1;
	pid_t pid;

	if (!shim_place())
		return REAL(system)(command);
	if (posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ) != 0)
		return -1;
	reaped(CALLER, pid, &status, 0);
	return status;
}

static void ask_to_exit(uint64_t pc, const char *how, int status)
{
	struct desk_place *place = shim_place();

	if (!place || place->exits)
		return;
	shim_ask(pc, NULL, NULL, "%s(%d)", how, status);
	place->exits = true;
	place->exit_code = status & 255;
}

EXPORT void exit(int status)
{
	ask_to_exit(CALLER, "exit", status);
	REAL(exit)(status);
	__builtin_unreachable();
}

EXPORT void _exit(int status)
{
	ask_to_exit(CALLER, "_exit", status);
	REAL(_exit)(status);
	__builtin_unreachable();
}

EXPORT void _Exit(int status)
{
	ask_to_exit(CALLER, "_exit", status);
	REAL(_exit)(status);
	__builtin_unreachable();
}

EXPORT void abort(void)
{
	if (shim_place())
		shim_fail(FOUND_ABORT, CALLER, "abort was called");
	REAL(abort)();
	__builtin_unreachable();
}

_Noreturn void __assert_fail(const char *expression, const char *file,
	unsigned line, const char *function);

EXPORT void __assert_fail(const char *expression, const char *file,
	unsigned line, const char *function)
{
	if (shim_place() && shim_has_lines())
		shim_fail(FOUND_ASSERT, CALLER, "assert(%s)", expression);
	if (shim_place())
		shim_fail(FOUND_ASSERT, 0, "assert(%s) failed in %s, %s:%u",
			expression, function, file, line);
	REAL(__assert_fail)(expression, file, line, function);
	__builtin_unreachable();
}

/* What the check of a lesson says: lessons/lesson.h. */
void lesson_broken_process(const char *words);

EXPORT void lesson_broken_process(const char *words)
{
	if (shim_place())
		shim_fail(FOUND_ASSERT, 0, "%s", words);
}

EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *), void *arg)
{
	if (shim_place())
		shim_fail(FOUND_REFUSED, CALLER,
			"starts a thread: threads are explored without "
			"--processes");
	return REAL(pthread_create)(thread, attributes, start, arg);
}

static int (*program_main)(int argc, char **argv, char **envp);

static int main_between(int argc, char **argv, char **envp)
{
	int code;

	shim_begin(__builtin_frame_address(0));
	code = program_main(argc, argv, envp);
	ask_to_exit(0, "return", code);
	return code;
}

typedef int start_fn(int (*main)(int, char **, char **), int argc, char **argv,
	void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
	void *stack_end);

start_fn __libc_start_main;

EXPORT int __libc_start_main(int (*theirs)(int, char **, char **), int argc,
	char **argv, void (*init)(void), void (*fini)(void),
	void (*rtld_fini)(void), void *stack_end)
{
	program_main = theirs;
	return REAL(__libc_start_main)(
		main_between, argc, argv, init, fini, rtld_fini, stack_end);
}
