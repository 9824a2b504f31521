#!/bin/sh
# conc play: moves, going back, hints, and the end
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/programs

point P1 'the goal and the fewest preemptions are told'
play two_locks q
expect_status 1
expect_out 'makes this program fail: deadlock'
expect_out 'done with 1 preemption'

point P2 'steps in order make it fail, and the score is told'
play two_locks '0 1 1 1' 0
expect_status 0
expect_out 'You made it fail: deadlock'
expect_out '^1 preemption, and the fewest known is 1$'
expect_out '^Schedule: x1\.'
schedule=$(sed -n 's/^Schedule: //p' "$out")
run conc replay "$schedule" "$programs/two_locks.c"
expect_status 1
expect_out '^deadlock'

point P3 'a step can be taken back'
play two_locks '0 0 0 0 0' b b b b '1 1' '0 1'
expect_status 0
expect_out 'You made it fail'

point P4 'whoever waits cannot be chosen, nor whoever is not there'
play two_locks '0 0 1 1' 9 q
expect_status 1
expect_out 'which main has held'
expect_out '9 cannot be chosen here: there is no such thread\.'
play two_locks '0 0 1 1 0' q
tr -s '\n ' ' ' <"$out" >line
mv line "$out"
expect_out '1 cannot be chosen here: T1 waits at [^,]*, which main has held'

point P5 'hints lead to the failure'
play lost_update h q
expect_out 'A way to a failure begins with [0-9]'

point P6 'no schedule fails where none can'
printf 'q\n' >typed
run sh -c "conc play -DFIXED '$programs/two_locks.c' <typed"
expect_status 1
expect_out 'No order makes this program fail'

point P7 'the end of input ends it; so does nonsense in time'
run conc play "$programs/two_locks.c"
expect_status 1
head -c 2000 /dev/urandom | tr -d 'q' >typed
run sh -c "conc play '$programs/two_locks.c' <typed"
expect_clean "$out"

point P8 'a data race is a failure, whatever it comes to'
play posts_early '1 1 0 0 1'
expect_status 0
expect_out 'makes this program fail: data race'
expect_out 'done with 0 preemptions'
expect_out 'You made it fail: data race on parcel, in T1 at posts_early'
expect_out '^Lesson: 10-semaphores'
schedule=$(sed -n 's/^Schedule: //p' "$out")
run conc replay "$schedule" "$programs/posts_early.c"
expect_status 1
expect_out '^data race on parcel, in T1'
play posts_early '1 1 1 0' h 0
expect_status 0
expect_out 'A way to a failure begins with 0'
expect_out 'You made it fail: data race on parcel, in main'

point P9 'where it cannot fail any more, a hint says so'
play lost_update '1 1 1 1' h q
expect_out 'From here it cannot fail any more'

point P10 'a failure is told as explore tells it'
cat >once.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int made, value;
static void *get(void *arg)
{
	if (!made) {
		pthread_mutex_lock(&mutex);
		made = 1;
		value = 5;
		pthread_mutex_unlock(&mutex);
	}
	assert(value == 5);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, get, NULL);
	pthread_create(&b, NULL, get, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
printf '%s\n' '1 1 1 1 2 2 2' >typed
run sh -c 'conc play once.c <typed'
expect_status 0
expect_out 'once.c:9, holding mutex'
expect_out '^Lesson: 06-mutex'

point P11 'who is woken has the number of its thread'
cat >guests.c <<'END'
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;
static pthread_cond_t other = PTHREAD_COND_INITIALIZER;
static int served;

static void *stranger(void *arg)
{
	pthread_mutex_lock(&lock);
	pthread_cond_wait(&other, &lock);
	pthread_mutex_unlock(&lock);
	return arg;
}

static void *guest(void *name)
{
	pthread_mutex_lock(&lock);
	pthread_cond_wait(&bell, &lock);
	served = *(int *)name;
	pthread_mutex_unlock(&lock);
	return NULL;
}

int main(void)
{
	static int names[] = {0, 1, 2};
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, i ? guest : stranger,
			&names[i]);
	pthread_mutex_lock(&lock);
	pthread_cond_signal(&bell);
	pthread_mutex_unlock(&lock);
	pthread_join(threads[2], NULL);
	assert(served == 0);
	return 0;
}
END
printf '%s\n' '1 1 1 2 2 2 3 3 3 0 0' h 0 1 T3 q >typed
run sh -c 'conc play guests.c <typed'
expect_out ' signals bell: wakes one of those who wait '
expect_out '^Which of those who wait is woken\? By number:$'
expect_out '^  2  T2$'
expect_out '^  3  T3$'
expect_out 'A way to a failure begins with [23]\.$'
expect_out '0 cannot be chosen here'
expect_out '1 cannot be chosen here'
expect_out ' signals bell: wakes T3 '

