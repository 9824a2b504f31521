#include <stddef.h>

/*
 * Starts a child that writes to a pipe with `say`, and reads all that it says
 * into the text, which has room for size bytes and a NUL. Returns how many
 * bytes came. The child may say more than a pipe holds. When it returns, the
 * child has been waited for, and the caller has no end of the pipe open.
 */
size_t collect(void (*say)(int fd), char *text, size_t size);
