#include <stddef.h>

/*
 * Starts a child that writes to a pipe with `say`, and reads all that it says
 * into the text, which has room for size bytes and a NUL. Returns how many
 * bytes came; when it returns, the child has been waited for.
 */
size_t collect(void (*say)(int fd), char *text, size_t size);
