#!/bin/sh
# conc to-thread: a cancel is put off, or the thread abandoned
. "$(dirname "$0")/lib.sh"

# in_order PATTERN...: lines of the output that come one after the other.
in_order() {
	ran="conc, in this order: $*"
	for pattern in "$@"; do
		grep -nE "$pattern" "$out" | head -n 1 | cut -d : -f 1
	done >lines
	expect 'lines' [ "$(wc -l <lines)" -eq $# ]
	expect 'their order' sort -n -c lines
}

# A tick is due every 5 ms of a second: one is little enough anywhere.
point E1 'with a shield the cancel is deferred to the end of the job'
run conc to-thread --job 1s --cancel-after 0.3 --beat 5ms
expect_status 0
expect_no_err
expect_out '^ticks meanwhile: [1-9]'
expect_out '^the call was: deferred'
in_order 'the job begins' 'cancel deferred' 'result=42' 'is told'
expect 'no more' sh -c "! grep anyway '$out'"

point E1 'abandoned, the task ends at once and the thread later'
run conc to-thread --job 1s --cancel-after 0.3 --abandon
expect_status 0
expect_no_err
expect_out '^the call was: abandoned'
in_order 'the job begins' 'cancelled' 'thread finished anyway'
expect 'no result' sh -c "! grep ^its.result '$out'"

# However busy the machine is, the job looks only now and then.
point E17 'a job that asks ends early'
run conc to-thread --job 1h --cancel-after 0.1 --ask
expect_status 0
expect_no_err
expect_out '^the call was: stopped'
expect_out '^the job saw the cancel after: '
in_order 'the job begins' 'cancel deferred' 'job saw that' 'is told'
expect 'no result' sh -c "! grep ^its.result '$out'"

point E17 'an abandoned one as well'
run conc to-thread --job 1h --cancel-after 0.1 --ask --abandon
expect_status 0
expect_out '^the call was: abandoned'
in_order 'the job begins' 'cancelled: the task' 'asked to stop, and did'

point E1 'a job that has ended cannot be cancelled'
for abandon in '' --abandon --ask; do
	# shellcheck disable=SC2086
	run conc to-thread --job 0 --cancel-after 1h $abandon
	expect_status 0
	expect_out '^the call was: finished'
	expect_out 'result=42'
done

if have jq; then
	point 19 'JSON is JSON'
	run conc to-thread --job 0 --cancel-after 1h --json
	expect 'a result' jq -e '.outcome == "finished" and .result == 42' \
		"$out"
	run conc to-thread --cancel-after 0 --job 1h --ask --json
	expect 'stopped' jq -e '.outcome == "stopped" and .result == null and
		.seen_after_s >= 0' "$out"
	run conc to-thread --cancel-after 0 --job 0.5 --abandon --json
	expect 'none' jq -e '.outcome == "abandoned" and .result == null and
		(.events | length) >= 2' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 7 'what is wrong is said with the next thing to type'
for words in now '--job never' '--beat 0' '--cancel-after 2h'; do
	# shellcheck disable=SC2086
	run conc to-thread $words
	expect_status 2
	expect_no_out
	expect_hint
done

finish
