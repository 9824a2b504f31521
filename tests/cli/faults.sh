#!/bin/sh
# a system that refuses: memory, threads, processes, descriptors, one call
# after the other. FAULTS_RUNS=1000000 goes through every call there is.
. "$(dirname "$0")/lib.sh"

library=$(dirname "$CONC")/tests/faults/refuse.so
sweeper=$(dirname "$CONC")/tests/faults/sweep
runs=${FAULTS_RUNS:-60}
LC_ALL=C.UTF-8
models=$(conc primes --list-models | cut -d ' ' -f 1)
engines=$(for m in $models; do
	conc primes 10 --pipeline -q --model "$m" >/dev/null 2>&1 && echo "$m"
done)

if [ "${SANITIZE:-}" ] ||
	! LD_PRELOAD=$library conc --version >"$out" 2>&1; then
	skip R15 'refusals' 'nothing can be preloaded here'
	finish
fi

# sweep KIND HOW ARGUMENTS...: what did not hold is a fault. Sets output to
# -s before commands whose output differs from run to run.
output=
sweep() {
	kind=$1 how=$2
	shift 2
	ran="sweep $kind $how: conc $*"
	# shellcheck disable=SC2086
	"$sweeper" $output -n "$runs" \
		"$library" "$kind" "$how" "$CONC" "$@" >"$T/sweep" 2>&1 ||
		fault "$(cat "$T/sweep")"
}

# Each command at once, and what each model does for the command primes.
at_once="help
help primes
man
completion bash
--version --json
primes --list-models
primes --print-config
primes 1e5 --threads 0
compare --list-works --json
gen squares --zip abc
gen send --explain --json
gen geometric --seed 3 -q
loop trace --json
styles --style coro
styles --style future
green select --virtual
bogus"

each_at_once() { # KIND HOW
	printf '%s\n' "$at_once" >"$T/at-once"
	while IFS= read -r words; do
		# shellcheck disable=SC2086
		sweep "$1" "$2" $words
	done <"$T/at-once"
}

each_model() { # KIND HOW
	for m in $models; do
		sweep "$1" "$2" primes 1e5 -q --sum --twins -m "$m" -t 3
		sweep "$1" "$2" primes 1e6 --print -m "$m" -t 3
	done
	for m in $engines; do
		sweep "$1" "$2" primes 1000 --pipeline -q -m "$m" \
			--block 10 -t 3
	done
	sweep "$1" "$2" primes 1e6 -q -t 3 --schedule queue
	sweep "$1" "$2" primes 1e4 --print --json
	sweep "$1" "$2" primes -q --nth 5000
	output=-s
	all=$runs
	runs=$((all / 4 + 1))
	sweep "$1" "$2" compare queens --size 6 --runs 1 -t 2 \
		--models seq,threads,procs,shm --svg chart.svg
	runs=$all
	output=
}

# What shows threads at work; its figures differ from run to run.
each_show() { # KIND HOW
	output=-s
	sweep "$1" "$2" queue -n 200 -p 2 -c 2
	sweep "$1" "$2" coalesce --updates 5 --poll-cost 0 --policy pool
	for policy in each recheck pool; do
		sweep "$1" "$2" coalesce --scenario stranded --policy $policy
	done
	output=
}

# Where threads and loops meet, which takes memory, threads and descriptors.
each_bridge() { # KIND HOW
	output=-s
	for words in 'portal spawn 1 2 --second 1ms' 'portal --close cancel' \
		'portal share' 'to-thread --job 0' 'file lines /dev/null' \
		'switch --block 0' 'async gen'; do
		# shellcheck disable=SC2086
		sweep "$1" "$2" $words
	done
	output=
}

mkdir -m 1777 "$T/queues"
TMPDIR=$T/queues
export TMPDIR
for how in once from; do
	point R15 "memory refused $how: no crash, no hang, no wrong answer"
	each_at_once memory $how
	each_model memory $how
	each_show memory $how
	each_bridge memory $how
