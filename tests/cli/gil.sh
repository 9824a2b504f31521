#!/bin/sh
# conc gil: one thread computes at a time, all wait at once
. "$(dirname "$0")/lib.sh"

# handovers: the number told.
handovers() {
	sed -n 's/.*handovers=\([0-9]*\).*/\1/p' "$out"
}

point P4 'under the lock one thread computes at a time'
run conc gil --threads 4 --kind cpu --work 10ms
expect_status 0
expect_out '^kind=cpu gil=yes threads=4 '
expect_out '^peak_inside=1 peak_waiting=0 '
expect 'each takes over at least once' [ "$(handovers)" -ge 3 ]
expect_no_err

point P4 'blocking calls are made without it'
run conc gil --threads 4 --kind io --work 10ms
expect_status 0
expect_out '^peak_inside=1 peak_waiting=4 '
run conc gil --threads 32 --kind io --work 0
expect_out '^peak_inside=1 peak_waiting=32 '

point P4 'without it they compute at the same time'
run conc gil --threads 4 --no-gil --kind cpu --work 10ms
expect_status 0
expect_out ' gil=no '
expect_out '^peak_inside=4 peak_waiting=0 handovers=0$'

point P4 'one thread alone needs no one'
for words in '' --no-gil '--kind io'; do
	# shellcheck disable=SC2086
	run conc gil --threads 1 --work 1ms $words
	expect_status 0
	expect_out '^peak_inside=1 '
	expect_out 'handovers=0$'
done

# Processors cannot do it faster; slower they may be, when others use them.
if have jq; then
	point P4 'under the lock it takes the sum of all work'
	run conc gil --threads 4 --work 50ms --json
	expect 'four times' jq -e '.wall_s >= 3 * .work_s and .gil' "$out"
else
	skip P4 'under the lock it takes the sum of all work' 'no jq'
fi

finish
