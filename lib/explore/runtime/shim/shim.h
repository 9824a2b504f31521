/*
 * shim - loaded into each process of an explored program: stops it before its
 * calls; see lib/explore/desk.h
 *
 * Threads:  one: a program that starts more is refused.
 * Blocking: shim_ask until the scheduler lets the process go on.
 * Memory:   the desk's mapping.
 */
#ifndef LIB_EXPLORE_RUNTIME_SHIM_SHIM_H
#define LIB_EXPLORE_RUNTIME_SHIM_SHIM_H

#include "lib/explore/desk.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/types.h>
#include <time.h>

#define CALLER ((uint64_t)(uintptr_t)__builtin_return_address(0))
#define EXPORT __attribute__((visibility("default")))

/* A function under the name of another, which is called nowhere in here. */
#define INSTEAD_OF(name) name

/* The function that we stand before. */
#define REAL(name)                                       \
	((__typeof__(&name))(uintptr_t)({                \
		static void *real_;                      \
		if (!real_)                              \
			real_ = dlsym(RTLD_NEXT, #name); \
		real_;                                   \
	}))

/* Its other name, for programs with files of any size: here all have. */
#define SHIM_ALSO(name) \
	__asm__(".globl " #name "64\n.set " #name "64, " #name "\n")

/* Could the call be done at once? */
typedef bool (*shim_can_fn)(const void *wait);

/* What calls main has this frame. */
void shim_begin(const void *frame);

/* Our place at the desk; NULL outside of an exploration. */
struct desk_place *shim_place(void);

/* This is the program that is explored, and no other that it has started. */
bool shim_has_lines(void);

/* Ask for the next turn; with `can`, for one in which that holds. */
__attribute__((format(printf, 4, 5))) void shim_ask(uint64_t pc,
	shim_can_fn can, const void *wait, const char *format, ...);

/* The next call is about that descriptor. */
void shim_about(int fd);
struct descriptor shim_descriptor(int fd);

/* Each function of the program has one, and keeps it. */
bool shim_has_frames(void);

/* In the variables of the program; in those of a function that goes on. */
bool shim_is_data(const void *p);
bool shim_is_local(const void *p);

/* The same for a call that a signal ends, too: then `can` need not hold. */
__attribute__((format(printf, 4, 5))) void shim_ask_once(uint64_t pc,
	shim_can_fn can, const void *wait, const char *format, ...);

/* For a call that only a signal ends. */
bool shim_never(const void *wait);

/* For what waits for a descriptor, a pointer to it; NULL: it never waits. */
shim_can_fn shim_can_read(int fd);
shim_can_fn shim_can_write(int fd);

/* What is done to it can be seen by others. */
bool shim_is_seen(int fd);

const char *shim_plural(size_t n);

/* For one that whoever calls it lets others go before. */
bool shim_rests(const void *wait);

/* A function of the program is called when that signal comes. */
bool shim_handles(int signal);

/* No other process has been made. */
bool shim_is_alone(void);

/* These are the signals that are blocked until it goes on, and as it does. */
void shim_block_instead(const sigset_t *signals);

/*
 * A step for signals that come before such a call, which is not ended by them;
 * none where none of those that `signals` lets in could have come.
 */
void shim_ask_before(uint64_t pc, const sigset_t *signals, const char *name);

/* What came of it; errno is kept. In words as well, if it has not failed. */
void shim_tell(long result);
__attribute__((format(printf, 2, 3))) void shim_tell_words(
	long result, const char *format, ...);

/* It has memory that other processes can have, too. */
void shim_share(void);

/* Of the file behind a descriptor: S_IFREG and so on; 0: it has none. */
mode_t shim_type_of(int fd);

/* The process has failed; it never goes on. */
__attribute__((format(printf, 3, 4))) _Noreturn void shim_fail(
	enum finding_kind kind, uint64_t pc, const char *format, ...);

/* Of the clocks, as the program sees them: ahead by what was slept. */
_Atomic uint64_t *shim_ahead(void);
uint64_t shim_ns(const struct timespec *time);
uint64_t shim_now(void);
void shim_reach(uint64_t ns); /* it is that late now, at least */

/* A child is about to be made; its place, or NULL when there is none left. */
struct desk_place *shim_reserve(void);
void shim_be(struct desk_place *place);

/* The place of a process, or NULL. */
struct desk_place *shim_find(int pid);

enum {
	SHIM_NAME_SIZE = 12,
};

/* What the process is called: "main", "P1", or its number. */
const char *shim_name(int pid, char *name);

#endif
