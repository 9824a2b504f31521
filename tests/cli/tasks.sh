#!/bin/sh
# ^\ shows the tasks of a running command, which goes on.
. "$(dirname "$0")/lib.sh"

# Background jobs of a script ignore the signal, and so would the command.
env --default-signal=QUIT true 2>/dev/null || {
	skip W2 'SIGQUIT shows the tasks' 'env cannot reset signals'
	finish
}

# await WHAT COMMAND...: until it succeeds.
await() {
	what=$1
	shift
	for _ in $(seq $((50 * slowness))); do
		"$@" && return
		sleep 0.1
	done
	fault "never: $what"
}

threads_of() { # PID NUMBER: has it so many?
	[ "$(ls "/proc/$1/task" 2>/dev/null | wc -l)" -ge "$2" ]
}

# A thread may exist for a moment before it has a row.
shows() { # PID REGEX
	kill -QUIT "$1" && sleep 0.1 && grep -qE -e "$2" "$err"
}

# The thread sanitizer has a thread of its own.
own=0
[ "${SANITIZE:-}" = thread ] && own=1

point W2 'SIGQUIT shows each thread, and the command goes on'
for model in threads gil; do
	ran="conc primes 1e13 --model $model"
	env --default-signal=QUIT,INT conc primes 1e13 --model $model \
		--threads 3 >"$out" 2>"$err" &
	pid=$!
	await "4 threads of $model" threads_of $pid $((4 + own))
	await "the last row of $model" shows $pid '^conc.*-2  *[0-9]'
	expect_err '^tasks of process [0-9]+:$'
	expect_err '^TASK +ID +STATE +HOLDS +WAITS FOR$'
	await 'the first thread waits' shows $pid \
		"^main +$pid +waiting +- +condition "
	expect_err '^conc.*-0 +[0-9]+ +(running|waiting|asleep)'
	[ $model = threads ] || await 'who holds the lock' shows $pid \
		'^conc-gil-.* gil 0x[0-9a-f]+, held by conc-gil-'
	kill -INT $pid
	wait $pid
	[ $? -eq 130 ] || fault 'it did not end by SIGINT'
	expect_out 'partial'
done

point W2 'who has one thread has one row'
env --default-signal=QUIT,INT conc primes 1e13 --model async \
	>"$out" 2>"$err" &
pid=$!
await 'the handler' grep -q 'SigCgt:.*[4567cdef]$' "/proc/$pid/status"
await 'its row' shows $pid '^main '
kill -INT $pid
wait $pid

finish
