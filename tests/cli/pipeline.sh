#!/bin/sh
# conc primes --pipeline: blocks that depend on blocks, in three models; the
# numbers with an R are those of the requirements on the pipeline
. "$(dirname "$0")/lib.sh"

models='procs threads async'

# value KEY: of the JSON in $out, without jq.
value() {
	sed -n "s/^  \"$1\": //p" "$out" | tr -d '",'
}

expect_value() { # KEY VALUE
	[ "$(value "$1")" = "$2" ] || fault "$1 is $(value "$1") instead of $2"
}

point R1 'the same values in every model'
for m in $models; do
	for b in 1 3 10 1000 1e6; do
		run conc primes 1e4 --pipeline --model "$m" --block "$b" \
			--threads 3 --check --json
		expect_status 0
		expect_no_err
		expect_value count 1229
		expect_value last 9973
		expect_value sum 5736396
		expect_value check good
	done
done
run conc primes --pipeline
expect_out '^primes from 0 to 1000000: 78498$'
expect_out '^last prime: 999983$'
expect_out '^sum: 37550402023$'

point R2 'no line of the trace begins before its dependency is finished'
for m in $models; do
	run conc primes 3000 --pipeline --model "$m" --block 10 --threads 4 \
		--trace
	expect_status 0
	expect "300 lines, none too early, in $m" awk '
		/^t=/ {
			n++
			if ($3 != "block" || !match($0, /\[[0-9.]*\]/))
				bad = 1
			if (!match($0, /needs 1\.\.[0-9]+/))
				next
			needs = substr($0, RSTART + 9, RLENGTH - 9)
			match($0, /prefix=[0-9]+/)
			prefix = substr($0, RSTART + 7, RLENGTH - 7)
			if (prefix + 0 < needs + 0) bad = 1
		}
		END { exit bad || n != 300 }' "$out"
	expect_out '^t=[0-9.]+ w[0-9]+ block 45 \[441\.\.450\] needs 1\.\.3 '
done

point R3 'one worker sees the waves of the table'
for m in $models; do
	run conc primes 1680 --pipeline --model "$m" --block 10 --threads 1 \
		--json
	expect_value waves 4
	expect_value blocks 168
done

point R5 'a worker that crashes costs no result'
for w in 1 2 3; do
	run conc primes 1e5 --pipeline --block 10 --threads 3 --model procs \
		--crash-worker $w --check
	expect_status 0
	expect_out '^primes from 0 to 100000: 9592$'
	expect_out '^check: good'
	expect_err "warning: worker $w died over block"
	expect_out '^workers that died: 1, blocks done again: 1$'
done

point R5 'without another worker it is an error, at once'
limit=5
run conc primes 1e5 --pipeline --threads 1 --model procs --crash-worker 1
limit=
expect_status 3
expect_err 'all workers died'
expect_hint
run conc primes 1e5 --pipeline --threads 1 --model procs --crash-worker 1 \
	--json
expect_status 3
expect_value error 'all workers died'
expect_value partial true
if have jq; then
	expect 'valid JSON' jq -e . "$out"
fi

# killed SIGNAL HOWMANY: run with two workers and kill some, from outside.
killed() {
	conc primes 1e8 --pipeline --block 1000 --threads 2 --model procs \
		>"$out" 2>"$err" &
	pid=$!
	ran="kill -$1 of $2 workers"
	until [ "$(pgrep -P $pid | wc -l)" -eq 2 ]; do
		kill -0 $pid || break
	done
	# shellcheck disable=SC2046
	kill "-$1" $(pgrep -P $pid | head -n "$2")
}

if have pgrep; then
	point R5 'kill -9 of one worker: told, and it goes on'
	killed 9 1
	until grep -q died "$err"; do
		kill -0 $pid 2>/dev/null || break
	done
	expect 'it goes on' kill -0 $pid
	expect_err 'worker.* died'
	kill -TERM $pid
	wait $pid 2>/dev/null
	status=$?
	expect_status 143
	expect_out '\(partial\)'

	point R5 'kill -9 of all workers ends it'
	killed 9 2
	wait $pid
	status=$?
	expect_status 3
	expect_err 'all workers died'
fi

point R6 'limits of 0 and 1'
for m in $models; do
	for hi in 0 1; do
		run conc primes $hi --pipeline --model "$m" --check
		expect_status 0
		expect_out "^primes from 0 to $hi: 0\$"
		expect_out '^last prime: none$'
		expect_out '^sum: 0$'
	done
done

