#!/bin/sh
# conc explore: advice that would not be true of a program is not given
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))

# explored FILE: what is said of it is in one line.
explored() {
	run conc explore --plain "$1"
	expect_status 1
	tr -s '\n\t ' ' ' <"$out" >line
}

# says WORDS, says_not WORDS
says() {
	expect "$1" grep -qF "$1" line
}
says_not() {
	expect "not: $1" sh -c "! grep -qF '$1' line"
}

point U1 'what comes after pthread_once is not made by it'
cat >once.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int *table, count, room[4];
static void make(void)
{
	table = room;
}
static void count_up(void)
{
	count++;
}
static void *first(void *arg)
{
	pthread_once(&once, make);
	table[0] = 1;
	count_up();
	return arg;
}
static void *second(void *arg)
{
	count_up();
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, first, NULL);
	pthread_create(&b, NULL, second, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(count == 2);
	return 0;
}
END
explored once.c
says 'Think: no lock protects count: '

point U2 'who has called another pthread_once has not called this one'
cat >other.c <<'END'
#include <pthread.h>
static pthread_once_t one = PTHREAD_ONCE_INIT, other = PTHREAD_ONCE_INIT;
static int table;
static void make(void)
{
	table = 1;
}
static void make_other(void)
{
}
static void *first(void *arg)
{
	pthread_once(&one, make);
	return arg;
}
static void *second(void *arg)
{
	pthread_once(&other, make_other);
	return table ? arg : NULL;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, first, NULL);
	pthread_create(&b, NULL, second, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
explored other.c
says 'T1 makes table in what pthread_once calls (other.c:13), and T2 uses it'

point U3 'who looks again after the time-out, and it has come, is not late'
cat >looks.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <time.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_cond_t tick = PTHREAD_COND_INITIALIZER;
static int go, rounds;
static _Atomic int data;
static void *waiter(void *arg)
{
	struct timespec until = {1, 0};
	pthread_mutex_lock(&lock);
	while (!go) {
		pthread_cond_signal(&tick);
		rounds++;
		pthread_cond_timedwait(&changed, &lock, &until);
	}
	pthread_mutex_unlock(&lock);
	assert(data == 1);
	return arg;
}
static void *maker(void *arg)
{
	data = 1;
	return arg;
}
int main(void)
{
	pthread_t t, m;
	pthread_create(&t, NULL, waiter, NULL);
	pthread_create(&m, NULL, maker, NULL);
	pthread_mutex_lock(&lock);
	while (!rounds)
		pthread_cond_wait(&tick, &lock);
	go = 1;
	pthread_mutex_unlock(&lock);
	pthread_join(t, NULL);
	pthread_join(m, NULL);
	return 0;
}
END
explored looks.c
says_not 'time was over'
says 'let T1 wait until T2 has done that'

point U4 'the lock that is to be held longer is taken once'
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
says 'from keep.c:14 to keep.c:17, and do not lock it again at keep.c:7 Lesson'

point U5 'also where a function of its own takes it'
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
says 'from take.c:20 to take.c:24, and do not lock it again at take.c:23 Lesson'

point U6 'what is read to be added to is not tested'
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

point U7 'what the next thread is not given is not filled in for it'
cat >given.c <<'END'
#include <pthread.h>
struct job {
	int cut, n;
};
static void *work(void *arg)
{
	struct job *job = arg;
	int n = job->n;
	if (job->cut)
		n = 0;
	return n ? arg : NULL;
}
static void *other(void *arg)
{
	return arg;
}
int main(void)
{
	struct job job = {0, 1};
	pthread_t a, b;
	pthread_create(&a, NULL, work, &job);
	job.cut = 1;
	pthread_create(&b, NULL, other, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
explored given.c
says 'data race on job.cut'
says_not 'for the next thread'
sed 's/, other, NULL/, work, \&job/' given.c >again.c
explored again.c
says 'main fills in job for the next thread (again.c:22)'

point U8 'a lock that was not to be had is no matter of what another is for'
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

point U9 'nor of a mistake with another'
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

point U10 'two locks with numbers in their names are not for parts'
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

point U11 'who left since there was nothing to do is not the one to stay'
cat >closes.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int count, closed, total;
static void *producer(void *arg)
{
	for (int i = 0; i < 2; i++) {
		pthread_mutex_lock(&lock);
		while (count == 1 && !closed)
			pthread_cond_wait(&changed, &lock);
		if (closed) {
			pthread_mutex_unlock(&lock);
			return arg;
		}
		count++;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&lock);
	}
	return arg;
}
static void *consumer(void *arg)
{
	for (;;) {
		pthread_mutex_lock(&lock);
		while (count == 0 && !closed)
			pthread_cond_wait(&changed, &lock);
		if (count == 0) {
			pthread_mutex_unlock(&lock);
			return arg;
		}
		count--;
		total++;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&lock);
	}
}
int main(void)
{
	pthread_t p, c;
	pthread_create(&p, NULL, producer, NULL);
	pthread_create(&c, NULL, consumer, NULL);
	pthread_mutex_lock(&lock);
	closed = 1;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	pthread_join(p, NULL);
	pthread_join(c, NULL);
	assert(total == 2);
	return 0;
}
END
explored closes.c
says_not 'and leaves'

point U12 'what all write, and read after they have met, is one for all'
cat >elect.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_barrier_t all;
static int winner;
static _Atomic int by;
static void *work(void *arg)
{
	int me = arg ? 2 : 1;
	winner = me;
	pthread_barrier_wait(&all);
	if (winner == me)
		by = me;
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_barrier_init(&all, NULL, 2);
	pthread_create(&a, NULL, work, NULL);
	pthread_create(&b, NULL, work, &a);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(by == 2);
	return 0;
}
END
explored elect.c
says 'data race on winner'
says_not 'there is one winner for all'

point U13 'what is read again already needs no such advice'
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

finish
