/* A barrier for three threads, which they pass together, again and again. */
enum {
	NTHREADS = 3
};

/* Returns when all threads have called it, in this round. */
void barrier_wait(void);
