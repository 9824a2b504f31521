/* An account that never goes below zero; used by many threads at once. */
#include <stdbool.h>

void deposit(long amount);
long balance(void);

/* Take the money if there is enough; says whether there was. */
bool withdraw(long amount);
