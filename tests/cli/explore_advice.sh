#!/bin/sh
# explore: what is said fits the program, the lessons and the width
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))

point A1 'without a terminal it is as wide as one'
{
	echo '#include <pthread.h>'
	printf 'int a; static void *f(void *x){ a++; return x; } '
	printf 'int main(void){ pthread_t t; pthread_create(&t,0,f,0); '
	echo 'a++; pthread_join(t,0); return a!=2; }'
} >wide.c
run conc explore wide.c
expect_status 1
expect 'no line is wider' awk '!/^Schedule/ && length > 80 { exit 1 }' "$out"
run env COLUMNS=200 conc explore wide.c
expect_out '^ step  \| main .*\| T1 .*\| what happens$'
expect 'no line is wider' awk '!/^Schedule/ && length > 200 { exit 1 }' "$out"

point A18 'columns only where they hold the source as far as a wide page does'
cat >columns.c <<'END'
#include <assert.h>
#include <pthread.h>
static int number;
static void *add_to_the_number(void *arg)
{
	number++;
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, add_to_the_number, NULL);
	number++;
	pthread_join(thread, NULL);
	assert(number == 2);
	return 0;
}
END
run env COLUMNS=80 conc explore columns.c
expect_out '^ +[0-9]+[>!]* +T1 +reads number = [01] +6: number..;$'
run env COLUMNS=120 conc explore columns.c
expect_out '12: pthread_create.&thread, NULL, ad *[|]'

point A2 'a lock over one line is held at that line'
cat >tickets.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_int left = 1, sold;
static void *sell(void *arg)
{
	if (left > 0) left = left - 1, sold++;
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, sell, NULL);
	pthread_create(&b, NULL, sell, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(sold == 1);
	return 0;
}
END
echo 'int of_another_file;' >more.c
run conc explore --plain tickets.c
tr -s '\n ' ' ' <"$out" >line
expect 'the line' grep -q 'hold a lock at line 7 Lesson: 07-atomicity' line
run conc explore --plain tickets.c more.c
tr -s '\n ' ' ' <"$out" >line
expect 'and the file' grep -q 'hold a lock at tickets.c:7 ' line

point A3 'who has waited for long enough has taken nothing'
cat >late.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>
static sem_t permits;
static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
int main(int argc, char **argv)
{
	struct timespec soon = {0};
	sem_init(&permits, 0, 0);
	if (argc > 1)
		pthread_mutex_lock(&door);
	assert(!sem_timedwait(&permits, &soon) && *argv);
	return 0;
}
END
run conc explore --plain late.c
expect_status 1
expect_out ' main +stops waiting for permits: time is over '
expect 'none taken' sh -c "! grep 'takes one from' '$out'"

point A4 'an array of arrays has an index for each'
cat >arrays.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int flat[4], has_come[3][4], deep[2][3][4];
static struct { char name; short seats[2][5]; } rooms[3];
static int (*rows)[4] = has_come;
static void *come(void *arg)
{
	pthread_mutex_lock(&lock);
	flat[3] = 1;
	rows[1][2] = 1;
	deep[1][2][3] = 1;
	rooms[2].seats[1][4] = 1;
	pthread_mutex_unlock(&lock);
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, come, NULL);
	come(NULL);
	pthread_join(thread, NULL);
	assert(!flat[3]);
	return 0;
}
END
run conc explore --plain arrays.c
expect_status 1
expect_out 'flat\[3\] = 1'
expect_out 'has_come\[1\]\[2\] = 1'
expect_out 'deep\[1\]\[2\]\[3\] = 1'
expect_out 'rooms\[2\]\.seats\[1\]\[4\] = 1'

point A5 'a loop of the only thread is endless, and nobody else is told off'
for body in 'while (!flag) ;' 'while (!flag) { lock(); }'; do
	cat >endless.c <<END
#include <pthread.h>
static int flag;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
void lock(void) { pthread_mutex_lock(&m); pthread_mutex_unlock(&m); }
int main(void)
{
	$body
	return 0;
}
END
	run conc explore --plain endless.c
	expect_status 1
	expect_out '^Think: an endless loop at line [47]: no other thread'
	expect_out '^1 execution, '
	expect 'no lesson of threads' sh -c "! grep '^Lesson' '$out'"
done

