#!/bin/sh
# conc procs: each demonstration shows what is true of processes
. "$(dirname "$0")/lib.sh"

point W1 'a child has its own copy of memory, unless it is shared'
run conc procs noshare
expect_status 0
expect_out '^x in the child: 1$'
expect_out '^x in the parent: 0$'
expect_out '^their addresses: the same$'
run conc procs noshare --shm
expect_out '^x in the child: 1$'
expect_out '^x in the parent: 1$'

point W1 'the parent learns how each child ended'
run conc procs status
expect_status 0
expect_out '^child 1: exited with 0$'
expect_out '^child 2: exited with 7$'
expect_out '^child 5: died of signal 9 '
expect_out '^child 6: died of signal 11 '
expect_out '^child 7, by _exit\(263\): exited with 7$'
expect_out '^waiting for child 1 once more: No child processes$'

point Y2 'children that nobody waited for are zombies, and then are gone'
for n in 1 4 100; do
	run conc procs zombies --children $n
	expect_status 0
	expect_out "^zombies before the wait: $n$"
	expect_out '^pages of memory that they have: 0$'
	expect_out '^and that we have: [1-9]'
	expect_out '^zombies after it: 0$'
done

point W1 'a pipe carries bytes and ends with its last writer'
run conc procs pipes
expect_status 0
expect_out '^writes by the child: 3$'
expect_out '^reads by the parent: 1$'
expect_out '^bytes that came: 63$'
expect_out '^a read while .* writing end: nothing yet, and no end$'
expect_out '^a read when that child has ended: end of file$'

point Y1 'one crashes and the others go on'
for n in 1 5; do
	run conc procs crash --children $n
	expect_status 0
	expect_out '^crashed: 1$'
	expect_out "^finished their sum: $((n - 1))$"
	expect_out '^a process of as many threads: died of signal 11 '
	expect_out '^threads that finished their sum: 0$'
done

point Y1 'no core is left of what crashed'
run sh -c 'ulimit -c unlimited; conc procs crash && conc procs status'
expect_status 0
expect 'no file' [ -z "$(ls)" ]

if have jq; then
	point 19 'JSON is JSON'
	for demo in noshare 'noshare --shm' status zombies pipes crash; do
		# shellcheck disable=SC2086
		run conc procs $demo --json
		expect "jq takes $demo" jq -e .demo "$out"
	done
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 7 'what is wrong is said with the next thing to type'
run conc procs
expect_status 2
expect_err 'noshare'
expect_hint
run conc procs zombie
expect_status 2
expect_err "no demonstration 'zombie'"
expect_hint
run conc procs noshare --children 8
expect_status 2
expect_hint
run conc procs crash --shm
expect_status 2
expect_hint

finish
