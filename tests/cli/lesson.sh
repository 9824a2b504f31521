#!/bin/sh
# conc lesson: the course, from the first start to a solution that passes
# one thread: what checks a lesson has no other
. "$(dirname "$0")/lib.sh"

root=$(cd "$here/../.." && pwd)
lesson=$root/lessons/05-data-race
XDG_STATE_HOME=$T/state
CONC_LESSONS=$root/lessons
export XDG_STATE_HOME CONC_LESSONS

point 0 'without a workshop it says how to begin one'
run conc lesson
expect_status 3
expect_err 'there is no workshop here yet'
expect_err "^try 'conc lesson start'"
run conc lesson --workshop gone
expect_status 3
expect_err "^try 'conc lesson start 'gone''"

point 0 'start makes one, with every exercise, and says what to do'
run conc lesson start course
expect_status 0
expect_out '^  Edit .*/course/0'
expect 'the exercise' cmp course/05-data-race/count.c "$lesson/count.c"
expect 'what it includes' cmp course/05-data-race/count.h "$lesson/count.h"
expect 'not the check' [ ! -e course/05-data-race/check.c ]
echo '/* mine */' >course/05-data-race/count.c
run conc lesson start course
expect_status 0
expect 'an exercise that was begun stays' \
	grep -q mine course/05-data-race/count.c
cp "$lesson/count.c" course/05-data-race

point 0 'where am I, from anywhere: the workshop that was used last'
run conc lesson
expect_status 0
expect_out '^0 of [0-9]+ lessons passed'
expect_out '^  3. check    conc lesson check$'
cd "$T/work/course/05-data-race" || exit
run conc lesson next data-race
expect_status 0
expect_out '^Shared memory and the data race$'
expect_out '^    static long visitors;$'
run conc lesson --json
expect_out '"lesson": ?"05-data-race"'

point 0 'the exercise fails in its own lines, and a solution passes'
run conc lesson check
expect_status 1
expect_out 'data race on visitors: T[123] (reads|writes) it at count.c:[0-9]+'
expect_out 'the number of visitors is 1, and should be 3'
expect_out '^Schedule: x1\.'
expect_out '^Not yet: the number of visitors is [012], and should be 3\.$'
expect_out '^Stuck\? conc lesson hint$'
run conc lesson solution
expect_status 1
expect_hint
cp "$lesson/solution/count.c" .
run conc lesson check
expect_status 0
expect_out '^Passed: '
expect_out ": no failure is possible(,|\\.)"
run conc lesson solution
expect_status 0
expect_out '^    static long visitors_at\[2\];$'
run conc lesson progress
expect_out '^05-data-race .* 20[0-9-]+ +2 +0 +no$'

point 0 'break it: by a schedule, by who takes each step, by hand'
run conc lesson break '1 1 2'
expect_status 0
expect_out '^You made it fail: assertion failed: the number of visitors is 1,'
expect_out '^You have broken it. Now mend it: edit count.c'
word=$(sed -n 's/^Schedule: //p' "$out")
run conc lesson break "$word"
expect_status 0
expect_out 'the number of visitors is 1, and should be 3'
run conc lesson break '1'
expect_status 1
other=$(echo s | conc play "$here/../explore/programs/lost_update.c")
run conc lesson break "$(echo "$other" | grep -o 'x1\..*')"
expect_status 1
expect_err 'is for another program than the exercise'
run conc lesson break "${word%?}"
expect_status 2
expect_hint
run sh -c 'printf "%s\n" 1 1 2 2 2 2 2 2 1 1 1 0 0 | conc lesson play'
expect_status 0
expect 'counted' grep -q '^broken.05-data-race = 3$' ../.conc-lessons

point 0 'an exercise of processes is broken by the schedule that check prints'
cp "$root/lessons/01-processes/sum.c" ../01-processes/
run conc lesson check processes
expect_status 1
expect_out '^assertion failed: the sum is 0, and should be 21$'
expect_out ' [0-9]+: exit\(0\);'
expect_out ' check\.c:[0-9]+: EXPECT'
word=$(sed -n 's/^Schedule: //p' "$out")
run conc lesson break "$word" processes
expect_status 0
expect_out '^You have broken it'
run conc lesson break '0 0 0' processes
expect_status 2
expect_hint
run conc lesson play processes
expect_status 2
expect_hint