done
for s in $(conc primes --list-sieves | cut -d ' ' -f 1); do
	sweep memory once primes 1e5 -q --sum --sieve "$s" -t 2
	sweep memory once primes 1e12 1e12+1e5 -q --sieve "$s" -t 2
done
expect 'no queue is left' sh -c "! ls '$T/queues' | grep ."
expect 'no file is left' sh -c "! find '$T/work' -name '*.??????' | grep ."

runs=9
for how in once from; do
	point R16 "threads and processes refused $how"
	each_model workers $how
	each_show workers $how
	each_bridge workers $how
	point R16 "descriptors refused $how"
	each_model descriptors $how
	each_bridge descriptors $how
done

point R16 'who does with fewer workers says so, once'
for m in $models; do
	run env REFUSE=workers:3:from REFUSE_LOG="$T/log" \
		LD_PRELOAD="$library" conc primes 1e6 -q -m "$m" -t 4
	expect_status 0
	expect_out '^78498$'
	if [ -s "$T/log" ]; then
		expect_err 'refused 2 of 4 workers'
		expect 'one line' [ "$(wc -l <"$err")" -eq 1 ]
	fi
	: >"$T/log"
	for question in '' --print; do
		# shellcheck disable=SC2086
		run env REFUSE=workers:1:from REFUSE_LOG="$T/log" \
			LD_PRELOAD="$library" \
			conc primes 1e6 -m "$m" -t 4 $question
		[ -s "$T/log" ] || continue
		expect_status 3
		expect_err 'refused to start even one worker'
		expect_hint
	done
	: >"$T/log"
done

runs=4
point R13 'signals interrupt every third call, every fourth, ...'
each_model calls every

# Limits of the kernel itself, as another user: root has none.
as_nobody() { # LIMIT ARGUMENT...
	limit_to=$1
	shift
	run setpriv --reuid 65533 --regid 65533 --clear-groups \
		prlimit "$limit_to" "$T/conc" "$@"
}

point R30 'few processes allowed'
chmod 755 "$T" "$T/work"
cp "$CONC" "$T/conc"
if have setpriv && have prlimit && [ "$(id -u)" -eq 0 ] && as_nobody \
	--nproc=1 --version && [ "$status" -eq 0 ]; then
	for m in $models; do
		as_nobody --nproc=3 primes 1e6 -q -m "$m" -t 8
		expect_status 0
		expect_out '^78498$'
		[ -s "$err" ] && expect_err 'refused 6 of 8 workers'
		as_nobody --nproc=1 primes 1e6 -q -m "$m" -t 8
		if [ "$status" -ne 0 ]; then
			expect_status 3
			expect_err 'refused to start even one worker'
			expect_hint
		fi
	done
	for m in $engines; do
		as_nobody --nproc=3 primes 1e4 --pipeline -q -m "$m" -t 8
		expect_status 0
		expect_out '^1229$'
		[ -s "$err" ] && expect_err 'refused 6 of 8 workers'
	done
fi

point R30 'little memory, few descriptors, a small stack'
for m in $models; do
	for kib in 8000 9000 12000 25000 100000; do
		run sh -c "ulimit -v $kib; exec conc primes 1e7 -q -m $m -t 4"
		case $status in
		0) expect_out '^664579$' ;;
		3 | 127) expect 'a reason' [ -s "$err" ] ;;
		*) fault "status is $status" ;;
		esac
	done
	for n in 4 6 9 14; do
		run sh -c "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
			ulimit -n $n; exec conc primes 1e6 -q -m $m -t 4"
		case $status in
		0) expect_out '^78498$' ;;
		3) expect_hint ;;
		*) fault "status is $status" ;;
		esac
	done
	run sh -c "ulimit -s 64; exec conc primes 1e6 -q -m $m -t 4"
	expect_status 0
	expect_out '^78498$'
done

finish
