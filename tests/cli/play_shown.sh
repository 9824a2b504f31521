#!/bin/sh
# conc play: the steps that a player sees, their numbers, and what is told
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/programs

# numbers_stay: each step that is shown has the number and the words that it
# had before, but for what follows the first word, such as whom it woke.
numbers_stay() {
	expect 'steps keep their numbers' awk '
		/^ *[0-9]+  (main|T[0-9])/ && length($1) + index($0, $1) == 6 {
			step = $2 " " $3
			if ($1 in seen && seen[$1] != step) {
				print seen[$1], "was", $0
				moved = 1
			}
			seen[$1] = step
		}
		/^So far/ { shown++ }
		END { exit moved || shown < 2 }' "$out"
}

point P24 'a step that was seen keeps its number'
cat >tickets.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
struct desk {
	pthread_mutex_t mutex;
	int sold, queue;
};
static void *sell(void *arg)
{
	struct desk *desk = *(struct desk **)arg;
	desk->queue++;
	pthread_mutex_lock(&desk->mutex);
	int sold = desk->sold;
	pthread_mutex_unlock(&desk->mutex);
	pthread_mutex_lock(&desk->mutex);
	desk->sold = sold + 1;
	pthread_mutex_unlock(&desk->mutex);
	return NULL;
}
int main(void)
{
	struct desk *desk = malloc(sizeof(*desk));
	struct desk *other = malloc(sizeof(*other));
	pthread_t a, b;
	pthread_mutex_init(&desk->mutex, NULL);
	pthread_mutex_init(&other->mutex, NULL);
	desk->sold = desk->queue = other->queue = other->sold = 0;
	pthread_create(&a, NULL, sell, &desk);
	pthread_create(&b, NULL, sell, ONE ? &desk : &other);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(desk->sold + other->sold == 2);
	free(desk);
	free(other);
	return 0;
}
END
for one in 0 1; do
	seq 30 | sed 's/.*/1/; n; s/.*/2/; n; s/.*/0/' >typed
	run sh -c "conc play -DONE=$one tickets.c <typed"
	numbers_stay
done
for program in lost_update half_done two_locks; do
	# shellcheck disable=SC2046 # a move each
	play "$program" $(seq 30 | sed 's/.*/1/; n; s/.*/2/; n; s/.*/0/')
	numbers_stay
done

point P25 'what comes next has the name that it will have'
printf '%s\n' 1 1 1 q >typed
run sh -c "conc play -DONE=1 tickets.c <typed"
expect 'no bare address' sh -c "! grep -q 0x '$out'"

point P26 'the end shows the whole order, and so the steps that are named'
play posts_early '1 1 0 0 1'
expect 'it ends with the failure' awk '
	/^You made it fail/ { end = 1 }
	end && /^ +[0-9]+[ >!x]/ { steps++ }
	end && /^ fail .*data race/ { failed++ }
	/^Schedule/ { exit !(steps > 6 && failed == 1) }' "$out"
play lost_update 1 1 2 2 1 2 0 0 0
expect_status 0
expect 'the steps that Think names' awk '
	/^ +[0-9]+[ >!x]/ { shown[$1 + 0] = 1 }
	/^Think/ { think = 1 }
	/^Lesson/ { exit missing || !think }
	think {
		for (i = 1; i < NF; i++)
			if ($i == "step" && !(($(i + 1) + 0) in shown))
				missing = 1
	}' "$out"

point P27 'nothing is wider than 80 columns in a pipe'
cat >wide.c <<'END'
#include <pthread.h>
static pthread_mutex_t the_mutex_of_all_the_visitors_together =
	PTHREAD_MUTEX_INITIALIZER;