point P20 'what cannot be explored cannot be played'
echo 'int main(void) { return fork(); }' >forks.c
run sh -c 'echo q | conc play forks.c'
expect_status 3
expect_err "'forks.c' cannot be played: calls fork: .* without --processes"
expect_hint

point P21 'a hint names a key, and no fence is made up'
cat >buffers.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_int x, y;
static int a, b;
static void *one(void *arg)
{
	atomic_store_explicit(&x, 1, memory_order_relaxed);
	a = atomic_load_explicit(&y, memory_order_relaxed);
	return arg;
}
static void *two(void *arg)
{
	atomic_store_explicit(&y, 1, memory_order_relaxed);
	b = atomic_load_explicit(&x, memory_order_relaxed);
	return arg;
}
int main(void)
{
	pthread_t s, t;
	pthread_create(&s, NULL, one, NULL);
	pthread_create(&t, NULL, two, NULL);
	pthread_join(s, NULL);
	pthread_join(t, NULL);
	assert(a || b);
	return 0;
}
END
printf '0 h\n1 1 1 2 2 2\nh\nq\n' >typed
run sh -c 'conc play --memory tso buffers.c <typed'
expect_status 1
expect_out 'main +goes on when its stores have reached memory'
expect_out 'A way to a failure begins with m[12]\.'
expect 'no key that there is not' sh -c "! grep -q 'begins with 3' '$out'"

point P22 'a line with a slip in it is left out, and ends where it cannot go on'
for line in '-1 1' '1.5' help '0 x 1'; do
	play two_locks "$line" s q
	expect_status 1
	expect_out 'is no key, so the line is left out'
	expect_out 'x1\..*\.s0--'
done
play two_locks '9 1 1 1' s q
expect_out '^> 9 cannot be chosen here: there is no such thread\.'
expect_out 'x1\..*\.s0--'

point P23 'what fails in every order is no matter of who goes first'
play barrier_for_more 1 1 2 2
expect_status 0
expect_out '^Every order of steps makes this program fail: deadlock\.'
expect 'no order to look for' sh -c "! grep -q 'Find one' '$out'"
expect_out '^It fails in every order\.$'
expect 'no score' sh -c "! grep -q 'fewest known' '$out'"
play lost_update q
expect 'not this one' sh -c "! grep -q 'very order' '$out'"

point P33 'all of a way names whom a signal wakes'
printf '%s\n' '1 1 1 2 2 2 3 3 3 0 0 0' h h >typed
run sh -c 'conc play guests.c <typed'
{
	echo '1 1 1 2 2 2 3 3 3 0 0 0'
	sed -n 's/.*A way to a failure: //p' "$out"
} >typed
run sh -c 'conc play guests.c <typed'
expect_status 0

point 19 'JSON is JSON'
if have jq; then
	printf '0 1 1 1\n0\n' >typed
	run sh -c "conc play --json '$programs/two_locks.c' <typed"
	expect 'the answer' jq -e '.failed and .preemptions == 1 and
		(.always | not)' "$out"
fi

finish