point A6 'what comes too early has a lesson of order, and not of pairs'
cat >late_flag.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_int done;
static void *work(void *arg)
{
	done = 1;
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, work, NULL);
	assert(done);
	pthread_join(thread, NULL);
	return 0;
}
END
run conc explore --plain late_flag.c
expect_status 1
expect_out '^assertion failed'
expect_out '^Think: main reads done at step 2, before T1 has written it'
expect_out '^Lesson: 05-data-race'
run conc replay --plain "$(sed -n 's/^Schedule: //p' "$out")" late_flag.c
expect_out '^Think: main reads done at step 2, before T1 has written it'

point A7 'what was cut short, and bounded, is said to be'
cat >backs_off.c <<'END'
#include <pthread.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;
static void take(pthread_mutex_t *mine, pthread_mutex_t *yours)
{
	for (;;) {
		pthread_mutex_lock(mine);
		if (pthread_mutex_trylock(yours) == 0)
			break;
		pthread_mutex_unlock(mine);
	}
	pthread_mutex_unlock(yours);
	pthread_mutex_unlock(mine);
}
static void *work(void *arg)
{
	take(&b, &a);
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, work, NULL);
	take(&a, &b);
	pthread_join(thread, NULL);
	return 0;
}
END
run conc explore --strategy bounded --bound 1 --time 20s backs_off.c
expect_status 0
expect_out '^no failure found in [0-9]+ executions, which is no proof:$'
expect_out '^  a loop that waits for another thread was cut short$'
expect_out '^  it was tried with at most 1 preemption \(--bound\)$'
expect 'not all schedules' sh -c "! grep 'all schedules' '$out'"

point A8 'of many races the cause is told, and the locks that are known'
cat >cache.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
struct cache { int size; };
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static struct cache *instance;
static struct cache *get(void)
{
	if (!instance) {
		pthread_mutex_lock(&m);
		if (!instance) {
			instance = calloc(1, sizeof(*instance));
			instance->size = 16;
		}
		pthread_mutex_unlock(&m);
	}
	return instance;
}
static void *use(void *arg)
{
	struct cache *c = get();
	assert(c->size == 16);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, use, NULL);
	pthread_create(&b, NULL, use, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
run conc explore --plain cache.c
expect_status 1
expect 'one is told' [ "$(grep -c '^  data race on ' "$out")" = 1 ]
expect_out '^  [23] more data races, on instance and '
tr -s '\n ' '  ' <"$out" >line
expect 'which one' grep -q 'race on instance: T1 writes it at cache.c:12 ' line
expect 'its lock' grep -q '), holding m; T2 reads it at cache.c:9' line
expect 'no lock where one is held' sh -c '! grep "13, holding no lock" line'
run conc explore --json cache.c
expect 'no lock is unknown' sh -c '! grep -q "\"holds\": null" "$1"' sh "$out"

point A9 'a lock for readers is told as one, and which steps have no order'
cat >readers.c <<'END'
#include <pthread.h>
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static int hits;
static void *get(void *arg)
{
	pthread_rwlock_rdlock(&rw);
	hits++;
	pthread_rwlock_unlock(&rw);
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, get, NULL);
	get(NULL);
	pthread_join(thread, NULL);
	return 0;
}
END
run conc explore --plain readers.c
expect_status 1
tr -s '\n ' '  ' <"$out" >line
expect 'to read' grep -q 'holding rw (to read); .* holding rw (to read)' line
expect_out '^  nothing keeps step [0-9]+ and step [0-9]+ in this order: another'

point A10 'a player who fails in an order of his own is told the same'
printf '1\n0\nq\n' >typed
run sh -c 'conc play late_flag.c <typed'
expect_out '^Think: main reads done at step 3, before T1 has written it'

point A11 'volatile is no atomic'
cat >stop_flag.c <<'END'
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#ifdef FIXED
static atomic_bool stop;
#else
static volatile bool stop;
#endif
static atomic_int rounds;

static void *work(void *arg)
{
	while (!stop) {
		rounds++;
		sched_yield();
	}
	return arg;
}

