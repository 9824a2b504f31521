#!/bin/sh
# conc cpus: who decides how many threads compute, and what changing it does
. "$(dirname "$0")/lib.sh"

# says NUMBER SOURCE VARIABLES...
says() {
	number=$1 source=$2
	shift 2
	run env "$@" conc cpus
	expect_status 0
	expect_no_err
	expect "$number with $*" [ "$(head -n 1 "$out")" = "$number" ]
	expect_out "^from: $source\$"
}

run conc cpus -q
usable=$(head -n 1 "$out")

point P2 'the environment, or the CPUs that may be used'
says "$usable" processors A=b
says 3 OMP_NUM_THREADS OMP_NUM_THREADS=3
says 3 OMP_NUM_THREADS OMP_NUM_THREADS=3,2
says 7 OMP_NUM_THREADS OMP_NUM_THREADS=' 7 '
says 2 OMP_NUM_THREADS OMP_NUM_THREADS=8 OMP_THREAD_LIMIT=2
for wrong in abc 0 -1 4x 1.5 '' 99999999999999999999; do
	says "$usable" processors OMP_NUM_THREADS="$wrong"
done
says 1 processors OMP_THREAD_LIMIT=1

if have taskset && taskset -c 0 true 2>/dev/null; then
	point P2 'tied to one CPU there is one'
	run taskset -c 0 conc cpus
	expect 'one' [ "$(head -n 1 "$out")" = 1 ]
	expect_out '^affinity=1 '
	run env OMP_NUM_THREADS=5 taskset -c 0 conc cpus
	expect 'unless told' [ "$(head -n 1 "$out")" = 5 ]
else
	skip P2 'tied to one CPU there is one' 'taskset does not work here'
fi

point P1 'what is set comes before the environment'
run env OMP_NUM_THREADS=7 conc cpus --set 2
expect_status 0
expect 'two' [ "$(head -n 1 "$out")" = 2 ]
expect_out '^from: set$'

point P1 'no more than that run at once'
run conc cpus --set 2 --jobs 8 --work 100ms
expect_status 0
expect_out '^capacity=2 live=[12] peak_parallel=[12] wall=[0-9]+ms$'
expect_out '^jobs=8 ran=8 lost=0$'
run conc cpus --set 2 --jobs 8 --work 0 --then 1
expect_out '^live_before=2 '
expect_out '^capacity=2 live=1 peak_parallel=2 '
run conc cpus --set 3 --jobs 500 --work 0
expect_out '^capacity=3 live=[1-3] peak_parallel=[1-3] '
expect_out '^jobs=500 ran=500 lost=0$'

point P1 'fewer threads while jobs run: they leave, and none is lost'
run conc cpus --set 8 --jobs 24 --work 1ms --then 2
expect_status 0
expect_out '^live_before=8 then=2 live_then=2$'
expect_out '^capacity=8 .* peak_parallel=8 '
expect_out '^jobs=24 ran=24 lost=0$'
run conc cpus --set 1 --jobs 40 --work 1ms --then 5
expect_out '^live_before=1 then=5 live_then=[1-5]$'
expect_out '^jobs=40 ran=40 lost=0$'

point P1 'none is refused'
for n in 0 -1 abc 4097; do
	run conc cpus --set "$n"
	expect_status 2
	expect_no_out
	expect_err '^conc cpus: --set .* from 1 to 4096$'
	expect_hint
done

if have jq; then
	point 19 'JSON is JSON'
	run env OMP_NUM_THREADS=4 conc cpus --json
	expect 'four' jq -e '.capacity == 4 and
		.from == "OMP_NUM_THREADS"' "$out"
	run conc cpus --set 3 --then 1 --work 0 --json
	expect 'one' jq -e '.capacity == 3 and .live_then == 1 and
		.lost == 0' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

finish
