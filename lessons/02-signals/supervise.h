/*
 * Starts n children that each do the work, and returns when all of them have
 * ended and have been waited for. Returns how many ended with status 0.
 */
int supervise(int (*work)(int child), int n);
