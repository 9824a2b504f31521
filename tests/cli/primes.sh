#!/bin/sh
# conc primes: every question in every model and by every sieve, wrong input,
# signals, output that goes nowhere
. "$(dirname "$0")/lib.sh"

models=$(conc primes --list-models | cut -d ' ' -f 1)
sieves=$(conc primes --list-sieves | cut -d ' ' -f 1)

# values ARGUMENTS: what is printed with --quiet, on one line
values() {
	timeout "$((60 * slowness))" conc primes --quiet "$@" 2>&1 |
		tr '\n' ' ' | sed 's/ $//'
}

# same WANT GOT WHAT
same() {
	[ "$1" = "$2" ] || fault "$3: '$2' instead of '$1'"
}

point 4.5 'the values of the pipeline, by every model'
for m in $models; do
	for case in 0:0:none 1:0:none 2:1:2 3:2:3 30:10:29 1000:168:997 \
		1e5:9592:99991 1e7:664579:9999991; do
		hi=${case%%:*} rest=${case#*:}
		same "${rest%:*} ${rest#*:}" \
			"$(values "$hi" --count --last -m "$m" -t 3)" \
			"$m up to $hi"
	done
done

point W5 'every question in every model'
for m in $models; do
	same '78498 37550402023 999983 8169 2837 166 65 5' "$(values 1e6 \
		--model "$m" --threads 2 --count --sum --last --twins \
		--triplets --quadruplets --quintuplets --sextuplets)" "$m"
	same 15485863 "$(values --nth 1e6 --model "$m" -t 2)" "$m --nth"
	same '97 101 103' "$(values 90 103 --print --model "$m")" "$m --print"
done

point W5 'every question by every sieve'
for s in $sieves; do
	same '9592 454396537 99991 1224' "$(values 1e5 --sieve "$s" \
		--count --sum --last --twins)" "$s"
	same 25 "$(conc primes 100 --print -s "$s" | wc -l | tr -d ' ')" \
		"$s --print"
	same 2387 "$(values 1e12 1e12+66000 --sieve "$s" -t 2)" "$s far out"
done

point 47 'the same list whatever the number of threads'
for m in $models; do
	for t in 1 8; do
		conc primes 1000000 --print -t $t -m "$m" | cksum
	done
done | sort -u >"$T/sums"
expect 'one checksum' [ "$(wc -l <"$T/sums")" -eq 1 ]
expect 'and that of the real list' sh -c "conc primes 1000000 --print |
	awk 'NR > 1 && \$1 <= last { exit 1 } { last = \$1 }
	END { exit !(NR == 78498 && last == 999983) }'"

point Z0 'windows at the ends of what 64 bits hold'
same '3 18446744073709551557' \
	"$(values 18446744073709551520 2**64-1 --count --last)" 'at 2^64'
same '0 none' "$(values 2**64-1 2**64-1 --count --last)" 'at 2^64 - 1'
same '1 2' "$(values 2 2 --count --last)" '2 to 2'
same '203280221 4294967291' "$(values 2**32 --count --last)" 'up to 2^32'

point 8 'the n-th prime, from anywhere'
for case in 1:2 2:3 3:5 4:7 10:29 100:541 1000:7919 10000:104729 \
	100000:1299709; do
	same "${case#*:}" "$(values --nth "${case%:*}")" "${case%:*}-th"
done
same 1000000000000000387 "$(values 1e18 --nth 10)" '10th from 10^18'
same 101 "$(values 98 --nth 1)" 'first from 98'
run conc primes 2**64-10 --nth 5
expect_status 1
expect_err 'fewer than 5 primes'
expect_hint
same 113 "$(values 100 200 --nth 5)" 'the fifth of a range'
same 113 "$(values 100 113 --nth 5)" 'the fifth and last of a range'
for range in '100 112' '24 28' '1e18 1e18+176'; do
	# shellcheck disable=SC2086
	run conc primes $range --nth 5
	expect_status 1
	expect_no_out
	expect_err 'fewer than 5 primes from'
	expect_hint
done

point 5 'what was asked for is labelled, --quiet leaves the value'
run conc primes 100 --count --sum
expect_out '^primes: 25$'
expect_out '^sum: 1060$'
run conc primes 100
expect_out '^primes from 0 to 100: 25$'
expect_out '^last prime: 97$'
expect_out '^time: [0-9.]+ m?s, [0-9.]+ (million )?primes per second$'
run conc primes 1e6 --sieve trial --threads 1
expect_out '^by: sieve trial, model threads, 1 thread$'
run conc primes 1e6 --model procs --threads 2
expect_out ', 2 processes$'
run conc primes 100 --model procs --threads 1
expect_out ', 1 process$'

point 13 'four ways to say four threads'
for form in --threads=4 '--threads 4' -t4 '-t 4'; do
	# shellcheck disable=SC2086
	run conc primes 1000 --json $form
	expect_status 0
	expect_out '"workers_wanted": 4'
done

point 14 'global options before or after'
run conc --json primes 100 --sum
grep -v seconds "$out" >"$T/before"
run conc primes 100 --sum --json
grep -v seconds "$out" >"$T/after"
expect_same 'the two' "$T/before" "$T/after"

point 17 'only data in a list'
run conc primes 100 --print
expect_no_err
expect 'nothing but numbers' sh -c "! grep -qv '^[0-9]*$' '$out'"

point 18 'nothing on stderr off a terminal'
run conc primes 3e8
expect_no_err

if have jq; then
	point 19 'JSON is JSON'
	for form in '' --print '--nth 5' --list-models --list-sieves \
		--print-config '--twins --sum'; do
		# shellcheck disable=SC2086
		run conc primes 100 --json $form
		expect "jq takes $form" jq -e .schema "$out"
		expect_clean "$out"
	done
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 28 'a reader that leaves ends it quietly'
run sh -c 'conc primes 1000000000 --print | head -n 1; exit 0'
expect_out '^2$'
expect_no_err
for m in $models; do
	run bash -c "conc primes 1e9 --print --model $m | head -n 1
		exit \${PIPESTATUS[0]}"
	have bash && expect_status 141
	expect_no_err
done

# A bound that no other test asks for, to find this one's processes by.
far=1e13+$$

# stray: processes of this test's conc that are left
stray() {
	ps -e -o pid=,args= 2>/dev/null | grep "[c]onc primes $far" || true
}

point 29 'an interrupt gives what there is, and leaves nobody behind'
for m in $models; do
	run_until_signal INT interrupted \
		conc primes "$far" --model "$m" --threads 2
	expect_status 130
	expect_err 'interrupted after .* the result is partial'
	expect_out '^primes from 0 to 100000[0-9]+: .*\(partial\)$'
	expect 'one line on stderr' [ "$(wc -l <"$err")" -eq 1 ]
	expect "no stray: $(stray)" [ -z "$(stray)" ]
done

point 31 'TERM and HUP end it by themselves'
run timeout -s TERM --preserve-status 0.3 conc primes "$far"
expect_status 143
run timeout -s HUP --preserve-status 0.3 conc primes "$far"
expect_status 129
expect "no stray: $(stray)" [ -z "$(stray)" ]

point 33 'a full disk is no success'
for form in '' --print '--print --model procs' --json '--print --json'; do
	run sh -c "conc primes 1e6 $form >/dev/full"
	expect_status 3
	expect_err 'write error: No space left on device'
done

point 34 'a closed stdout is no success'
run sh -c 'conc primes 10 >&-'
expect_status 3
run sh -c 'conc primes 10 --print >&-'
expect_status 3
if [ -e /dev/full ]; then
	for form in --print '--print --json'; do
		run sh -c "conc primes 1e6 $form >/dev/full"
		expect_status 3
		expect_hint
		expect 'said once' [ "$(grep -c 'write error' "$err")" -eq 1 ]
	done
fi

point 39 'each value with its origin'
run env CONC_NUM_THREADS=3 conc primes --print-config
expect_out 'threads = 3 .*CONC_NUM_THREADS'
run env CONC_NUM_THREADS=3 conc primes --print-config --threads 5
expect_out 'threads = 5 .*--threads'
run env OMP_NUM_THREADS=6,2 conc primes --print-config
expect_out 'threads = 6 .*OMP_NUM_THREADS'
run env OMP_NUM_THREADS=abc conc primes --print-config
expect_out 'threads = [0-9]+ .*usable CPUs?'
run env OMP_NUM_THREADS=8 OMP_THREAD_LIMIT=2 conc primes --print-config
expect_out 'threads = 2 .*OMP_NUM_THREADS, OMP_THREAD_LIMIT'
run conc primes --print-config
expect_out '^block = 100  \(from default\)$'
expect_out '^window = 4 for each worker  \(from default\)$'
expect_out '^nth = none  \(from default\)$'
expect 'no 0 where 0 is refused' \
	sh -c "! grep -Eq '^(block|window|nth|crash-worker) = 0' '$out'"
echo 'primes.threads = 7' >conc.conf
run conc primes --print-config
expect_out 'threads = 7 .*conc.conf:1'
rm conc.conf

if have taskset; then
	point Y7 'one CPU'
	run taskset -c 0 conc primes --print-config
	expect_out 'threads = 1 .*affinity 1'
	for m in $models; do
		run taskset -c 0 conc primes 1e7 -q --model "$m" --threads 3
		expect_out '^664579$'
	done
else
	skip Y7 'one CPU' 'no taskset'
fi

point 7 'a model that does not exist'
run conc primes --model thread
expect_status 2
expect_err "--model 'thread' is not one of seq,"
expect_err "threads"
expect_no_out

point 12 'bounds that are none, or in the wrong order'
for hi in 2**64 -1 1.5 1e20 x '' 1e18+ 99999999999999999999; do
	run conc primes "$hi"
	expect_status 2
	expect_no_out
	expect_hint
done
run conc primes 10 5
expect_status 2
expect_err 'LO 10 is greater than HI 5'
expect_err "conc primes 5 10"
run conc primes 1 2 3
expect_status 2

point R16 'more threads than anyone needs'
run conc primes 1e6 -q --threads 1000
expect_out '^78498$'
run conc primes 1e6 --threads 1025
expect_status 2
expect_err 'from 1 to 1024'

point 10 'choices that contradict each other'
run conc primes 100 --print --sum
expect_status 2
run conc primes 100 --schedule static --model seq
expect_status 2
expect_err 'means nothing to the model seq'
for s in static dynamic queue; do
	run conc primes 1e6 -q --schedule $s -t 3
	expect_out '^78498$'
done

# Those whose workers are processes.
apart=$(for m in $models; do
	conc primes 1e6 --model "$m" --threads 2 --json |
		grep -q '"processes": [1-9]' && echo "$m"
done)

# worker_of PID: one of its children; waits for it, 10 s at most.
worker_of() {
	for _ in $(seq 1000); do
		child=$(ps -e -o pid= -o ppid= |
			awk -v of="$1" '$2 == of { print $1; exit }')
		[ "$child" ] && break
		sleep 0.01
	done
	echo "${child:-0}"
}

# Nobody reads at first, so that no worker can come to an end.
point Y1 'a worker that is killed changes nothing'
mkfifo list
for m in $apart; do
	conc primes 1e8 --print --model "$m" --threads 2 >list 2>"$err" &
	parent=$!
	ran="kill -9 of a worker of conc primes 1e8 --print --model $m"
	exec 3<list
	kill -9 "$(worker_of $parent)" || fault 'no worker was there'
	expect 'the whole list' [ "$(wc -l <&3)" -eq 5761455 ]
	exec 3<&-
	status=0
	wait $parent || status=$?
	expect_status 0
	expect_err 'died before the end'
done
rm list

point 21 'progress on a terminal, erased at the end'
big=$((slowness > 1 ? 3 : 20))e8
pty "conc primes $big --model seq --sieve segmented"
expect_out "$return"
expect_out 'primes from 0 to'

point 20 'JSON stays pure on a terminal, progress is elsewhere'
pty "conc primes $big --sieve segmented --json 2>/dev/null"
expect 'no return but the line ends' \
	sh -c "! tr -d '\n' <'$out' | sed 's/$return$//' | grep -q '$return{2}'"
expect_out '"schema": "conc.primes"'

finish
