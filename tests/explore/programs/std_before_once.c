/* finds: data race on table */
/* says: in what call_once calls .LINE., and */
/* says: call call_once before each use, with no test in front of it */
#include <stddef.h>
#include <threads.h>

static once_flag made = ONCE_FLAG_INIT;
static int primes[2], *table;

static void make(void)
{
	primes[0] = 2;
	primes[1] = 3;
	table = primes;
}

static int use(void *arg)
{
	(void)arg;
#ifdef FIXED
	call_once(&made, make);
#else
	if (!table)
		call_once(&made, make);
#endif
	return table[0] + table[1] == 5 ? 0 : 1;
}

int main(void)
{
	thrd_t a, b;

	thrd_create(&a, use, NULL);
	thrd_create(&b, use, NULL);
	thrd_join(a, NULL);
	thrd_join(b, NULL);
	return 0;
}
