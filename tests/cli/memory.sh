#!/bin/sh
# conc explore --memory: store buffers, and the orders of C11 atomics
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((120 * slowness))
weak=$here/../explore/weak

# explore ARGUMENT...: it ends when it has its answer, on a slow machine, too.
explore() {
	run conc explore --time 60s "$@"
}

# field NAME FILE: what a program says of itself.
field() {
	sed -n "s,^/\* $1: \(.*\) \*/,\1,p" "$2"
}

# expect_lesson: it is named as soon as it is there.
expect_lesson() {
	if [ -d "$CONC_LESSONS/16-memory-order" ]; then
		expect_out '^Lesson: 16-memory-order$'
	else
		expect 'no other' sh -c "! grep '^Lesson: ' '$out'"
	fi
}

# expect_failure PROGRAM: the last run has found what it says, and where.
expect_failure() {
	needs=$(field needs "$1")
	expect_status 1
	expect_out "^$(field finds "$1")"
	expect_lesson
	case $needs in
	sc) expect_out '^It does not need --memory [a-z0-9]+: it fails under' ;;
	*) expect_out "^It needs --memory $needs: all schedules are" ;;
	esac
}

point M1 'each program fails where it says, by either compiler'
for cc in gcc clang; do
	have $cc || continue
	for program in "$weak"/*.c; do
		memory=$(field memory "$program")
		explore --cc $cc --memory "$memory" "$program"
		expect_failure "$program"
	done
done

point M2 'its twin is proved under every model, which the proof names'
for program in "$weak"/*.c; do
	for memory in sc tso c11; do
		explore --memory $memory -DFIXED "$program"
		expect_status 0
		expect_out "no failure possible \(--memory $memory\)\$"
	done
done

point M3 'what needs a weak memory is proved under sc'
for program in "$weak"/*.c; do
	[ "$(field needs "$program")" != sc ] || continue
	explore "$program"
	expect_status 0
	expect_out 'no failure possible \(--memory sc\)$'
done

# steps FILE: the timeline in it, without the marks.
steps() {
	sed -n 's/^\( *[0-9][0-9]*\)[ >!]\{1,2\} /\1 /p' "$1"
}

point M14 'a proof under sc names the model that weaker orders need'
advice='Its atomics have orders weaker than seq_cst: try --memory c11, too.'
explore -DFIXED "$weak/message.c"
expect_status 0
expect 'to try c11' grep -qx "$advice" "$out"
explore --memory c11 -DFIXED "$weak/message.c"
expect 'nothing more' sh -c "! grep -q '^Its atomics' '$out'"
explore -DFIXED "$weak/peterson.c"
expect 'nothing of seq_cst' sh -c "! grep -q '^Its atomics' '$out'"

point M15 'what is stored before any thread is there needs no stronger order'
cat >counted.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_int users;
static void *leave(void *arg)
{
	users--;
	return arg;
}
int main(void)
{
	pthread_t thread;
	atomic_init(&users, 2);
	pthread_create(&thread, NULL, leave, NULL);
	users--;
	pthread_join(thread, NULL);
	assert(users == 0);
	return 0;
}
END
for compiler in gcc clang; do
	have $compiler || continue
	explore --cc $compiler counted.c
	expect_status 0
	expect 'nothing of c11' sh -c "! grep -q '^Its atomics' '$out'"
done

point M4 'a schedule holds the model, and fails again'
for program in "$weak"/dekker.c "$weak"/seqlock.c; do
	explore --memory "$(field memory "$program")" "$program"
	schedule=$(sed -n 's/^Schedule: //p' "$out")
	steps "$out" >first
	run conc replay "$schedule" "$program"
	expect_status 1
	steps "$out" >again
	expect 'steps' [ -s first ]
	expect 'the same' cmp first again
	expect_lesson
done

point M5 'stores reach memory, and old values are read, in so many words'
explore --plain --memory tso "$weak/dekker.c"
expect_out '^ +[0-9]+[ >!]+T1 +writes wants\[0\] = 1 \(was 0\), into its store'
expect_out '^ +[0-9]+[ >!]+T1 +wants\[0\] = 1 reaches memory \(was 0\)'
expect_out 'reads wants\[[01]\] = 0: what T[12] stored is still in its buffer'
explore --plain --memory c11 "$weak/message.c"
expect_out 'reads message = 0, as it was at first: what T1 stored is newer'
cat >old.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_int x, y;
static void *put(void *arg)
{
	for (int i = 1; i < 3; i++)
		atomic_store_explicit(&x, i, memory_order_relaxed);
	atomic_store_explicit(&y, 1, memory_order_relaxed);
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, put, NULL);
	if (atomic_load_explicit(&y, memory_order_relaxed))
		assert(atomic_load_explicit(&x, memory_order_relaxed) != 1);
	pthread_join(thread, NULL);
	return 0;
}
END
explore --plain --memory c11 old.c
expect_out '^ +3[ >!]+T1 +writes x = 1 '
expect_out 'reads x = 1, stored at step 3: what T1 stored is newer'

point 19 'the same as JSON, and as a page'
if have jq; then
	explore --json --memory tso "$weak/dekker.c"
	expect_status 1
	expect 'a store that waits, reaches memory, and is not seen' jq -e '
		.memory == "tso" and .weak and .confirmed and
		any(.steps[]; .access == "store" and .delayed) and
		any(.steps[]; .access == "reaches memory") and
		any(.steps[]; .access == "load" and .stale)' "$out"
	explore --json --memory c11 "$weak/seqlock.c"
	expect 'an old value' jq -e '.memory == "c11" and .weak and
		any(.steps[]; .access == "load" and .stale)' "$out"
fi
explore --memory tso --html page.html "$weak/dekker.c"
expect 'reaches memory' grep -q 'wants\[0\] = 1 reaches memory' page.html

# play MODEL PROGRAM LINE...: type the lines.
play() {
	model=$1
	program=$2
	shift 2
	printf '%s\n' "$@" >typed
	run sh -c "conc play --memory $model '$weak/$program.c' <typed"
}

point M6 'whoever plays says when a store reaches memory'
play tso dekker '1 1 1' '2 2' m1 '2 2 1' q
expect_out '^ m1  T1 +wants\[0\] = 1 reaches memory'
play tso dekker '0 1 1 1 2 2 m2' '2 2 m1' 1
expect_status 0
expect_out 'You made it fail: assertion failed'
play tso dekker m1 q
expect_out 'cannot be chosen'

point M7 'whoever plays says which store is read'
play c11 message '1 1 1 2 2' 0 2
expect_out 'Which store does it read'
expect_out '^  0  1, stored by T1'
expect_out '^  1  0, as it was at first'

point M8 'plain variables are delayed under tso, too'
cat >plain.c <<'END'
#include <pthread.h>
#include <stdio.h>
static int x, y, a, b;
static void *left(void *arg) { x = 1; a = y; return arg; }
static void *right(void *arg) { y = 1; b = x; return arg; }
int main(void)
{
	pthread_t l, r;
	pthread_create(&l, NULL, left, NULL);
	pthread_create(&r, NULL, right, NULL);
	pthread_join(l, NULL);
	pthread_join(r, NULL);
	printf("%d%d\n", a, b);
	return 0;
}
END
explore --outcomes plain.c
expect_out '^3 outcomes, and no others are possible$'
explore --outcomes --memory tso plain.c
expect_out ' 00.n$'
expect_out '^4 outcomes, and no others are possible$'

point M9 'no failure is put down to memory where a race would do'
cat >both.c <<'END'
#include <assert.h>
#include <pthread.h>
static int x, y, a, b;
static void *left(void *arg) { x = 1; a = y; return arg; }
static void *right(void *arg) { y = 1; b = x; return arg; }
int main(void)
{
	pthread_t l, r;
	pthread_create(&l, NULL, left, NULL);
	pthread_create(&r, NULL, right, NULL);
	pthread_join(l, NULL);
	pthread_join(r, NULL);
	assert(a || b);
	return 0;
}
END
explore --memory tso both.c
expect_status 1
expect_out '^assertion failed'
expect_out '^Lesson: 05-data-race$'
expect 'no claim' sh -c "! grep -q '^It needs' '$out'"

point M10 'a lock that waits in a loop: seq_cst is proved, less is not enough'
cat >lock.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_int wants[2], turn;
static int n;
static void *run(void *arg)
{
	long me = (long)arg;
	atomic_store_explicit(&wants[me], 1, STORE);
	atomic_store_explicit(&turn, 1 - (int)me, STORE);
	while (atomic_load_explicit(&wants[1 - me], LOAD) &&
		atomic_load_explicit(&turn, LOAD) != me)
		;
	n++;
	atomic_store_explicit(&wants[me], 0, STORE);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, run, (void *)0);
	pthread_create(&b, NULL, run, (void *)1);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(n == 2);
	return 0;
}
END
strong='-DSTORE=memory_order_seq_cst -DLOAD=memory_order_seq_cst'
less='-DSTORE=memory_order_release -DLOAD=memory_order_acquire'
# shellcheck disable=SC2086
{
	for memory in tso c11; do
		explore --memory $memory $strong lock.c
		expect_status 0
		expect_out "no failure possible \\(--memory $memory\\)\$"
	done
	explore $less lock.c
	expect_status 0
	expect_out 'no failure possible \(--memory sc\)$'
	for memory in tso c11; do
		explore --memory $memory $less lock.c
		expect_status 1
		expect_out "^It needs --memory $memory: "
		expect_lesson
	done
}

point M13 'a loop that waits reads what comes, or for ever what has come'
cat >wait.c <<'END'
#include <pthread.h>
#include <stdatomic.h>
static void *put(void *arg)
{
	for (int i = 1; i <= LAST; i++)
		atomic_store_explicit((atomic_int *)arg, i,
			memory_order_relaxed);
	return NULL;
}
int main(void)
{
	atomic_int n = 0;
	pthread_t thread;
	pthread_create(&thread, NULL, put, &n);
	while (atomic_load_explicit(&n, memory_order_relaxed) != 2)
		;
	pthread_join(thread, NULL);
	return 0;
}
END
explore --memory c11 -DLAST=2 wait.c
expect_status 0
expect_out 'no failure possible \(--memory c11\)$'
for last in 1 3; do
	explore --memory c11 -DLAST=$last wait.c
	expect_status 1
	expect_out '^  main waits at wait.c:[0-9]+ for a change of n$'
done

point M11 'our own rings are right under C11, whatever the processor'
for own in ring mpmc; do
	explore --memory c11 -I"$here/../.." \
		"$here/../explore/own/$own.c" "$here/../../lib/$own.c"
	expect_status 0
	expect_out 'no failure possible \(--memory c11\)$'
done

point M12 'every strategy knows of late stores and old values'
for strategy in random pct pos bounded delay dpor; do
	explore --strategy $strategy --memory tso "$weak/dekker.c"
	expect_status 1
	explore --strategy $strategy --memory c11 "$weak/message.c"
	expect_status 1
done

point 50 'a model that there is none of'
explore --memory arm "$weak/dekker.c"
expect_status 2
expect_err 'memory'
expect_err 'arm'
expect_err 'sc'

finish
