#!/bin/sh
# conc pfor: every body is run, and one failure is the caller's
. "$(dirname "$0")/lib.sh"

# count RESULT: how many bodies ended so.
count() {
	grep -cE "^ *[0-9]+ +[^ ]+ +[0-9]+ +$1\$" "$out"
}

point P3 'one fails: all eight are run, one error, exit 1'
run conc pfor --n 8 --fail 3
expect_status 1
expect_out '^ *3 +[^ ]+ +[1-8] +failed$'
expect 'the others are done' [ "$(count 'done')" -eq 7 ]
expect_out '^bodies_run=8 failed=1 reported=1 wall='
expect_out '^error: .*body 3 \(Input/output error\)$'
expect 'one error' [ "$(grep -c '^error: ' "$out")" -eq 1 ]
expect_no_err

point P3 'several fail: one of them is reported'
run conc pfor --n 50 --fail 0,7,49 --work 0
expect_status 1
expect_out '^bodies_run=50 failed=3 reported=1 '
expect_out '^error: .*body (0|7|49) '
expect 'one error' [ "$(grep -c '^error: ' "$out")" -eq 1 ]
expect 'the others are done' [ "$(count 'done')" -eq 47 ]
expect_no_err

point P3 'none fails'
for workers in 1 4; do
	run conc pfor --n 100 --work 0 --workers $workers
	expect_status 0
	expect_out '^bodies_run=100 failed=0 reported=0 '
	expect 'each once' [ "$(count 'done')" -eq 100 ]
done
run conc pfor --n 0
expect_status 0
expect_out '^bodies_run=0 failed=0 '

# What cannot be had of the pool the caller does itself.
library=$(dirname "$CONC")/tests/faults/refuse.so
if [ -z "${SANITIZE:-}" ] &&
	LD_PRELOAD=$library conc --version >"$out" 2>&1; then
	point P3 'without threads it is a plain loop'
	run env REFUSE=workers:1:from LD_PRELOAD="$library" \
		conc pfor --n 8 --fail 3 --work 0
	expect_status 1
	expect_out '^bodies_run=8 failed=1 reported=1 '
else
	skip P3 'without threads it is a plain loop' 'nothing can be preloaded'
fi

if have jq; then
	point 19 'JSON is JSON'
	run conc pfor --n 4 --fail 2 --work 0 --json
	expect 'four' jq -e '(.bodies | length == 4) and .failed == 1 and
		.bodies[2].result == "failed"' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 7 'a body that there is not is named'
run conc pfor --n 8 --fail 8
expect_status 2
expect_no_out
expect_err '--fail names body 8'
expect_hint

finish
