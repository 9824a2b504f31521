#!/bin/sh
# conc loop: the turns of a loop, and what a blocking call does to it
. "$(dirname "$0")/lib.sh"

ticks() {
	sed -n 's/^ticks while the work was done: //p' "$out"
}

# Virtual time: the same turns each time.
point W6 'each turn shows ready list, timers and descriptors'
run conc loop trace
expect_status 0
expect_no_err
expect_out 'turn +time \(ms\) +ready, and run +timers +fds'
expect_out '^ +1 +0 +main *$'
expect_out '^ +2 +0 +tea, toast, reader, postman *$'
expect_out '^ +3 +20 +toast, postman +tea at 30 +reader *$'
expect_out '^ +[0-9]+ +20 +reader +tea at 30 +reader *$'
expect_out '^ +[0-9]+ +30 +tea *$'
expect_out 'chooses from the front of the ready list'
cp "$out" first
run conc loop trace
expect_same 'two runs' first "$out"

point A7 'a call that blocks stops the heartbeat'
run conc loop block --work 100ms --beat 5ms
expect_status 0
expect 'no tick' [ "$(ticks)" = 0 ]

# One tick in a second is little enough on any machine.
point A7 'the same in a thread does not'
run conc loop offload --work 1s --beat 5ms
expect_status 0
expect 'ticks' [ "$(ticks)" -ge 1 ]

if have jq; then
	point 19 'JSON is JSON'
	run conc loop trace --json
	expect 'turns' jq -e '.demo == "trace" and .turns[0].ready == "main"
		and .turns[2].time_ms == 20' "$out"
	run conc loop block --work 1ms --beat 1ms --json
	expect 'no ticks' jq -e '.ticks_during == 0 and .beat_s == 0.001' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 7 'what is wrong is said with the next thing to type'
for words in '' trac 'block --beat 0' 'block --work never'; do
	# shellcheck disable=SC2086
	run conc loop $words
	expect_status 2
	expect_no_out
	expect_hint
done

finish
