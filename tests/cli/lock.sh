#!/bin/sh
# conc lock: contention is counted, the deadlock found, mistakes refused
. "$(dirname "$0")/lib.sh"

# sum N: of a column, over all threads.
sum() {
	awk -v n="$1" '/^lock-[0-9]/ { sum += $n } END { print sum }' "$out"
}

point W2 'every acquisition is somebody'"'"'s'
for kind in mutex ticket; do
	for threads in 1 2 8; do
		run conc lock --kind $kind --threads $threads --n 3000
		expect_status 0
		expect_no_err
		expect_out "^kind=$kind acquisitions=3000 fewest="
		expect 'all of them' [ "$(sum 2)" -eq 3000 ]
		expect 'all threads' \
			[ "$(grep -c '^lock-' "$out")" -eq $threads ]
	done
done

point L7 'two locks in two orders: found in the wait-for graph, each time'
for _ in 1 2 3 4 5; do
	run conc lock abba --n 2000
	expect_status 0
	expect_no_err
	expect_out '^deadlock: yes$'
	expect_out '^lock-0 +lock A +lock B +lock-1$'
	expect_out '^lock-1 +lock B +lock A +lock-0$'
	expect_out '^fix=order taken_both=2002$'
done

point L1 'release of what one does not hold is an error'
run conc lock release
expect_status 0
expect_out '^release what nobody holds +EPERM +Operation not permitted$'
expect_out '^release what another thread holds +EPERM '
expect_out '^release what one holds +done '

point L2 'to try never blocks, to lock twice neither'
expect_out '^try to lock what another thread holds +EAGAIN '
expect_out '^lock what one holds already +EDEADLK '

point P8 'a mutex cannot be handed over, a semaphore can'
run conc lock --handoff mutex
expect_status 1
expect_out '^released by other-0: EPERM$'
expect_out '^refused: Operation not permitted$'
run conc lock handoff
expect_status 1
run conc lock --handoff sem
expect_status 0
expect_out '^given by other-0: done$'
expect_out '^taken by main again: done$'

# until_it COMMAND...: it succeeds, within ten seconds.
until_it() {
	for _ in $(seq 500); do
		"$@" 2>/dev/null && return
		sleep 0.02
	done
	return 1
}

has_thread() { # PID NAME
	cat /proc/"$1"/task/*/comm | grep -qx "$2"
}

asked() { # PID NAME: ask for the table, and see whether it has the thread
	kill -QUIT "$1"
	sleep 0.02
	grep -q "^$2 " "$err"
}

# It runs until the table has been seen, so that no moment has to be met.
# Background jobs of a script ignore the signal, and so would the command.
if env --default-signal=QUIT test -e "/proc/$$/task/$$/comm" 2>/dev/null; then
	point Y8 'SIGQUIT shows all threads, and the program goes on'
	ran='conc lock --n 1e12, and kill -QUIT'
	env --default-signal=QUIT conc lock --n 1e12 \
		>"$out" 2>"$err" &
	pid=$!
	expect 'it starts' until_it has_thread $pid lock-3
	expect 'a table' until_it asked $pid lock-3
	expect 'still running' kill -KILL $pid
	wait $pid 2>/dev/null
	for name in main lock-0 lock-1 lock-2 lock-3; do
		expect_err "^$name "
	done
else
	skip Y8 'SIGQUIT shows all threads' 'no /proc, or an old env'
fi

if have jq; then
	point 19 'JSON is JSON'
	run conc lock abba --n 10 --json
	expect 'a circle' jq -e '.deadlock and
		([.cycle[].held_by] | sort) == ["lock-0", "lock-1"]' "$out"
	for words in '--n 100' release '--handoff mutex' '--handoff sem'; do
		# shellcheck disable=SC2086
		run conc lock $words --json
		expect "jq takes $words" jq -e .demo "$out"
	done
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 7 'what is wrong is said with the next thing to type'
run conc lock nosuch
expect_status 2
expect_no_out
expect_err "no demonstration 'nosuch'"
expect_hint

finish