point 0 'who has passed is told to go on'
run conc lesson
expect_out '^  go on       conc lesson next$'

# narrow COMMAND...: no line has more than 80 columns.
narrow() {
	run "$@"
	expect '80 columns' awk 'length > 80 { exit 1 }' "$out" "$err"
}

point 0 'all of it fits into 80 columns'
narrow conc
narrow conc lesson progress
narrow conc lesson list
narrow conc lesson run processes -n 1
cp "$root/lessons/04-filesystem-queue/solution/claim.c" ../04-filesystem-queue/
narrow conc lesson check filesystem-queue
expect_status 0
expect_out 'with up to 1 kill'

point 0 'explain it: a question, and one letter for an answer'
run conc lesson
expect_out '^  and why\?    conc lesson explain$'
cp count.c kept.c
cp "$lesson/count.c" .
run conc lesson check
expect_out '^Why does it fail\? conc lesson explain$'
echo 'int' >count.c
run conc lesson check
expect 'no question of what does not compile' sh -c "! grep Why '$out'"
cp "$lesson/solution/count.c" .
run conc lesson check
expect_status 0
expect_out '^One question: conc lesson explain$'
run conc lesson progress
expect_out '^05-data-race +20[-0-9]+ +[0-9]+ +[0-9]+ +no$'
run conc lesson explain
expect_status 0
expect_out '^Lesson 05-data-race asks:$'
expect_out '^  b  The last write'
expect_out "^Answer with 'conc lesson explain a', b or c.$"
run conc lesson explain a
expect_status 1
expect_out '^Not that one'
run conc lesson explain d
expect_status 2
expect_hint
run conc lesson explain 09
expect_status 0
expect_out '^Lesson 09-philosophers asks:$'
expect_out "^Answer with 'conc lesson explain 09-philosophers a', b or c.$"
run conc lesson explain philosophers a
expect_status 1
run conc lesson explain 09 d
expect_status 2
expect_err "^try 'conc lesson explain 09-philosophers a'$"
run conc lesson explain nothing a
expect_status 2
expect_hint
run conc lesson explain b
expect_status 0
expect_out '^Right. Whoever writes last'
expect 'noted' grep -q '^explained.05-data-race = yes$' ../.conc-lessons
run conc lesson check
expect 'asked no more' sh -c "! grep -q explain '$out'"
run conc lesson progress
expect_out '^05-data-race +20[-0-9]+ +[0-9]+ +[0-9]+ +yes$'
mv kept.c count.c

point 0 'two hints, counted'
run conc lesson hint
expect_out '^\(hint 1 of 2\)$'
run conc lesson hint
expect_out '^\(hint 2 of 2\)$'
run conc lesson hint -n 1
expect_out '^\(hint 1 of 2\)$'
expect 'counted' grep -q '^hints.05-data-race = 2$' ../.conc-lessons
run conc lesson hint -n 3
expect_status 2

point 37 'reset asks, or is told; what there was is kept'
run conc lesson reset
expect_status 2
expect_err '^to reset without being asked: conc lesson reset --yes$'
expect 'untouched' cmp count.c "$lesson/solution/count.c"
run conc lesson reset --yes
expect_status 0
expect 'as at the start' cmp count.c "$lesson/count.c"
expect 'a copy' sh -c "cmp count.c.20* '$lesson/solution/count.c'"