point R8 'an interrupt gives a partial result and leaves no worker'
for m in $models; do
	for form in --quiet --json --check; do
		run_until_signal INT interrupted \
			conc primes "77e9+$$" --pipeline --block 5000 \
			--model "$m" --threads 2 $form
		expect_status 130
		expect_err 'interrupted: the result is partial'
		[ $form = --check ] &&
			expect_out '^primes from 0 to [0-9]+: [0-9]+ \(partial'
		[ $form = --json ] && expect_value partial true
	done
done
have pgrep && # not those of another run of this test
	expect 'no worker is left' sh -c "! pgrep -f 'primes 77e9[+]$$'"

point R9 'workers for whom there is no block are not started'
run conc primes 25 --pipeline --block 10 --threads 100 --json
expect_value workers 2
run conc primes 5 --pipeline --block 10 --threads 100 --model procs --json
expect_value workers 0

# How far it is used is a matter of luck; the unit test forces it full.
point R10 'the window bounds what is kept'
for m in $models; do
	run conc primes 1e5 --pipeline --block 100 --window 5 --threads 4 \
		--model "$m" --check --json
	expect "1 to 5 kept in $m" [ "$(value max_kept)" -ge 1 ]
	expect "1 to 5 kept in $m" [ "$(value max_kept)" -le 5 ]
	expect_value check good
done

point 19 'JSON, with and without the trace'
for form in '' --trace '--trace --check'; do
	# shellcheck disable=SC2086
	run conc primes 1000 --pipeline --block 10 --json $form
	expect_status 0
	expect_clean "$out"
	expect_value schema conc.primes.pipeline
	if have jq; then
		expect 'valid JSON' jq -e . "$out"
	fi
done
have jq && expect '100 events' [ "$(jq '.trace | length' "$out")" -eq 100 ]

point 17 'quiet gives the values that were asked for, bare'
run conc primes 1000 --pipeline --quiet
expect 'the count' [ "$(cat "$out")" = 168 ]
run conc primes 1000 --pipeline --quiet --sum --last
expect 'sum and last' [ "$(tr '\n' ' ' <"$out")" = '76127 997 ' ]

# refused REGEX WORD...: a usage error that says why and what to type.
refused() {
	pattern=$1
	shift
	run conc primes "$@"
	expect_status 2
	expect_no_out
	expect_err "$pattern"
	expect_hint
}

point 12 'what makes no sense is refused with the reason'
refused 'the model gil has no pipeline' 100 --pipeline --model gil
refused 'one process, and one fate' 100 --pipeline --crash-worker 1
refused 'one process, and one fate' 100 --pipeline --model async \
	--crash-worker 1
refused 'no worker 3 to crash, only 2' 100 --pipeline --model procs \
	--threads 2 --crash-worker 3
refused 'LO do not go together' 50 100 --pipeline
refused 'print do not go together' 100 --pipeline --print
refused 'nth do not go together' --pipeline --nth 5
refused 'tuplets do not go together' 100 --pipeline --twins
refused 'schedule do not go together' 100 --pipeline --schedule static
refused 'sieve do not go together' 100 --pipeline --sieve bits
refused 'block means nothing without --pipeline' 100 --block 5
refused 'window means nothing without --pipeline' 100 --window 5
refused 'trace means nothing without --pipeline' 100 --trace
refused 'check means nothing without --pipeline' 100 --check
refused 'crash-worker means nothing without' 100 --crash-worker 1
refused '' 100 --pipeline --block 0
refused '' 100 --pipeline --window 0
refused '' 100 --pipeline --block x
run conc primes 1 100 --pipeline --quiet
expect_status 0

point 39 'settings of the pipeline wait for one; other settings make way'
cat >conc.conf <<-END
	block = 10
	window = 20
	trace = yes
	check = yes
	crash-worker = 3
	schedule = static
	sieve = bits
END
run conc primes 100 --quiet
expect_status 0
expect 'the count' [ "$(cat "$out")" = 25 ]
run conc primes 100 --quiet --model procs
expect_status 0
run conc primes 1000 --pipeline --threads 2
expect_status 0
expect_out 'check: good'
expect_out '^t=[0-9.]+ w[0-9]+ block 100 '
expect_out '100 blocks of 10, model threads, workers 2, window 20'
refused 'block means nothing without --pipeline' 100 --block 5
refused 'schedule means nothing to the model seq' 100 --model seq \
	--schedule static
refused 'sieve do not go together' 100 --pipeline --sieve bits
rm conc.conf

point 33 'a trace that cannot be written is no success'
run sh -c 'conc primes 1e4 --pipeline --trace >/dev/full'
expect_status 3

finish
