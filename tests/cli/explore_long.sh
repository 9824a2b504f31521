#!/bin/sh
# conc explore: failures that take many steps, or seem to
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))

# expect_marks: of the preemptions told of, each is marked, or told as left out.
expect_marks() {
	expect 'as many marks' awk '
		/^\([0-9]+ steps? before .*, [0-9]+ of them marked >/ {
			sub(/^[^,]*, /, "")
			marks += $1
			next
		}
		/^ *[0-9]+>/ { marks++ }
		/^It takes (at most )?[0-9]+ preemption/ {
			sub(/^It takes (at most )?/, "")
			all = $1
		}
		END { exit !(all > 0 && all == marks) }' "$out"
	expect 'the ! that is told of' awk '
		/^ *[0-9]+>?!/ || /one of them marked !/ { there = 1 }
		/^From the step marked !/ { told = 1 }
		END { exit told && !there }' "$out"
}

# expect_steps MOST: there are no more.
expect_steps() {
	expect "at most $1 steps" awk -v most="$1" '
		/^ *[0-9]+[>!x]* +(main|T[0-9]+) / { n = $1 + 0 }
		END { exit !(n > 0 && n <= most) }' "$out"
}

point 1 'one round of a loop does, where any round would'
cat >stop.c <<'END'
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
static atomic_bool stop;
static int rounds;
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
	pthread_t t;
	pthread_create(&t, NULL, work, NULL);
	stop = true;
	printf("stopped after %d rounds\n", rounds);
	pthread_join(t, NULL);
	return 0;
}
END
for seed in 1 2 3 4; do
	run conc explore --plain --seed $seed stop.c
	expect_out '^data race on rounds'
	expect_steps 12
	expect_marks
done

point 2 'so it is where no failure has fewer preemptions'
cat >set.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int x;
static void set(int to)
{
	pthread_mutex_lock(&m);
	x = to;
	pthread_mutex_unlock(&m);
}
static void *run(void *arg)
{
	for (int i = 0; i < 30; i++) {
		set(1);
		set(0);
	}
	return arg;
}
static void *look(void *arg)
{
	pthread_mutex_lock(&m);
	assert(x == 0);
	pthread_mutex_unlock(&m);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, run, NULL);
	pthread_create(&b, NULL, look, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
run conc explore --plain set.c
expect_out '^It takes 1 preemption \(marked >\)'
expect_steps 12
expect_marks
schedule=$(sed -n 's/^Schedule: //p' "$out")
run conc replay "$schedule" set.c
expect_status 1
expect_out '^assertion failed'

point 3 'a long stretch takes few lines, and the steps before it are shown'
cat >count.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_int n;
static void *count(void *arg)
{
	for (int i = 0; i < 500; i++)
		n++;
	return arg;
}
int main(void)
{
	pthread_t t;
	pthread_create(&t, NULL, count, NULL);
	assert(n < 500);
	pthread_join(t, NULL);
	return 0;
}
END
run conc explore --plain count.c
expect_out '^ +1 +main starts T1'
expect_out '^ +\.\.\. [0-9]+ more steps of T1 \(--html and --json have all\)$'
expect 'no steps are left out before' sh -c "! grep -q 'before these' '$out'"
expect_marks

point 4 'marks among the steps that are left out are counted'
cat >rally.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
static atomic_int served;
static sem_t here, there;
static void *play(void *arg)
{
	served = 1;
	for (int i = 0; i < 150; i++) {
		sem_wait(&there);
		sem_post(&here);
	}
	return arg;
}
int main(void)
{
	pthread_t t;
	sem_init(&here, 0, 0);
	sem_init(&there, 0, 0);
	pthread_create(&t, NULL, play, NULL);
	int early = served;
	for (int i = 0; i < 150; i++) {
		sem_post(&there);
		sem_wait(&here);
	}
	assert(!early);
	pthread_join(t, NULL);
	return 0;
}
END
run conc explore --plain rally.c
expect_out '^[(][0-9]+ steps before .*, [1-9][0-9]* of them marked >'
expect_marks

finish
