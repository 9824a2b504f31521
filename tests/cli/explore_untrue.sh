#!/bin/sh
# conc explore: advice that would not be true of a program is not given
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
. "$here/../explore/said.sh"

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

point U4 'what the next thread is not given is not filled in for it'
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

point U5 'who left since there was nothing to do is not the one to stay'
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

point U6 'what all write, and read after they have met, is one for all'
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

point U7 'what is not made in what is called once is not missed there'
cat >both.c <<'END'
#include <pthread.h>
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int *rows, *columns, room[4];
static void make_rows(void)
{
	room[0] = 1;
	rows = room;
}
static void make_columns(void)
{
	columns = room;
}
static void *first(void *arg)
{
	pthread_once(&once, make_rows);
	make_columns();
	return arg;
}
static void *second(void *arg)
{
	return room[0] && columns[1] ? arg : NULL;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, first, NULL);
	pthread_create(&b, NULL, second, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return room[0] != 1;
}
END
explored both.c
says 'crash: bad memory access'
says_not 'call pthread_once'

point U8 'who takes from a ring and who fills it are not to keep each other out'
cat >ring.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_uint head, tail;
static int slots[2], seen;
static void *fills(void *arg)
{
	for (int i = 1; i < 3; i++) {
		while (head - tail > 1)
			;
		head = head + 1;
		slots[i % 2] = i;
	}
	return arg;
}
static void *takes(void *arg)
{
	for (int i = 1; i < 3; i++) {
		while (head == tail)
			;
		seen = slots[i % 2];
		assert(seen == i);
		tail = tail + 1;
	}
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, fills, NULL);
	pthread_create(&b, NULL, takes, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
explored ring.c
says 'assertion failed: '
says_not 'in place of what is '

point U9 'what one makes for another, as it is told to, is not called once'
cat >roles.c <<'END'
#include <pthread.h>
static int room[4], *box, opened;
static void fill(void)
{
	opened = 1;
	box = room;
}
static void *work(void *arg)
{
	if (arg)
		fill();
	else if (opened)
		return box[1] ? arg : NULL;
	return NULL;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, work, room);
	pthread_create(&b, NULL, work, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
explored roles.c
says 'crash: bad memory access'
says_not 'pthread_once'

finish