point 0 'more orders than there is time for: no failure, and not passed'
cat >../09-philosophers/table.c <<'END'
#include "table.h"
#include <pthread.h>
static pthread_mutex_t waiter = PTHREAD_MUTEX_INITIALIZER;
void take_forks(int philosopher)
{
	for (int i = 0; i < 50 + philosopher; i++)
		pthread_mutex_lock(&waiter), pthread_mutex_unlock(&waiter);
	pthread_mutex_lock(&waiter);
}
void put_forks(int philosopher)
{
	pthread_mutex_unlock(&waiter);
}
END
run conc lesson check 09 --time 1s
expect_status 1
expect_out '^no failure found in [0-9]+ executions'
expect_out '^Not yet: no order that was tried fails, but there are more'
expect_out '^    for \(--time\)\. '
for delay in 2 8 30; do
	run timeout -s INT $delay "$CONC" lesson check 09
	grep -q '^no failure' "$out" && break
done
expect 'stopped, and not judged' sh -c "! grep -q '^Not yet' '$out'"
expect_out 'it was stopped, and nothing is decided: run it again$'
run conc lesson reset 09 --yes

point 0 'what a learner may do to the file'
printf 'int main(void) { return 0; }\n' >>count.c
run conc lesson check
expect_status 1
expect_err 'does not fit the check: .* there is a second main'
: >count.c
run conc lesson check
expect_status 1
expect_err "begin anew: conc lesson reset$"
echo 'int main(' >count.c
run conc lesson check
expect_status 1
expect_err 'count.c does not compile yet'
rm count.c
run conc lesson check
expect_status 3
expect_err "^try 'conc lesson reset 05-data-race', which brings it back"
run conc lesson reset --yes
expect_status 0
CC=no-such-compiler run env CC=no-such-compiler "$CONC" lesson check
expect_status 3
expect_err 'there is no compiler'

point 0 'a state of a later version is refused and kept'
cp ../.conc-lessons "$T/state.txt"
sed 's/^version = 1/version = 2/' "$T/state.txt" >../.conc-lessons
run conc lesson progress
expect_status 3
expect_err 'is from a later conc'
expect 'kept' grep -q '^version = 2$' ../.conc-lessons
echo 'rubbish' >../.conc-lessons
run conc lesson progress
expect_status 2
expect_err "\.conc-lessons:1: 'rubbish' is not a setting"
cp "$T/state.txt" ../.conc-lessons

point 0 'what others wrote into the state stays'
{
	echo '# a comment'
	echo "26-later.$(printf '%0200d' 0) = $(printf '%0300d' 0)"
} >../.conc-lessons
cp ../.conc-lessons "$T/others.txt"
run conc lesson hint
expect 'kept' sh -c "head -n 2 ../.conc-lessons | cmp - '$T/others.txt'"
expect 'added' grep -q '^hints\.' ../.conc-lessons
cp "$T/state.txt" ../.conc-lessons

point 42 'two runners in one directory lose nothing of each other'
for i in 1 2 3 4 5 6 7 8; do
	conc lesson check >/dev/null 2>&1 &
done
wait
tries=$(sed -n 's/^tries.05-data-race = //p' "$T/state.txt")
expect 'all tries counted' \
	grep -q "^tries.05-data-race = $((tries + 8))\$" ../.conc-lessons
expect 'no file is left' sh -c "! find '$T/work' -name '*.??????' | grep ."

# watch_log EXPECTATION: wait until the log of watch has such a line.
watch_log() {
	for _ in $(seq 200); do
		grep -q "$1" "$T/watch" && return
		sleep 0.1
	done
	fault "watch never said $1: $(tail -n 3 "$T/watch")"
}

# In the middle of a save by rename, and from a directory that was watched.
watch_through() { # OPTION...
	ran="lesson watch $*"
	: >"$T/watch"
	mkfifo "$T/keys.$#"
	timeout 60 conc lesson watch data-race --plain "$@" \
		<"$T/keys.$#" >"$T/watch" 2>&1 &
	watcher=$!
	exec 9>"$T/keys.$#"
	watch_log '^Not yet'
	watch_log '^n next   r run'
	cp "$lesson/solution/count.c" count.new
	mv count.new count.c
	watch_log '^Passed: '
	printf 'h' >&9
	watch_log '^(hint 2 of 2)$'
	cp "$lesson/count.c" count.c
	printf 'q' >&9
	exec 9>&-
	wait $watcher
	status=$?
	expect_status 0
}

