#!/bin/sh
# explore, replay and play: how what was found is laid out, marked and named
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/programs
learners=$here/../explore/learners

# Several threads, each of which has a line too long for a narrow column.
cat >four.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t the_only_lock = PTHREAD_MUTEX_INITIALIZER;
static int count;
static int take_one_number(void)
{
	pthread_mutex_lock(&the_only_lock);
	int number = count;
	pthread_mutex_unlock(&the_only_lock);
	return number;
}
static void *run(void *arg)
{
	int number = take_one_number() + 1;
	pthread_mutex_lock(&the_only_lock);
	count = number;
	pthread_mutex_unlock(&the_only_lock);
	return arg;
}
int main(void)
{
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, run, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert(count == 4);
	return 0;
}
END

point W1 'the last row is the failure, and says where'
for program in "$programs"/lost_update.c "$programs"/two_locks.c \
	"$programs"/destroyed.c "$programs"/use_after_free.c \
	"$programs"/dead_local.c "$learners"/*.c; do
	run conc explore --plain "$program"
	expect_status 1
	expect "the failure ends the steps of $(basename "$program")" awk '
		/^ +[0-9]+[ >!]/ { if (failed) exit 1; steps = 1 }
		/^ fail / { failed++ }
		/^It takes/ && !failed { exit 1 }
		END { exit !(steps && failed == 1) }' "$out"
done
run conc explore --plain "$programs/use_after_free.c"
expect_out '^ fail  .* bad memory access +[0-9]+: '
run conc explore --plain "$programs/two_locks.c"
expect_out '^ fail +deadlock$'

point W2 'a switch that is also the point of no return has both marks'
run conc explore --plain "$programs/half_done.c"
expect_out '^ +[0-9]+>! '
expect_out '^ +[0-9]+   '
if have jq; then
	run conc explore --json "$programs/half_done.c"
	expect 'both' jq -e '.steps | any(.switch and .lost)' "$out"
fi

if have script && have stty; then
	point W3 'a list where columns would be narrow, and columns where not'
	pty 'conc explore four.c'
	expect_out '^ +[0-9]+  T1 +begins'
	expect 'no line is wider' awk '{ sub(/\r$/, "") }
		!/^Schedule/ && length > 80 { exit 1 }' "$out"
	pty 'stty cols 250; conc explore four.c'
	expect_out '^ step  \| main .*\| T4 '
fi

point W4 'the head and the last message are wrapped'
cat >long.c <<'END'
#include <assert.h>
#include <pthread.h>
static int number_of_visitors_so_far;
static void *run(void *arg)
{
	number_of_visitors_so_far++;
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, run, NULL);
	pthread_create(&b, NULL, run, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(number_of_visitors_so_far == 2 && "some visitors were lost");
	return 0;
}
END
run conc explore --plain long.c
expect_status 1
expect 'short lines before the steps' awk '
	/^$/ { exit }
	length >= 80 { long = 1 }
	END { exit long }' "$out"
printf '1 1 2 2 1 2 0 0\n' >typed
run sh -c 'conc play long.c <typed'
expect_status 0
expect 'short lines at the end' awk '
	/^You made it fail/ { end = 1 }
	/^Schedule/ { end = 0 }
	end && length > 80 { exit 1 }' "$out"

point W5 'what malloc gave has a name, and free is no write'
run env COLUMNS=200 conc explore "$programs/use_after_free.c"
expect_out 'frees shared$'
run conc explore --plain "$programs/freed_before_use.c"
tr -s '\n ' ' ' <"$out" >line
mv line "$out"
expect_out 'data race on node->value: '
expect_out 'T[12] frees it at freed_before_use.c:42'
run conc explore "$learners/list.c"
expect_out 'node#1->next = '
expect_out 'node#2->next = '

point W6 'schedules and executions are told apart'
run conc explore -DFIXED "$programs/two_locks.c"
expect_out '^all 2 schedules explored: '
expect_out '^Orders that differ only in steps .* count once\.$'
expect_out '^[0-9]+ executions \([0-9]+ by chance, then 2 for all schedules\), '
if have jq; then
	run conc explore --json -DFIXED "$programs/two_locks.c"
	expect 'the sum' jq -e '.schedules == 2 and
		.executions == .executions_before + .schedules' "$out"
fi

point W7 'that the output varies is an observation, of what does not fail'
run conc explore "$programs/output_varies.c"
expect_status 0
expect_out 'also seen: output varies: .* - that may'
expect 'no lesson' sh -c "! grep -q '[0-9]-[a-z]' '$out'"
run conc explore --outcomes "$programs/output_varies.c"
expect 'nothing of it' sh -c "! grep -q 'also seen' '$out'"
cat >prints.c <<'END'
#include <pthread.h>
#include <stdio.h>
static int n;
static void *run(void *arg)
{
	printf("%d\n", ++n);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, run, NULL);
	pthread_create(&b, NULL, run, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
run conc explore prints.c
expect_status 1
expect_out '^data race on n'
expect 'nothing of it' sh -c "! grep -q 'output varies' '$out'"

point W8 'JSON has words for a race, and main is called main'
if have jq; then
	cat >main.c <<'END'
#include <pthread.h>
static int n;
static void *run(void *arg)
{
	n++;
	return arg;
}
int main(void)
{
	pthread_t a;
	pthread_create(&a, NULL, run, NULL);
	n++;
	pthread_join(a, NULL);
	return 0;
}
END
	run conc explore --json main.c
	expect_status 1
	expect 'the words' jq -e '.findings | all(.text |
		test(
		"(main|T1) .* it at main.c:[0-9]+(, holding no lock)?;"))' \
		"$out"
	expect 'main' jq -e '[.findings[] | .at, .against | .function] |
		unique == ["main", "run"]' "$out"
fi

point W9 'one of a thing is one'
cat >one.c <<'END'
int main(void) { return 1; }
END
run conc explore --check-exit one.c
expect_status 1
expect_out '^wrong exit status: main returned 1$'
run conc replay "$(sed -n 's/^Schedule: //p' "$out")" one.c
expect_status 1
expect_out '^1 execution, 1 step, '

point W10 'a page explains its marks, and ends with the failure'
run conc explore --html page.html "$programs/half_done.c"
expect_status 1
expect 'the switch' grep -q '^<dt>&gt;</dt><dd>a switch' page.html
expect 'no return' grep -q '^<dt>!</dt><dd>the point of no return' page.html
expect 'both marks' grep -q '<td class="mark">&gt;!</td>' page.html
expect 'the last row' sh -c "grep '^<tr' page.html | tail -n 1 |
	grep -q '^<tr class=\"fail\" .*>assertion failed</td></tr>'"

point W32 'a page has a narrow lane for each thread, and room for the rest'
run conc explore --html page.html "$learners/list.c"
expect_status 1
expect 'each row names one thread' awk '/^<tr data-held/ {
	if (gsub(/<td class="on"/, "") != 1) exit 1; rows++ }
	END { exit !rows }' page.html
expect 'an arrow of C in one piece' grep -q 'node<i>-&gt;</i>next' page.html
run conc explore --html page.html four.c
expect 'its threads' grep -q '<th scope="col">T4</th>' page.html
sed 's/threads\[4\]/threads[14]/; s/< 4/< 14/; s/== 4/== 14/' four.c >many.c
run conc explore --html page.html many.c
expect 'one column for many' grep -q '<th scope="col">who</th>' page.html
expect 'and all have it' sh -c "! grep -q '>T4</th>' page.html"

point W33 'a page opens before its first step, and has a way to the marks'
run conc explore --html page.html "$programs/half_done.c"
expect 'from the top' grep -q 'else show(0)' page.html
expect 'to the mark' grep -q '<button id="lost">' page.html
run conc explore --html page.html four.c
grep -q 'class="mark">>*!' page.html ||
	expect 'no way to none' sh -c '! grep -q "<button id=.lost" page.html'

point W34 'outcomes end in time, and what fails without one is told'
cat >digits.c <<'END'
#include <pthread.h>
#include <stdio.h>
static void *run(void *arg)
{
	for (int i = 0; i < 2; i++)
		printf("%d", (int)((char *)arg - (char *)0));
	return arg;
}
int main(void)
{
	pthread_t t[3];
	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, run, (char *)0 + i);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	return 0;
}
END
run conc explore --outcomes digits.c
expect_status 0
expect_out '^ +[0-9]+  \.\.\. and 50 more outcomes \(--json has them\)$'
expect_out '^90 outcomes, and no others are possible$'
expect 'so many lines' [ "$(grep -c '^ *[0-9]*  [012]*$' "$out")" -eq 40 ]
run conc explore --outcomes "$programs/posts_early.c"
expect_status 1
expect_out '^data race on parcel'
run conc explore --outcomes "$programs/lost_update.c"
expect_status 1
expect 'once' sh -c "! grep -q '^assertion failed' '$out'"

point W35 'a lock that is left locked is named, and once'
cat >left.c <<'END'
#include <pthread.h>
static pthread_mutex_t room = PTHREAD_MUTEX_INITIALIZER;
static void *run(void *arg)
{
	if (pthread_mutex_trylock(&room) == 0)
		return arg;
	return NULL;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, run, NULL);
	pthread_create(&b, NULL, run, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
run conc explore left.c
expect_out 'lock left locked: T[12] ends without unlocking room, which it'
expect 'once' [ "$(grep -c 'lock left locked' "$out")" -eq 1 ]

point W31 'a page says that it fails in every order, where it does'
run conc explore --html page.html "$programs/barrier_for_more.c"
expect_status 1
expect 'so it says' grep -q '<p>It fails in every order' page.html
expect 'no preemptions' sh -c '! grep -q preemption page.html'
run conc explore --html page.html "$programs/lost_update.c"
expect 'not this one' sh -c '! grep -q "every order" page.html'
expect 'preemptions' grep -q '<p>It takes 1 preemption' page.html

if have script && have stty; then
	point W11 'a player sees the last steps that fit, and that more came'
	seq 8 | sed 's/.*/0 1 2 3/' | tr ' ' '\n' >typed
	echo q >>typed
	pty 'conc play four.c <typed'
	expect_out '^So far, after [0-9]+ steps? before:'
	expect 'it fits' awk '
		{ sub(/\r$/, "") }
		/^So far/ { n = 0 }
		length > 80 { exit 1 }
		{ n++ }
		END { exit n > 24 }' "$out"
