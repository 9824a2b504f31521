#!/bin/sh
# conc switch: a task moves into a thread and back, and what is refused
. "$(dirname "$0")/lib.sh"

# tid REGEX: the number at the end of the line that matches.
tid() {
	sed -n "s/^$1 tid \([0-9]*\)\$/\1/p" "$out"
}

# expect_moved: lines 1 and 3 are of one thread, line 2 of another.
expect_moved() {
	expect 'back where it was' [ "$(tid '1 loop')" = "$(tid '3 loop')" ]
	expect 'elsewhere meanwhile' \
		[ "$(tid '1 loop')" != "$(tid '2 worker')" ]
	expect 'a tid' [ "$(tid '2 worker')" ]
}

# expect_lines: the lines that were said, on every machine the same.
expect_lines() {
	sed 's/tid [0-9]*/tid N/' "$out" | grep -v -e '^the ' -e '^ticks' >said
	expect_same 'the lines' wanted said
}

point A2 'loop, worker, loop'
printf '1 loop tid N\n2 worker tid N\n3 loop tid N\n' >wanted
run conc switch --quiet
expect_status 0
expect_no_err
expect_moved
expect_lines

# A tick is due every 5 ms of a second: one is little enough anywhere.
point A2 'the loop goes on meanwhile'
run conc switch --beat 5ms
expect_status 0
expect_out '^ticks of the loop meanwhile: [1-9]'
expect_out '^The task itself was in a thread'

point T6 'a nested switch is refused, and moves nobody'
printf '%s\n' '1 loop tid N' '2 worker tid N' \
	'refused: the task is away already, error 114 (EALREADY)' \
	'3 loop tid N' >wanted
run conc switch --nested --block 0 --quiet
expect_status 0
expect_moved
expect_lines

point T3 'who is away cannot wait as a task'
printf '%s\n' '1 loop tid N' '2 worker tid N' \
	'refused: who is away cannot wait as a task, error 1 (EPERM)' \
	'3 loop tid N' >wanted
run conc switch --await-inside --block 0 --quiet
expect_status 0
expect_moved
expect_lines

point T7 'a cancel inside is delivered after the block'
printf '%s\n' '1 loop tid N' '2 worker tid N' \
	'cancel deferred: the task is in a thread of the pool' \
	'3 loop tid N' 'cancel delivered after block' >wanted
for block in 0 50ms; do
	run conc switch --cancel --block $block --quiet
	expect_status 0
	expect_no_err
	expect_moved
	expect_lines
done

point T5 'a decorated function goes to a thread, or is in one'
run conc switch --decorated --quiet
expect_status 0
loop=$(tid '1 called by the loop')
expect 'from the loop: elsewhere' \
	[ "$loop" != "$(tid '2 it ran in the worker')" ]
worker=$(tid '3 called by the worker')
expect 'from a worker: right there' \
	[ "$worker" = "$(tid '4 it ran in the worker')" ]
expect 'which is not the loop' [ "$worker" != "$loop" ]

point A4 'two calls overlap'
run conc switch calls --quiet
expect_status 0
expect_out '^calls that ran at once: 2$'
expect 'in two threads' [ "$(tid 'call 1 ran in')" != "$(tid 'call 2 ran in')" ]

point A5 'from the worker into the loop'
printf '%s\n' 'loop tid N' 'called by the loop: refused, error 35 (EDEADLK)' \
	'called by the worker tid N' 'a function: 1+2=3, made in tid N' \
	'a task: 1+2=3, made in tid N' \
	'called after the end: refused, error 32 (EPIPE)' >wanted
run conc switch call-async --quiet
expect_status 0
expect_lines
expect 'made in the loop' \
	[ "$(tid loop)" = "$(tid 'a function: 1+2=3, made in')" ]
expect 'the task, too' [ "$(tid loop)" = "$(tid 'a task: 1+2=3, made in')" ]
expect 'called elsewhere' [ "$(tid loop)" != "$(tid 'called by the worker')" ]

if have jq; then
	point 19 'JSON is JSON'
	run conc switch --cancel --block 0 --json
	expect 'five lines' jq -e '.demo == "cancel" and .ticks >= 0 and
		(.lines | length) == 5' "$out"
	run conc switch call-async --json
	expect 'six lines' jq -e '.demo == "call-async" and .ticks == null and
		(.lines | length) == 6' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 7 'what is wrong is said with the next thing to type'
for words in bogus 'demo calls' 'calls --cancel' '--nested --cancel' \
	'call-async --decorated' '--block never' '--block 2h' '--beat 0'; do
	# shellcheck disable=SC2086
	run conc switch $words
	expect_status 2
	expect_no_out
	expect_hint
done

finish
