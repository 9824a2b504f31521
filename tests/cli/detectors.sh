#!/bin/sh
# conc explore: each detector finds its program, says why, and clears the twin
#
# A program begins with what is expected of it:
#	/* finds: REGEX */	the first line, and the exit status is 1
#	/* notes: REGEX */	one of the lines; it is no failure
#	/* says: REGEX */	one of the lines
#	/* omits: REGEX */	none of them
#	/* with: OPTIONS */	of conc explore
# where LINE is any line of a program, and STEP any step of the timeline.
# It is correct with -DFIXED. DETECTORS=all tries each with either compiler at
# three levels; otherwise they take turns.
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/programs

# header WORD PROGRAM: what its first lines say of it.
header() {
	sed -n "1,9s,^/\* $1: \(.*\) \*/\$,\1,p" "$2" |
		sed 's/LINE/[a-z_]+[.]c:[0-9]+/g; s/STEP/step [0-9]+/g'
}

# in_one_line: what was printed, without its line breaks and indentation.
in_one_line() {
	tr -s '\n\t ' ' ' <"$out" >"$out.line"
	mv "$out.line" "$out"
}

expect_said() {
	header says "$1" >"$T/says"
	while read -r said; do
		expect_out "$said"
	done <"$T/says"
	header omits "$1" >"$T/omits"
	while read -r omitted; do
		expect "no '$omitted'" sh -c "! grep -E '$omitted' '$out'"
	done <"$T/omits"
}

# expect_lesson_there: none is named that nobody can open.
expect_lesson_there() {
	lesson=$(sed -n 's/.* Lesson: \([^ ]*\).*/\1/p' "$out")
	[ ! "$lesson" ] || [ -d "$CONC_LESSONS/$lesson" ] ||
		fault "there is no lesson $lesson"
}

# buggy PROGRAM OPTION...: it is found out, and the message is the one.
buggy() {
	program=$1
	shift
	finds=$(header finds "$program")
	notes=$(header notes "$program")
	# shellcheck disable=SC2046
	run conc explore "$@" $(header with "$program") "$program"
	in_one_line
	if [ "$finds" ]; then
		expect_status 1
		expect_out "^$finds"
	else
		expect_status 0
	fi
	[ ! "$notes" ] || expect_out "also seen: $notes"
	expect_said "$program"
	expect_lesson_there
}

# correct PROGRAM OPTION...: nothing at all is said of its twin.
correct() {
	program=$1
	shift
	# shellcheck disable=SC2046
	run conc explore "$@" -DFIXED $(header with "$program") "$program"
	expect_status 0
	expect 'no note' sh -c "! grep 'also seen' '$out'"
}

# combinations: a compiler and a level on each line.
combinations() {
	for cc in gcc clang; do
		for level in 0 1 2; do
			! have $cc || echo "$cc $level"
		done
	done
}

point D1 'each detector finds its program and says why; its twin is clean'
combinations >"$T/ways"
turn=0
for program in "$programs"/*.c; do
	buggy "$program"
	while read -r cc level; do
		turn=$((turn + 1))
		[ "$DETECTORS" = all ] || [ $((turn % 7)) = 0 ] || continue
		correct "$program" --cc "$cc" -O "$level"
	done <"$T/ways"
done

point D2 'an invariant is an expression or a function, and is replayed'
cat >count.c <<'END'
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int count;
static int is_small(void)
{
	return count < 2;
}
static void *add(void *arg)
{
	pthread_mutex_lock(&lock);
	count++;
	pthread_mutex_unlock(&lock);
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, add, NULL);
	add(NULL);
	pthread_join(thread, NULL);
	return !is_small() && count > 2;
}
END
run conc explore --invariant 'count < 2' count.c
expect_status 1
expect_out '^invariant broken: count < 2, in (main|T1) at count.c:11$'
expect_out 'writes count = 2 .was 1.'
schedule=$(sed -n 's/^Schedule: //p' "$out")
run conc replay --invariant 'count < 2' "$schedule" count.c
expect_status 1
expect_out '^invariant broken: count < 2'
run conc replay "$schedule" count.c
expect_status 3
run conc explore --invariant is_small count.c
expect_status 1
expect_out '^invariant broken: is_small, in'
run conc explore --invariant 'count <= 2' count.c
expect_status 0
expect_out '^all [0-9]+ schedules explored: no failure possible'
run conc explore --invariant 'cuont < 2' count.c
expect_status 3
expect_err '^--invariant:1:.*cuont'
: >count.o
run conc explore --invariant 'count < 2' count.o
expect_status 2
expect_err '.count.o. is compiled already'
for expression in 'count = 1' 'count <<= 1' 'count++ < 2' \
	'(count |= 1) == 1'; do
	run conc explore --invariant "$expression" count.c
	expect_status 2
	expect_err 'changes what it is to look at: it assigns'
done
for expression in 'count <= 2 && count >= 0 && count != 9 - -1' \
	'"="[0] == 61' '({ int n = count; n++; n <= 3; })'; do
	run conc explore --invariant "$expression" count.c
	expect_status 0
done
run conc explore --memory tso --invariant 'count < 2' count.c
expect_status 2
expect_err 'speaks of one memory'
if have jq; then
	run conc explore --json --invariant 'count < 2' count.c
	expect 'the finding' jq -e '.findings[0] | .kind == "invariant broken"
		and .text == "count < 2" and .at.object == "count" and
		.at.holds == ["lock"]' "$out"
fi

point D3 'pages, play and JSON say the same'
run conc explore --html page.html "$programs/get_put.c"
expect 'what' grep -q '<p>lost update on balance: T1 reads' page.html
expect 'why' grep -q 'Think:.*each access is under lock' page.html
echo '1 1 1 2 2 2 2 2 1 1 0 0 0 0' >typed
run sh -c "conc play '$programs/get_put.c' <typed"
expect_out 'You made it fail: assertion failed'
expect_out '^  lost update on balance'
expect_out '^Think: each access is under lock'
expect_out '^Lesson: 07-atomicity'
if have jq; then
	run conc explore --json "$programs/get_put.c"
	expect 'the finding' jq -e '.findings | any(
		.kind == "atomicity violation" and
		(.think | contains("hold it in pay_in()")) and
		.at.object == "balance" and .at.holds == ["lock"] and
		.lesson == "07-atomicity")' "$out"
fi

finish
