/* A bank with two accounts, each with a history of how often it was used. */
enum {
	NACCOUNTS = 2
};

/* Called by many threads at once. */
void deposit(int account, long amount);
long balance(int account);
long total(void); /* of all accounts, at one moment */