point 0 'watch checks at each save, and has keys'
cp "$lesson/count.c" count.c
watch_through
watch_through --poll
run conc lesson watch
expect_status 3
expect_err "^try 'conc lesson check', or 'conc lesson watch --plain'"

point 0 'watch clears the screen before the compiler speaks, not after'
if have script; then
	echo 'int main(' >count.c
	watch="TERM=xterm script -qec '\"$CONC\" lesson watch' '$T/tty'"
	run sh -c "printf q | $watch"
	expect 'what the compiler says is left on the screen' awk '
		/\[2J/ { said = 0 }
		/does not compile yet/ { said = 1 }
		END { exit !said }' "$T/tty"
	cp "$lesson/count.c" count.c
else
	skip 0 'watch clears the screen before the compiler speaks' 'no script'
fi

point 0 'a workshop that cannot be written: a verdict all the same'
if [ "$(id -u)" -ne 0 ] || have setpriv; then
	cp "$lesson/solution/count.c" count.c
	for_others
	chmod -R a+rX "$T/work"
	chmod a-w .. .
	as_other=
	[ "$(id -u)" -ne 0 ] || as_other='setpriv --reuid 65533 --clear-groups'
	# shellcheck disable=SC2086
	run env TMPDIR=/tmp $as_other "$CONC" lesson check data-race \
		--workshop "$T/work/course"
	chmod u+w .. .
	expect_status 0
	expect_out '^Passed: '
	expect_err 'warning: cannot save the progress in'
fi

point 0 'a folder of another lesson is gone: what is said brings it back'
rm -r ../08-deadlock
run conc lesson check deadlock
expect_status 3
expect_err "^try 'conc lesson reset 08-deadlock', which brings it back"
run conc lesson reset 08-deadlock
expect_status 0
expect 'the exercise' cmp ../08-deadlock/transfer.c \
	"$root/lessons/08-deadlock/transfer.c"

point 0 'what is said fits the program: its threads, its lesson'
cp "$root/lessons/20-generators/generators.c" ../20-generators/ ||
	fault 'no exercise of lesson 20'
run conc lesson check generators
expect_status 1
expect 'no preemption with one thread' sh -c "! grep preemption '$out'"
expect 'no other lesson' sh -c "! grep 07-atomicity '$out'"
cp "$root/lessons/06-mutex/bank.c" ../06-mutex/
run conc lesson check mutex
expect_status 1
expect 'not where one is' sh -c "! grep 'See also lesson 06-mutex' '$out'"
cp "$root/lessons/07-atomicity/wrong/lock-of-its-own.c" \
	../07-atomicity/account.c
run conc lesson check atomicity
expect_status 1
expect_out '^See also lesson 06-mutex\.$'
cp "$root/lessons/07-atomicity/wrong/returns-locked.c" \
	../07-atomicity/account.c
run conc lesson check atomicity
expect_out 'T[12] has ended, and never unlocked lock'
sed 's/static long visitors/static long v[2]/; s/visitors++/v[door]++/
	s/return visitors/return v[0] + v[1]/' "$lesson/count.c" \
	>../05-data-race/count.c
run conc lesson check data-race
expect_status 0
expect_out '^All 2 schedules explored: no failure is possible\.$'
sed 's/visitors++/pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;\
	pthread_mutex_lock(\&m); visitors++; pthread_mutex_unlock(\&m)/
	s/^#include.*/&\n#include <pthread.h>/' "$lesson/count.c" \
	>../05-data-race/count.c
run conc lesson check data-race
expect_status 1
expect_out 'm is another lock for each'

point 0 'lesson 6: which data a lock guards, before and after'
cp "$root/lessons/06-mutex/bank.c" ../06-mutex/
run conc lesson check 6
expect_status 1
expect_out '^sum +bank.c:22 +changes +deposits +none$'
expect_out '^sum +bank.c:43 +reads +reports +none$'
expect_out '^sum: no lock is held at both bank.c:22 .deposits. and bank.c:43 '
cp "$root/lessons/06-mutex/solution/bank.c" ../06-mutex/
run conc lesson check 6
expect_status 0
expect_out '^sum +bank.c:38 +reads +lock +lock$'
expect_out '^Each has a lock that was held at every access\.$'
have jq && {
	run conc lesson check --json 6
	expect 'in JSON, too' jq -e '.locks | length == 3 and
		all(.common == ["lock"] and .gap == null)' "$out"
}

point 0 'what authors are told of their lessons'
run conc lesson new 26-mine --lessons "$T/mine"
expect_status 3
mkdir "$T/mine"
run conc lesson new Mine --lessons "$T/mine"
expect_status 2
expect_hint
run conc lesson new 26-mine --lessons "$T/mine"
expect_status 0
run conc lesson new 26-mine --lessons "$T/mine"
expect_status 3
run conc lesson verify --lessons "$T/mine"
expect_status 0
mkdir -p "$T/own"
cp -r "$lesson" "$root/lessons/lesson.h" "$T/own"
cp "$lesson/solution/count.c" "$T/own/05-data-race/wrong/right.c"
run conc lesson verify --lessons "$T/own"
expect_status 1
expect_err 'does not say in its first line what is expected'
expect_out 'wrong/right.c .* yes .* no$'
echo 'bound = many' >>"$T/own/05-data-race/lesson.conf"
run conc lesson verify --lessons "$T/own"
expect_status 2
expect_err "lesson.conf:[0-9]+: bound cannot be 'many'"

point 0 'who checks another lesson is told its name, and what comes after it'
mkdir "$T/elsewhere"
cd "$T/elsewhere" || exit 1
run conc lesson start
cd conc-workshop || exit 1
run conc lesson check 20
expect_status 1
expect_out '^Stuck\? conc lesson hint 20-generators$'
cp "$root/lessons/20-generators/solution/generators.c" 20-generators
run conc lesson check 20
expect_status 0
expect_out '^Our solution: conc lesson solution 20-generators$'
expect_out '^Go on:        conc lesson progress$'
cp "$root/lessons/06-mutex/solution/bank.c" 06-mutex
run conc lesson check mutex
expect_out '^Go on:        conc lesson next 07-atomicity$'
run conc lesson next 07
run conc lesson check
expect_out '^Stuck\? conc lesson hint$'
cp "$root/lessons/07-atomicity/solution/"*.c 07-atomicity
run conc lesson check
expect_out '^Our solution: conc lesson solution$'
expect_out '^Go on:        conc lesson next$'

point 0 'a header that was changed is noted, and reset brings it back'
run conc lesson next 14
cp "$root/lessons/14-barrier/solution/barrier.c" 14-barrier
run conc lesson check
expect_no_err
sed 's/NTHREADS = [0-9]*/NTHREADS = 2/' 14-barrier/barrier.h >changed
cp changed 14-barrier/barrier.h
run conc lesson check
expect_err '^conc lesson: barrier.h is not as it was given'
run conc lesson reset --yes
expect_status 0
expect 'as given' cmp 14-barrier/barrier.h "$root/lessons/14-barrier/barrier.h"
expect 'a copy' sh -c 'cmp 14-barrier/barrier.h.20* changed'
expect_out '^.*barrier.h.20[0-9-]*$'
run conc lesson check
expect_no_err

point 15 'a lesson cannot reach into the terminal, nor into the state'
sed '$d' "$T/own/05-data-race/lesson.conf" >"$T/conf"
cp "$T/conf" "$T/own/05-data-race/lesson.conf"
mkdir "$T/own/07-a
passed.05-data-race = 1"
cp "$T/conf" "$T/own/07-a
passed.05-data-race = 1/lesson.conf"
run conc lesson list --lessons "$T/own"
expect_status 0
expect 'one lesson' sh -c "! grep -q 07-a '$out'"
printf 'title = a\033[31m\n' >>"$T/own/05-data-race/lesson.conf"
run conc lesson list --lessons "$T/own"
expect_status 2
expect_err "title cannot be 'a\\\\x1b\[31m'"
finish
