#!/bin/sh
# conc explore: advice about locks that would not be true is not given
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
. "$here/../explore/said.sh"

point L1 'the lock that is to be held longer is taken once'
cat >keep.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int stock = 1;
static void sell(void)
{
	pthread_mutex_lock(&lock);
	stock--;
	pthread_mutex_unlock(&lock);
}
static void *customer(void *arg)
{
	pthread_mutex_lock(&lock);
	int n = stock;
	pthread_mutex_unlock(&lock);
	if (n > 0)
		sell();
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, customer, NULL);
	pthread_create(&b, NULL, customer, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(stock == 0);
	return 0;
}
END
explored keep.c
says 'from keep.c:14 to keep.c:17, and do not lock it again at keep.c:7, nor'
says ' nor unlock it in between Lesson'

point L2 'also where a function of its own takes it'
cat >take.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int stock = 1;
static void take(void)
{
	pthread_mutex_lock(&lock);
}
static void give(void)
{
	pthread_mutex_unlock(&lock);
}
static int there(void)
{
	return stock;
}
static void *customer(void *arg)
{
	take();
	int n = there();
	give();
	if (n > 0) {
		take();
		stock--;
		give();
	}
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, customer, NULL);
	pthread_create(&b, NULL, customer, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(stock == 0);
	return 0;
}
END
explored take.c
says 'from take.c:20 to take.c:24, and do not lock it again at take.c:23, nor'

point L3 'what is read to be added to is not tested'
cat >add.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int total;
static void *add(void *arg)
{
	pthread_rwlock_rdlock(&lock);
	int n = total;
	pthread_rwlock_unlock(&lock);
	pthread_rwlock_wrlock(&lock);
	total = n + 1;
	pthread_rwlock_unlock(&lock);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, add, NULL);
	pthread_create(&b, NULL, add, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(total == 2);
	return 0;
}
END
explored add.c
says 'between reading and writing lock is nobody'
says ': read total again after add.c:10, when lock is locked for writing'

point L4 'a lock that was not to be had is no matter of what another is for'
cat >gate.c <<'END'
#include <pthread.h>
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int total;
static void *tries(void *arg)
{
	if (pthread_mutex_trylock(&gate) == 0)
		pthread_mutex_unlock(&gate);
	else
		total++;
	return arg;
}
static void *holds(void *arg)
{
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	return arg;
}
static void *adds(void *arg)
{
	pthread_mutex_lock(&lock);
	total++;
	pthread_mutex_unlock(&lock);
	return arg;
}
int main(void)
{
	pthread_t a, b, c;
	pthread_create(&a, NULL, holds, NULL);
	pthread_create(&b, NULL, tries, NULL);
	pthread_create(&c, NULL, adds, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	pthread_join(c, NULL);
	return 0;
}
END
explored gate.c
says_not 'did not get gate'
says 'the other holds no lock: hold lock at gate.c:10, too'

point L5 'nor of a mistake with another'
cat >mistake.c <<'END'
#include <pthread.h>
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *tries(void *arg)
{
	if (pthread_mutex_trylock(&gate) == 0)
		pthread_mutex_unlock(&gate);
	else
		pthread_mutex_unlock(&lock);
	return arg;
}
static void *holds(void *arg)
{
	pthread_mutex_lock(&gate);
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
	pthread_mutex_unlock(&gate);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, holds, NULL);
	pthread_create(&b, NULL, tries, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
explored mistake.c
says 'misuse: unlocks a mutex that '
says_not 'did not get gate'

point L6 'two locks with numbers in their names are not for parts'
cat >parts.c <<'END'
#include <pthread.h>
static pthread_mutex_t lock1 = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t lock2 = PTHREAD_MUTEX_INITIALIZER;
static int total;
static void *add(void *lock)
{
	pthread_mutex_lock(lock);
	total++;
	pthread_mutex_unlock(lock);
	return NULL;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, add, &lock1);
	pthread_create(&b, NULL, add, &lock2);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
explored parts.c
says 'holds lock1, the other holds lock2: hold the same one at parts.c:8 Lesson'

point L7 'what is read again already needs no such advice'
cat >twice.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int x, y;
static void *pairs(void *arg)
{
	pthread_rwlock_rdlock(&lock);
	int a = x;
	pthread_rwlock_unlock(&lock);
	pthread_rwlock_wrlock(&lock);
	int b = x;
	y = a + b;
	assert(a == b);
	pthread_rwlock_unlock(&lock);
	return arg;
}
static void *more(void *arg)
{
	pthread_rwlock_wrlock(&lock);
	x++;
	pthread_rwlock_unlock(&lock);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, pairs, NULL);
	pthread_create(&b, NULL, more, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
explored twice.c
says_not ' again after '
says 'nobody'
says ' lock it for writing at twice.c:7 already'

point L8 'who unlocks twice since another changed what it looks at is told so'
cat >led.c <<'END'
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int owner;
static void *uses(void *arg)
{
	pthread_mutex_lock(&lock);
	owner = 1;
	pthread_mutex_unlock(&lock);
	if (owner == 2)
		pthread_mutex_unlock(&lock);
	return arg;
}
static void *takes(void *arg)
{
	owner = 2;
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, uses, NULL);
	pthread_create(&b, NULL, takes, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
explored led.c
says 'misuse: unlocks a mutex that nobody holds'
says_not 'has unlocked lock at'
says 'Think: no lock protects owner'

point L9 'what was found in a queue is not given back to who put it there'
cat >parcel.c <<'END'
#include <pthread.h>
#include <stdlib.h>
struct parcel {
	int weight;
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct parcel *next;
static void *carry(void *arg)
{
	pthread_mutex_lock(&lock);
	free(next);
	next = NULL;
	pthread_mutex_unlock(&lock);
	return arg;
}
int main(void)
{
	struct parcel *parcel = calloc(1, sizeof(*parcel));
	pthread_t thread;
	int weight;
	pthread_create(&thread, NULL, carry, NULL);
	pthread_mutex_lock(&lock);
	next = parcel;
	pthread_mutex_unlock(&lock);
	weight = parcel->weight;
	pthread_join(thread, NULL);
	free(next);
	return weight;
}
END
explored parcel.c
says 'bad memory access: uses '
says_not 'when it has joined'

point L10 'who sets something to what it is to be has lost no update'
cat >state.c <<'END'
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int state;
static void set(int value)
{
	if (state != 3)
		state = value;
	pthread_mutex_lock(&lock);
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
}
static void *opens(void *arg)
{
	set(2);
	return arg;
}
static void *cleans(void *arg)
{
	set(1);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, opens, NULL);
	pthread_create(&b, NULL, cleans, NULL);
	pthread_mutex_lock(&lock);
	while (state != 2)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
explored state.c
says 'deadlock: '
says_not 'in one step'

point L11 'a look that decides nothing is not to be left out'
cat >shown.c <<'END'
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int sold, shown[2];
static void *sell(void *arg)
{
	int *show = arg;
	*show = sold;
	pthread_mutex_lock(&lock);
	if (sold < 5)
		sold++;
	pthread_mutex_unlock(&lock);
	return NULL;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, sell, &shown[0]);
	pthread_create(&b, NULL, sell, &shown[1]);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return sold != 2;
}
END
explored shown.c
says 'the other holds no lock: hold lock at shown.c:7, too'
says_not 'leave that one out'
says_not 'set it last'

finish