fi

point W29 'of an invariant that is none, only that is said'
for condition in 'nosuch()' 'count >'; do
	run conc explore --invariant "$condition" "$programs/lost_update.c"
	expect_status 3
	expect_err "does not compile with --invariant '.*'$"
	expect_hint
	expect 'no other noise' sh -c "! grep -q Wreturn-type '$err'"
done

if have jq; then
	point W30 'one deadlock is told once in JSON, and a join is of a thread'
	cat >held.c <<'END'
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int n;
static void *run(void *arg)
{
	pthread_mutex_lock(&lock);
	if (n++)
		return arg;
	pthread_mutex_unlock(&lock);
	return arg;
}
int main(void)
{
	pthread_t threads[2];
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, run, NULL);
#ifdef WAITS
	pthread_mutex_lock(&lock);
#endif
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_lock(&lock);
	return 0;
}
END
	for flag in -DENDS -DWAITS; do
		run conc explore --json "$flag" held.c
		expect_status 1
		expect 'once' jq -e '[.findings[] |
			select(.kind == "deadlock")] | length == 1' "$out"
		expect 'no bare address' jq -e '[.findings[].at.object |
			select(. != null and startswith("0x"))] == []' "$out"
	done
fi

point W12 'the lines of a file from DOS'
sed "s/\$/$return/" "$here/../explore/programs/two_locks.c" >dos.c
run conc explore dos.c
expect_status 1
expect_out ' locks a +18: pthread_mutex_lock\(from\);$'
expect_clean "$out"

