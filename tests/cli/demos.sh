#!/bin/sh
# every demonstration of threads, refused memory and threads, one after the
# other, and a full disk: no crash, no hang, and a reason. FAULTS_RUNS=1000000
# goes through every call there is.
. "$(dirname "$0")/lib.sh"

library=$(dirname "$CONC")/tests/faults/refuse.so
sweeper=$(dirname "$CONC")/tests/faults/sweep

# One line each that is over in a moment.
cat >"$T/lines" <<'END'
race --n 100
race --schedule 1,2,2,1
race --schedule 1,2,2,1 --mode mutex --json
gil --threads 3 --work 0
gil --threads 3 --work 0 --kind io
switchcost --time 0 --samples 1
switchcost --threads 1,3 --work 0
philosophers
philosophers --fix seats --meals 5
lock --n 100
lock abba --n 10
lock release
lock --handoff sem
rw --n 10
rw --n 10 --kind mutex --json
pool --jobs 5 --work 0
pool --jobs 5 --work 0 --trace --json
pool --cancel pending
pool --cancel running
pool --shutdown cancel
pool --shutdown drain --workers 3
pool --nested help --workers 2
pool --nested refuse --workers 2
pool --resize 2
pool --detached
pool isolate --work 0
map 0 0 0
pfor --n 5 --work 0
futures --delays 0,0,0
cpus
cpus --set 3 --jobs 9 --work 0
cpus --set 3 --then 1 --work 0
async gen green
to-thread --job 0
portal --second 1ms
portal --close drain --second 1ms
portal --close cancel --second 60s
portal spawn 1 2 --cancel 2 --second 1ms
portal run --second 1ms
portal share
file lines /dev/null
file cat /dev/null --json
to-thread --job 1ms --cancel-after 0 --abandon --json
switch --block 0
switch --block 0 --nested --json
switch --block 0 --cancel
switch --decorated
switch calls
switch call-async
END

point 33 'a full disk is no success'
while IFS= read -r words; do
	run sh -c "conc $words >/dev/full"
	expect_status 3
	expect_err 'write error: No space left on device'
done <"$T/lines"

if have taskset && taskset -c 0 true 2>/dev/null; then
	point Y7 'one CPU is enough'
	while IFS= read -r words; do
		# shellcheck disable=SC2086
		run taskset -c 0 conc $words
		expect_status 0
	done <"$T/lines"
else
	skip Y7 'one CPU is enough' 'taskset does not work here'
fi

if [ "${SANITIZE:-}" ] || [ ! -x "$sweeper" ] ||
	! LD_PRELOAD=$library conc --version >"$out" 2>&1; then
	skip R15 'refusals' 'nothing can be preloaded here'
	finish
fi

sweep() { # KIND HOW RUNS
	while IFS= read -r words; do
		ran="sweep $1 $2: conc $words"
		# shellcheck disable=SC2086
		"$sweeper" -s -n "${FAULTS_RUNS:-$3}" "$library" "$1" "$2" \
			"$CONC" $words >"$T/sweep" 2>&1 ||
			fault "$(cat "$T/sweep")"
	done <"$T/lines"
}

for how in once from; do
	point R15 "memory refused $how"
	sweep memory $how 12
	point R16 "threads refused $how"
	sweep workers $how 6
done

finish
