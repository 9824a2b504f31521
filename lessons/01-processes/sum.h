enum {
	NNUMBERS = 6
};

/*
 * The sum of the numbers, all of which are small: two child processes add up
 * one half each, and the parent does not look at the numbers. No memory is
 * shared. When it returns, both children have been waited for.
 */
int sum_in_two_processes(const int numbers[NNUMBERS]);