static int number_of_all_the_visitors_together_so_far;
static void *count_one_more_visitor(void *nothing)
{
	pthread_mutex_lock(&the_mutex_of_all_the_visitors_together);
	number_of_all_the_visitors_together_so_far++;
	pthread_mutex_lock(&the_mutex_of_all_the_visitors_together);
	return nothing;
}
int main(void)
{
	pthread_t threads[2];
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, count_one_more_visitor, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
END
cp wide.c a_program_with_a_name_that_is_rather_long.c
echo '0
1 1 1 2 2 2 h
1 2 1 1' >typed
run sh -c 'conc play a_program_with_a_name_that_is_rather_long.c <typed'
expect_out 'who|which T[12] has'
expect 'short lines' awk '!/^Schedule/ && length > 80 { print; bad = 1 }
	END { exit bad }' "$out"

point P28 'what the compiler makes up is no step'
cat >handed.c <<'END'
#include <pthread.h>
#include <stdatomic.h>
static struct { int body; atomic_int full; } m;
static void *send(void *p)
{
	m.body = 7; atomic_store_explicit(&m.full, 1, memory_order_relaxed);
	return p;
}
static void *get(void *p)
{
	if (atomic_load_explicit(&m.full, memory_order_relaxed)) m.body++;
	return p;
}
int main(void)
{
	pthread_t t, u;
	pthread_create(&t, 0, send, 0);
	pthread_create(&u, 0, get, 0);
	pthread_join(t, 0);
	pthread_join(u, 0);
	return 0;
}
END
printf '%s\n' 1 1 1 b 1 2 2 2 >typed
run sh -c 'conc play handed.c <typed'
expect_status 0
expect_out 'You made it fail: data race on m.body'
expect_out ' 1  T1    writes m\.full '
expect 'no names of its own' sh -c "! grep -q __atomic '$out'"
expect 'taken back as one' awk '
	/^Next/ { n++; m_full[n] = 0 }
	/^  1  T1    writes m\.full/ { m_full[n] = 1 }
	END { exit !(m_full[3] && !m_full[4] && m_full[5]) }' "$out"

point P29 'hints take no more preemptions than it can be done with'
hinted() {
	moves=
	for _ in $(seq 40); do
		printf '%s\n' "$moves" h q >typed
		run sh -c "conc play '$1' <typed"
		grep -q '^You made it fail' "$out" && break
		next=$(sed -n 's/.* begins with \([0-9]*\)\.$/\1/p' "$out")
		moves="$moves $next"
	done
	expect_out "^$2 preemptions?, and the fewest known is $2$"
}
cat >ring.c <<'END'
#include <pthread.h>
static pthread_mutex_t locks[3] = {PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static void *run(void *arg)
{
	int i = (int)((char *)arg - (char *)0);
	pthread_mutex_lock(&locks[i]);
	pthread_mutex_lock(&locks[(i + 1) % 3]);
	pthread_mutex_unlock(&locks[(i + 1) % 3]);
	pthread_mutex_unlock(&locks[i]);
	return arg;
}
int main(void)
{
	pthread_t t[3];
	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], 0, run, (char *)0 + i);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], 0);
	return 0;
}
END
hinted ring.c 1
hinted "$programs/two_locks.c" 1

point P30 'what has not changed is not shown again, but for an empty line'
play two_locks h h s 9 '?' q
expect 'once' [ "$(grep -c '^So far' "$out")" -eq 1 ]
play two_locks h '' q
expect 'twice' [ "$(grep -c '^So far' "$out")" -eq 2 ]

