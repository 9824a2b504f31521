/*
 * must - stop at once when something that cannot fail has failed
 *
 * A caller's mistake (a bad argument, a lock released twice) is not an error
 * to return: nobody above could mend it. must() prints the expression, the
 * place and errno-style text for the value, and aborts, so that the core dump
 * shows the stack that made the mistake.
 *
 * Threads:  any.
 * Blocking: never, but for the write to stderr.
 * Memory:   none.
 */
#ifndef LIB_MUST_H
#define LIB_MUST_H

/* Abort unless condition holds. */
#define must(condition) \
	((condition) ? (void)0 : must_fail(#condition, 0, __FILE__, __LINE__))

/*
 * Abort unless the call returns 0. For calls that return an error number or
 * its negative, such as the pthread functions.
 */
#define must_zero(call)                                                    \
	do {                                                               \
		int must_result = (call);                                  \
		if (must_result)                                           \
			must_fail(#call, must_result, __FILE__, __LINE__); \
	} while (0)

_Noreturn void must_fail(
	const char *expression, int value, const char *file, int line);

#endif
