#!/bin/sh
# conc portal: what workers send into a running loop, and what comes of it
. "$(dirname "$0")/lib.sh"

# Other work on the machine can only make it later than the times told.
without_times() {
	sed 's/ at [0-9.]* seconds//'
}

point 'E10 E12' 'a worker has the loop set an event'
cat >event <<'END'
before open: error: the portal is not running
opened twice: error: it was opened before
set() ran in the loop thread
the handler replies
after close: error: the portal is not running
END
run conc portal --second 50ms --quiet
expect_status 0
expect_no_err
without_times <"$out" >said
expect_same 'the lines' event said
expect 'the handler replies after a second' awk '
	/handler/ && $(NF - 1) < 1 { bad = 1 } END { exit bad }' "$out"

# The first tick is due before the task's sleep is over.
point E13 'a worker has a task run, waits for it, and the loop goes on'
run conc portal run --second 200ms --quiet
expect_status 0
expect_no_err
expect_out '^the task ended, and the caller got 42$'
expect_out '^ticks of the loop meanwhile: [1-9]'

point E14 'tasks from a worker sleep at the same time'
cat >spawn <<'END'
Task 1 running...
Task 2 running...
Task 3 running...
Task 4 running...
Task 1 return value
Task 2 return value
Task 3 return value
Task 4 return value
all done
END
run conc portal spawn 1 2 3 4 --second 300ms --quiet
expect_status 0
without_times <"$out" >said
expect_same 'the lines' spawn said
expect '5 s and not 14' awk '
	/all done/ && ($(NF - 1) < 5 || $(NF - 1) >= 14) { bad = 1 }
	END { exit bad }' "$out"

point E14 'one of them is cancelled'
run conc portal spawn 1 2 3 4 --cancel 3 --second 50ms --quiet
expect_status 0
expect_out 'Task 3 cancelled'
expect 'it returns nothing' sh -c "! grep -q 'Task 3 return' '$out'"
expect 'the others do' sh -c "[ \$(grep -c 'return value' '$out') = 3 ]"

point E11 'the thread of the loop is refused at once'
run conc portal --from loop --second 60s
expect_status 0
expect_out 'refused: called from the loop thread'

point E15 'closing answers those who wait'
printf 'caller 1: answered\ncaller 2: answered\nclosed\n' >drain
run conc portal --close drain --second 20ms --quiet
expect_status 0
without_times <"$out" >said
expect_same 'the lines' drain said

point E15 'closing with cancel tells those who wait'
printf 'caller 1: cancelled\ncaller 2: cancelled\nclosed\n' >cancel
run conc portal --close cancel --second 60s --quiet
expect_status 0
without_times <"$out" >said
expect_same 'the lines' cancel said

point E17 'threads share a loop while they need one'
cat >share <<'END'
thread 1 enters: a loop is started
thread 2 enters: the same loop
thread 1 leaves: the loop goes on
thread 3 enters: the same loop
thread 2 leaves: the loop goes on
thread 3 leaves: the loop has ended
thread 1 enters: a loop is started
END
run conc portal share --quiet
expect_status 0
expect_no_err
expect_same 'the lines' share "$out"

if have jq; then
	point 19 'JSON is JSON'
	run conc portal spawn 1 --second 1ms --json
	expect 'three lines' jq -e '.demo == "spawn" and
		(.lines | length) == 3 and
		.lines[1] == "Task 1 return value"' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 7 'what is wrong is said with the next thing to type'
for words in bogus 'event 3' 'spawn 0' 'spawn x' 'spawn 1 --cancel 2' \
	'--cancel 3' 'spawn 1 --from loop' '--from loop --close drain' \
	'--second 0' 'share 1' 'share --close drain' \
	'run 1' 'run --from loop'; do
	# shellcheck disable=SC2086
	run conc portal $words
	expect_status 2
	expect_no_out
	expect_hint
done

finish
