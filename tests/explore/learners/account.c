/* finds: deadlock */
/* says: T1 waits at account.c:[0-9]+ .in transfer, called .* for bob.lock */
/* says: let all take these locks in the same order */
/* says: 08-deadlock */
#include <pthread.h>
#include <stdio.h>

struct account {
	int id;
	int balance;
	pthread_mutex_t lock;
};

static struct account alice = {1, 100, PTHREAD_MUTEX_INITIALIZER};
static struct account bob = {2, 100, PTHREAD_MUTEX_INITIALIZER};

static void transfer(struct account *from, struct account *to, int amount)
{
#ifdef FIXED
	struct account *first = from->id < to->id ? from : to;
	struct account *second = first == from ? to : from;
#else
	struct account *first = from, *second = to;
#endif

	pthread_mutex_lock(&first->lock);
	pthread_mutex_lock(&second->lock);
	if (from->balance >= amount) {
		from->balance -= amount;
		to->balance += amount;
	}
	pthread_mutex_unlock(&second->lock);
	pthread_mutex_unlock(&first->lock);
}

static void *teller1(void *arg)
{
	transfer(&alice, &bob, 30);
	return arg;
}

static void *teller2(void *arg)
{
	transfer(&bob, &alice, 20);
	return arg;
}

int main(void)
{
	pthread_t t1, t2;

	pthread_create(&t1, NULL, teller1, NULL);
	pthread_create(&t2, NULL, teller2, NULL);
	pthread_join(t1, NULL);
	pthread_join(t2, NULL);
	printf("alice %d, bob %d\n", alice.balance, bob.balance);
	return 0;
}
