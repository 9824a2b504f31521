/* Three philosophers at a round table, with a fork between each two. */
enum {
	NPHILOSOPHERS = 3
};

/*
 * Philosopher n has fork n at the left, and fork n + 1, or 0 after the last,
 * at the right. It eats with both. Each calls this from a thread of its own.
 */
void take_forks(int philosopher);
void put_forks(int philosopher);