int main(void)
{
	pthread_t worker;

	pthread_create(&worker, NULL, work, NULL);
	stop = true;
	pthread_join(worker, NULL);
	return rounds < 0;
}
END
run conc explore --plain stop_flag.c
expect_status 1
tr -s '\n ' ' ' <"$out" >line
said='a loop of T1 tests stop (stop_flag.c:15), and main writes it '
said="$said(stop_flag.c:27) at any time: volatile is not atomic, "
said="${said}make stop atomic (_Atomic)"
expect 'the words' grep -qF "$said" line
run conc explore --plain -DFIXED --time 1s stop_flag.c
expect_status 0

point A12 'relaxed: what tells of what, and no clause on other programs'
weak=$here/../explore/weak
run conc explore --memory c11 --plain "$weak/message.c"
tr -s '\n ' ' ' <"$out" >line
said='flag tells that message is there, but relaxed orders nothing else: '
said="${said}store flag with memory_order_release, and load it with "
expect 'the sign' grep -qF "${said}memory_order_acquire" line
run conc explore --memory c11 --plain "$weak/dekker.c"
tr -s '\n ' ' ' <"$out" >line
expect 'the order' grep -q 'use memory_order_seq_cst for these loads' line

point A13 'a value on its way from an atomic is no local variable'
cat >wake.c <<'END'
#include <pthread.h>
#include <stdatomic.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static atomic_int ready;
static void *work(void *arg)
{
	ready = 1;
	pthread_cond_signal(&c);
	return arg;
}
int main(void)
{
	pthread_t t;
	pthread_create(&t, NULL, work, NULL);
	pthread_mutex_lock(&m);
	while (!ready)
		pthread_cond_wait(&c, &m);
	pthread_mutex_unlock(&m);
	pthread_join(t, NULL);
	return 0;
}
END
run conc explore --plain wake.c
expect_status 1
expect_out 'main reads ready = 0'
expect 'no other' sh -c "! grep 'a local of' '$out'"

point A14 'a lock is held in all lines that race'
cat >lines.c <<'END'
#include <pthread.h>
static int n;
static void *up(void *arg)
{
	n = n + 1;
	if (n > 5)
		n = n - 1;
	n = n + 2;
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, up, NULL);
	pthread_create(&b, NULL, up, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return n > 100;
}
END
run conc explore --plain lines.c
expect_status 1
tr -s '\n ' '  ' <"$out" >line
for lines in 'from lines.c:5 to lines.c:6' 'at lines.c:8'; do
	expect "$lines" grep -q "hold one lock .*$lines" line
done

point A15 'a loop that tests again, by what is set without the lock, is one'
run conc explore "$here/../explore/programs/set_outside.c"
expect_status 1
expect 'nothing of a missing loop' sh -c "! grep -q 'without a loop' '$out'"

point A16 'what two functions do is held together where both are called'
cat >apart.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static KIND left = 1;
static int any(void) { return left > 0; }
static void take(void) { left--; }
static void *customer(void *arg)
{
	if (any())
		take();
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, customer, NULL);
	pthread_create(&b, NULL, customer, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(left >= 0);
	return 0;
}
END
run conc explore --plain -D KIND=atomic_int apart.c
tr -s '\n ' ' ' <"$out" >line
expect 'a check' grep -q 'check-then-act on left: ' line
expect 'by whom' grep -q \
	'hold a lock in customer() from apart.c:9 to apart.c:10 ' line
run conc explore --plain -D KIND=int apart.c
tr -s '\n ' ' ' <"$out" >line
expect 'a lock' grep -q \
	'hold one lock in customer() from apart.c:9 to apart.c:10, and' line

point A17 'the locks of a side that is not shown are told where known'
cat >unseen.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int opened;
static void *open_it(void *arg)
{
	for (int i = 0; i < 2; i++) {
		if (HELD(i))
			pthread_mutex_lock(&m);
		opened++;
		if (HELD(i))
			pthread_mutex_unlock(&m);
	}
	return arg;
}
static void *use(void *arg)
{
	assert(opened);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, use, NULL);
	pthread_create(&b, NULL, open_it, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
unseen() {
	run conc explore --plain -D"HELD(i)=$1" unseen.c
	expect_status 1
	tr -s '\n ' '  ' <"$out" >line
	expect "with $1" grep -qE \
		"T2 writes it at unseen.c:10$2(; T1 reads| +1 main)" line
}
unseen 0 ', holding no lock'
unseen 1 ', holding m'
unseen i ''

finish