point W36 'a step that the words name is not left out of the listing'
run conc explore "$here/../explore/programs/one_too_many.c"
expect_status 1
expect_out 'more steps of T1'
expect_out '^ +11  T1 +writes shelf.jars\[0\] = 0'
expect_out 'over what it wrote at step 11,'

point W37 'what mends it is said once'
cat >tries.c <<'END'
#include <pthread.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int n;
static void *run(void *arg)
{
	pthread_mutex_trylock(&m);
	n++;
	pthread_mutex_unlock(&m);
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, run, NULL);
	run(NULL);
	pthread_join(thread, NULL);
	return 0;
}
END
run conc explore tries.c
expect_status 1
expect_out 'also seen: data race on n'
expect 'once' [ "$(grep -c 'goes on all the same' "$out")" -eq 1 ]

point W38 'a time-out is called one, and a wake-up without a signal is none'
cat >early.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int done;
static void *run(void *arg)
{
	pthread_mutex_lock(&m);
	done = 1;
	pthread_cond_signal(&c);
	pthread_mutex_unlock(&m);
	return arg;
}
int main(void)
{
	pthread_t thread;
	struct timespec end = {0};
	pthread_mutex_lock(&m);
	pthread_create(&thread, NULL, run, NULL);
	if (TIMED)
		pthread_cond_timedwait(&c, &m, &end);
	else
		pthread_cond_wait(&c, &m);
	assert(done);
	pthread_mutex_unlock(&m);
	pthread_join(thread, NULL);
	return 0;
}
END
run conc explore -DTIMED=0 early.c
expect_status 1
expect_out '^without a signal\.$'
run conc explore -DTIMED=1 early.c
expect_status 1
expect_out '^time-out\.$'

point W39 'a narrow terminal cuts no word of the text'
pty "stty cols 40; conc explore '$programs/two_locks.c'"
tr -d '\r' <"$out" | grep -v '^ *[0-9][0-9]*[>!x]* ' >text
expect 'no line is wider' awk 'length > 40 { bad = 1 } END { exit bad }' text
expect_out '^Think: '

finish
