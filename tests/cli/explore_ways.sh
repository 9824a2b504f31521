#!/bin/sh
# explore, replay, play: by which calls a thread got to where it fails
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))

# told: the last output in one line.
told() {
	tr -s '\n ' '  ' <"$out" >"$T/line"
	cp "$T/line" "$out"
}

point Y1 'who waits in a deadlock came there by these calls'
cat >transfer.c <<'END_C'
#include <pthread.h>
struct account {
	int cents;
	pthread_mutex_t mu;
};
static struct account alice = {100, PTHREAD_MUTEX_INITIALIZER};
static struct account bob = {100, PTHREAD_MUTEX_INITIALIZER};
static void credit(struct account *a, int n)
{
	pthread_mutex_lock(&a->mu);
	a->cents += n;
	pthread_mutex_unlock(&a->mu);
}
static void transfer(struct account *from, struct account *to, int n)
{
	pthread_mutex_lock(&from->mu);
	from->cents -= n;
	credit(to, n);
	pthread_mutex_unlock(&from->mu);
}
static void *there(void *arg)
{
	transfer(&alice, &bob, 30);
	return arg;
}
static void *back(void *arg)
{
	transfer(&bob, &alice, 50);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, there, NULL);
	pthread_create(&b, NULL, back, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END_C
way='\(in credit, called by transfer at line 18, by there at line 23\)'
run conc explore --plain transfer.c
expect_status 1
schedule=$(sed -n 's/^Schedule: //p' "$out")
told
expect_out " T1 waits at transfer.c:10 $way for bob.mu, which T2 has held"
expect_out ' main waits at transfer.c:36 for T1 to end '
run conc replay --plain "$schedule" transfer.c
told
expect_out " T1 waits at transfer.c:10 $way for bob.mu, "
run conc explore --json transfer.c
told
expect_out "\"T1 waits at transfer.c:10 $way for bob.mu, "
run conc explore --html page.html transfer.c
expect 'on the page' grep -qE "T1 waits at transfer.c:10 $way for" page.html
printf '1 1 2 2\n' >typed
run sh -c 'conc play transfer.c <typed'
told
expect_out " T1 waits at transfer.c:10 $way for bob.mu, "
for cc in gcc clang; do
	have $cc || continue
	for level in 1 2; do
		run conc explore --plain --cc $cc -O $level transfer.c
		expect_status 1
		told
		expect_out " T1 waits at transfer.c:10 $way for bob.mu"
	done
done

point Y2 'each side of a race has its own'
cat >race.c <<'END_C'
#include <pthread.h>
static int total;
static void add(int n)
{
	total += n;
}
static void deposit(int n)
{
	add(n);
}
static void *work(void *arg)
{
	deposit(1);
	return arg;
}
int main(void)
{
	pthread_t a;
	pthread_create(&a, NULL, work, NULL);
	add(2);
	pthread_join(a, NULL);
	return total == 0;
}
END_C
run conc explore --plain race.c
expect_status 1
told
way='in add, called by deposit at line 9, by work at line 13'
expect_out "T1 [a-z]* it at race.c:5 \($way\), holding no lock"
way='in add, called by main at line 20'
expect_out "main [a-z]* it at race.c:5 \($way\), holding no lock"

point Y3 'so has an assertion, and what is called by the thread itself says so'
cat >check.c <<'END_C'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int n;
static void check(int seen)
{
	assert(seen != 1);
}
static void *look(void *arg)
{
	pthread_mutex_lock(&mutex);
	int seen = n;
	pthread_mutex_unlock(&mutex);
	check(seen);
	return arg;
}
static void *direct(void *arg)
{
	assert(arg);
	return arg;
}
int main(int argc, char **argv)
{
	pthread_t a;
	pthread_create(&a, NULL, argc > 1 ? direct : look, NULL);
	pthread_mutex_lock(&mutex);
	n = 1;
	pthread_mutex_unlock(&mutex);
	pthread_join(a, NULL);
	return argv == NULL;
}
END_C
run conc explore --plain check.c
expect_status 1
told
expect_out ', in T1 at check.c:7 \(in check, called by look at line 14\) '
run conc explore --plain check.c 1
expect_status 1
expect_out ', in T1 at check.c:19$'

point Y4 'what is used after free: by which calls, and who freed it by which'
cat >freed.c <<'END_C'
#include <pthread.h>
#include <stdlib.h>
static int *shared;
static void put(int *p)
{
	free(p);
}
static int get(const int *p)
{
	return *p;
}
static void *reader(void *arg)
{
	return get(shared) == 5 ? arg : NULL;
}
int main(void)
{
	pthread_t a;
	shared = calloc(1, sizeof(*shared));
	pthread_create(&a, NULL, reader, NULL);
	put(shared);
	pthread_join(a, NULL);
	return 0;
}
END_C
run conc explore --plain freed.c
expect_status 1
told
expect_out ', in T1 at freed.c:10 \(in get, called by reader at line 14\) '
expect_out ', main freed it at freed.c:6 \(in put, called by main at line 21\) '

point Y5 'calls that go too deep, come from a library or end too soon: no lies'
cat >deep.c <<'END_C'
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
static int down(int n)
{
	assert(n != 100);
	return down(n + 1) + 1;
}
static int compare(const void *a, const void *b)
{
	assert(a == b);
	return 1;
}
static void *run(void *arg)
{
	int two[] = {2, 1};
	if (arg)
		return down(0) ? arg : NULL;
	qsort(two, 2, sizeof(two[0]), compare);
	return arg;
}
int main(int argc, char **argv)
{
	pthread_t a;
	pthread_create(&a, NULL, run, argc > 1 ? argv : NULL);
	pthread_join(a, NULL);
	return 0;
}
END_C
run conc explore --plain deep.c
expect_status 1
expect_out ', in T1 at deep.c:11$'
run conc explore --plain deep.c 1
expect_status 1
expect_out ', in T1 at deep.c:6$'
cat >four.c <<'END_C'
#include <assert.h>
static void a(int n)
{
	assert(n != 5);
	if (n < 5)
		a(n + 1);
}
int main(void)
{
	a(0);
	return 0;
}
END_C
run conc explore --plain four.c
told
again=', by a at line 6'
expect_out " \(in a, called by a at line 6$again$again, \.\.\.\) "

point Y6 'of two files each call names its own'
cat >one.c <<'END_C'
#include <pthread.h>
void two(void);
static void *work(void *arg)
{
	two();
	return arg;
}
int main(void)
{
	pthread_t a;
	pthread_create(&a, NULL, work, NULL);
	pthread_join(a, NULL);
	return 0;
}
END_C
cat >two.c <<'END_C'
#include <assert.h>
void two(void);
void two(void)
{
	assert(!"here");
}
END_C
run conc explore --plain one.c two.c
expect_status 1
told
expect_out ', in T1 at two.c:5 \(in two, called by work at one.c:5\) '

point Y7 'a document has them as a list'
run conc explore --json check.c
expect_status 1
expect 'the calls' sh -c "tr -d ' \n' <'$out' | grep -q \
'\"calls\":\[\"check\",\"lookatline14\"\]'"

point Y8 'a local variable that is gone has its name, and its function'
cat >start.c <<'END_C'
#include <pthread.h>
struct param {
	int lo, hi;
};
static int sum;
static void *worker(void *p)
{
	struct param *q = p;
	for (int i = q->lo; i < q->hi; i++)
		sum += i;
	return NULL;
}
__attribute__((noinline)) static pthread_t start(int lo, int hi)
{
	struct param pr = {lo, hi};
	pthread_t t;
	pthread_create(&t, NULL, worker, &pr);
	return t;
}
__attribute__((noinline)) static int other(void)
{
	volatile int a[16];
	for (int i = 0; i < 16; i++)
		a[i] = 7;
	return a[3];
}
int main(void)
{
	int before = other();
	pthread_t t = start(0, 4);
	int after = other();
	pthread_join(t, NULL);
	return before != after;
}
END_C
run conc explore --plain start.c
expect_status 1
schedule=$(sed -n 's/^Schedule: //p' "$out")
told
gone='uses pr.lo of start\(\), which returned at step 2, in T1 at start.c:9'
expect_out "dead local variable: $gone "
expect_out ' 2 main returns from start\(\), and pr is gone 18: '
expect_out 'Think: pr ends with start\(\), and T1 has its address since main'
expect_out ' started it at start.c:17: join T1 before start\(\) returns'
run conc replay --plain "$schedule" start.c
told
expect_out "dead local variable: $gone "
run conc explore --json start.c
told
expect_out '"text": "uses pr.lo of start\(\), which returned at step 2"'
run sh -c 'echo 1 | conc play start.c'
told
expect_out "dead local variable: $gone "
for cc in gcc clang; do
	have $cc || continue
	for level in 0 1 2; do
		run conc explore --plain --cc $cc -O $level start.c
		told
		expect_out 'dead local variable: uses (pr.lo of start|a local)'
	done
done

point Y9 'a mutex in a function that returned, by a pointer that was stored'
cat >stored.c <<'END_C'
#include <pthread.h>
static pthread_mutex_t *_Atomic shared;
static void *lock(void *arg)
{
	pthread_mutex_t *m = shared;
	pthread_mutex_lock(m);
	pthread_mutex_unlock(m);
	return arg;
}
static void prepare(void)
{
	int noise[8];
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	noise[0] = 1;
	shared = noise[0] ? &gate : NULL;
}
static void helper(void)
{
	pthread_mutex_t own;
	pthread_mutex_init(&own, NULL);
	pthread_mutex_destroy(&own);
}
int main(void)
{
	pthread_t a;
	helper();
	prepare();
	helper();
	pthread_create(&a, NULL, lock, NULL);
	pthread_join(a, NULL);
	return 0;
}
END_C
run conc explore --plain stored.c
expect_status 1
told
expect_out 'dead local variable: uses gate of prepare\(\), which returned at '

point Y10 'what a thread that has ended had in its frame'
cat >result.c <<'END_C'
#include <pthread.h>
static void *work(void *arg)
{
	int place = 7;
#ifdef EXIT
	pthread_exit(arg ? &place : NULL);
#endif
	return arg ? (void *)((char *)&place + 0) : NULL;
}
int main(void)
{
	pthread_t a;
	void *result;
	int one = 1;
	pthread_create(&a, NULL, work, &one);
	pthread_join(a, &result);
	return *(int *)result == 8;
}
END_C
run conc explore --plain result.c
expect_status 1
told
expect_out 'dead local variable: uses place of work\(\), which returned at '
run conc explore --plain -DEXIT result.c
expect_status 1
told
expect_out 'dead local variable: uses place of work\(\) of T1, which has ended,'

finish