point P31 'it is told when all is decided, once, and when it is not any more'
play lost_update '1 1 1 1' 0 b b q
expect_status 1
expect 'once' [ "$(grep -c '^From here it cannot fail any more' "$out")" -eq 1 ]
expect_out '^From here it can fail, and need not\.$'
play lost_update 1 1 2 2 1 2 0 0 0
expect 'it is doomed' [ "$(grep -c '^From here every way' "$out")" -eq 1 ]
expect_out 'You made it fail'
cat >freed.c <<'END'
#include <pthread.h>
#include <stdlib.h>
struct box {
	pthread_mutex_t lock;
	int users;
};
static void leave(struct box *box)
{
	pthread_mutex_lock(&box->lock);
	int left = --box->users;
	pthread_mutex_unlock(&box->lock);
	if (!left)
		free(box);
}
static void *visit(void *arg)
{
	struct box *box = arg;
	pthread_mutex_lock(&box->lock);
	box->users++;
	pthread_mutex_unlock(&box->lock);
	leave(box);
	return NULL;
}
int main(void)
{
	struct box *box = malloc(sizeof(*box));
	pthread_t t;
	pthread_mutex_init(&box->lock, NULL);
	box->users = 1;
	pthread_create(&t, NULL, visit, box);
	leave(box);
	pthread_join(t, NULL);
	return 0;
}
END
{
	yes 1 | head -n 20
	yes 0 | head -n 20
} >typed
run sh -c 'conc play freed.c <typed'
expect_out '^The program came to a good end'
expect 'it was not lost' sh -c "! grep -q 'every way' '$out'"
play barrier_for_more 1 2 q
expect 'that is known' sh -c "! grep -q 'From here' '$out'"

point P32 'a hint that is asked for again is the whole way'
play half_done h h q
expect_out '^> A way to a failure begins with [0-9]\.$'
way=$(sed -n 's/^> A way to a failure: //p' "$out")
play half_done "$way"
expect_status 0
expect_out '^2 preemptions, and the fewest known is 2$'
printf 'h\nh\n' >typed
run sh -c 'conc play handed.c <typed'
sed -n 's/^> A way to a failure: //p' "$out" >typed
run sh -c 'conc play handed.c <typed'
expect_status 0
play half_done h 1 h b h q
expect 'another place is not asked again' sh -c "! grep -q 'failure: ' '$out'"

point P33 'it is safe but for a wake-up without a signal, and that is said'
cat >washes.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int busy, inside;
static void *wash(void *arg)
{
	pthread_mutex_lock(&m);
	if (busy)
		pthread_cond_wait(&c, &m);
	busy = 1;
	assert(++inside == 1);
	pthread_mutex_unlock(&m);
	pthread_mutex_lock(&m);
	inside--;
	busy = 0;
	pthread_cond_signal(&c);
	pthread_mutex_unlock(&m);
	return arg;
}
int main(void)
{
	pthread_t t[3];
	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], 0, wash, 0);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], 0);
	return 0;
}
END
printf '%s\n' '1 1' 1 1 1 h 1 1 1 1 2 2 2 2 2 3 q >typed
run sh -c 'conc play washes.c <typed'
expect 'twice' [ "$(grep -c 'unless somebody wakes up whom nobody$' "$out")" \
	-eq 2 ]
expect 'once' [ "$(grep -c 'cannot fail any more: b goes' "$out")" -eq 1 ]
point P34 'where there is room, each thread has a column'
programs=$here/../explore/programs
printf '1\n1\n0\n0\n' >typed
run sh -c "COLUMNS=120 conc play '$programs/two_locks.c' <typed"
expect_out '^ step  \| main +\| T1 +\| what happens$'
expect_out '^    1  \| [0-9]+: pthread_create.* \| +\| starts T1$'
expect_out '^    3  \| +\| 18: pthread_mutex_lock\(from.* \| locks b$'
expect_out '^  1  T1    locks a  \[holds b\]   19: pthread_mutex_lock'
run sh -c "COLUMNS=108 conc play '$programs/missed_signal.c' <typed"
expect_out ' \| what happens$'
expect 'nothing is wider' awk 'length > 108 { exit 1 }' "$out"
run sh -c "COLUMNS=100 conc play '$programs/two_locks.c' <typed"
expect_out '^    3  +T1    locks b   18: pthread_mutex_lock'
run sh -c "COLUMNS=120 conc play --plain '$programs/two_locks.c' <typed"
expect_out '^    3  +T1    locks b   18: pthread_mutex_lock'

finish
