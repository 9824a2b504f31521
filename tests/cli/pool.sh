#!/bin/sh
# conc pool: each thing that may become of a job, forced
. "$(dirname "$0")/lib.sh"

# ran_by: the sum over all workers.
ran_by() {
	awk '/^pool_/ { sum += $2 } END { print sum }' "$out"
}

point E2 'all jobs run, by as many threads as were allowed'
run conc pool --workers 4 --jobs 12 --work 250ms
expect_status 0
expect_no_err
expect_out '^workers=4 jobs=12 ran=12 peak=[1-4] wall=[0-9]+ms$'
expect 'the workers ran them' [ "$(ran_by)" -eq 12 ]
# On a busy machine the last may come when the first has gone: for longer then.
for time in 250ms 1 4 16; do
	run conc pool --workers 4 --jobs 4 --work $time
	grep -q ' peak=4 ' "$out" && break
done
expect_out ' ran=4 peak=4 '
run conc pool --workers 3 --jobs 2000 --work 0
expect_status 0
expect_out '^workers=3 jobs=2000 ran=2000 peak=[1-3] '
expect 'the workers ran them' [ "$(ran_by)" -eq 2000 ]
expect 'three at most' [ "$(grep -c '^pool_' "$out")" -le 3 ]

point E3 'a job that waits can be cancelled and never runs'
for _ in 1 2 3; do
	run conc pool --workers 1 --cancel pending
	expect_status 0
	expect_out '^the pending job: cancelled, never ran$'
done

point E3 'one that runs cannot, and finishes'
for _ in 1 2 3; do
	run conc pool --workers 1 --cancel running
	expect_status 0
	expect_out '^cancelling the running job: refused, finished with 42$'
done

point E5 'shutdown cancels what waits, or runs it'
run conc pool --shutdown cancel
expect_status 0
expect_out '^ran=1 cancelled=10$'
expect_out '^submitting afterwards: refused \(ESHUTDOWN\)$'
run conc pool --shutdown drain
expect_out '^ran=11 cancelled=0$'
expect_out '^submitting afterwards: refused \(ESHUTDOWN\)$'
run conc pool --shutdown cancel --workers 3 --jobs 50
expect_out '^ran=3 cancelled=47$'
run conc pool --shutdown cancel --workers 5 --jobs 2
expect_out '^ran=2 cancelled=0$'

point X10 'a pool that waits for itself helps itself, or is told'
run conc pool --nested help
expect_status 0
expect_out '^workers=1 waits=1 finished=1 helped=1 refused=0$'
run conc pool --nested refuse
expect_out '^workers=1 waits=1 finished=0 helped=0 refused=1$'
expect_out '^the wait: refused \(EDEADLK\)'
run conc pool --nested refuse --workers 4
expect_out '^workers=4 waits=4 '
expect_out 'refused=[1-4]$'

point X16 'another size loses nothing'
run conc pool --resize 2
expect_status 0
expect_out '^workers=4 live=4$'
expect_out '^resize=2 live_then=2$'
expect_out '^jobs=12 ran=12 lost=0$'
run conc pool --workers 2 --resize 8 --jobs 100
expect_out '^workers=2 live=2$'
expect_out '^jobs=100 ran=100 lost=0$'

point E6 'a failure that nobody asked for is told at the end'
run conc pool --detached
expect_status 0
expect_err 'unretrieved failure: pool_0: .*Input/output error'
expect 'once' [ "$(wc -l <"$err")" -eq 1 ]

point E7 'a job has the tag of its submitter, and keeps its own'
run conc pool --trace --jobs 5 --work 0
expect_status 0
for i in 1 2 3 4 5; do
	expect_out "^ *$i +pool_[0-3] .* req=7 +req=job-$i\$"
done
expect_out "^the caller's own, afterwards: req: 7\$"

if have jq; then
	point 19 'JSON is JSON'
	for words in '--work 0' '--work 0 --trace' '--cancel pending' \
		'--cancel running' '--shutdown drain' '--nested help' \
		'--resize 3' '--detached'; do
		# shellcheck disable=SC2086
		run conc pool $words --json
		expect_status 0
		expect "jq takes $words" jq -e .demo "$out"
	done
else
	skip 19 'JSON is JSON' 'no jq'
fi

point A6 'who is in another pool does not wait for long jobs'
run conc pool isolate --quiet
expect_status 0
expect_no_err
expect_out '^workers=2 jobs=8$'
sed -n 's/^long jobs that were over by then: //p' "$out" >over
expect 'before any was over, and after almost all' \
	awk 'NR == 1 && $1 != 0 || NR == 2 && $1 < 7 { bad = 1 }
		END { exit bad || NR != 2 }' over
sed -n 's/^.* waited: \([0-9.]*\)ms$/\1/p' "$out" >waited
expect 'in the same pool it is a second' \
	awk 'NR == 2 && $1 < 1000 { bad = 1 } END { exit bad || NR != 2 }' \
	waited
run conc pool isolate --pool net:1 --workers 3 --jobs 3 --work 1ms
expect_status 0
expect_out '^a short job in the pool net waited: '

point A6 'pools that are none'
for words in '--pool file:5' 'isolate --pool file' 'isolate --pool :5' \
	'isolate --pool file:0' 'isolate --pool file:257' 'isolate --jobs 1' \
	'isolate --pool a-much-too-long-name:5' 'isolate --detached' bogus; do
	# shellcheck disable=SC2086
	run conc pool $words
	expect_status 2
	expect_no_out
	expect_hint
done

point 7 'two demonstrations at once are refused'
run conc pool --cancel pending --shutdown drain
expect_status 2
expect_no_out
expect_err 'cancel and --shutdown'
expect_hint

finish
