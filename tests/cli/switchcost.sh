#!/bin/sh
# conc switchcost: a table of what is measured, whatever the numbers are
. "$(dirname "$0")/lib.sh"

point A7 'everything has a number'
run conc switchcost --time 100us --samples 3
expect_status 0
expect_no_err
for what in 'function call' 'switch to a coroutine' 'lock and unlock, free' \
	'atomic addition, 2 threads, on one line' 'system call' \
	'futex switch to a thread on the same CPU' \
	'pipe switch to a process on the same CPU' \
	'create a thread and join it' 'fork a process and wait for it'; do
	expect_out "^$what +[0-9.]+ +[0-9.]+ +[0-9]+\$"
done
expect_out '^A free lock takes [0-9]+ ns and a contended one [0-9]+;'

point A7 'one row for each number of threads'
run conc switchcost --threads 1,10,100,1000 --work 5ms
expect_status 0
expect_no_err
for n in 1 10 100 1000; do
	expect_out "^ *$n +20000 +[0-9]+ +[0-9]+ +[0-9.]+ +[0-9]+\$"
done

if have prlimit && have setpriv && [ "$(id -u)" -eq 0 ]; then
	point A7 'where the system refuses threads the rest is measured'
	chmod 755 "$T" "$T/work"
	cp "$CONC" "$T/conc"
	run setpriv --reuid 65532 --regid 65532 --clear-groups \
		prlimit --nproc=5 "$T/conc" switchcost --threads 8 --work 0
	if [ "$status" -eq 0 ]; then
		expect_err 'refused [1-7] of 8 threads'
	else
		expect_status 3
		expect_hint
	fi
else
	skip A7 'where the system refuses threads' 'not root, or no prlimit'
fi

if have jq; then
	point 19 'JSON is JSON'
	run conc switchcost --time 0 --samples 1 --json
	expect 'numbers' jq -e '.costs | length == 16 and
		all(.[]; .median_ns >= .min_ns and .min_ns > 0)' "$out"
	run conc switchcost --threads 3,2 --work 0 --json
	expect 'rows' jq -e '[.crowds[].threads] == [3, 2]' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

finish
