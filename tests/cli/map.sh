#!/bin/sh
# conc map: results in the order of the arguments, whatever the order of ending
. "$(dirname "$0")/lib.sh"

# results: the lines before the sums, in one.
results() {
	sed '/^jobs=/,$d' "$out" | paste -sd' '
}

point E4 'results come in the order of the arguments'
run conc map 0.3 0 0.1
expect_status 0
expect_no_err
expect "$(results)" [ "$(results)" = '0.3 0 0.1' ]
expect_out '^jobs=3 results_told=3 ran=3 cancelled=0 '
run conc map --workers 1 0.02 0.01 0
expect "$(results)" [ "$(results)" = '0.02 0.01 0' ]
expect_out '^they ended in the order: 1 2 3$'
run conc map 10ms 1us 0.005
expect "$(results)" [ "$(results)" = '0.01 1e-06 0.005' ]

point E4 'many more than threads'
# shellcheck disable=SC2046
run conc map --workers 3 $(seq 500 | sed 's/$/us/')
expect_status 0
expect_out '^jobs=500 results_told=500 ran=500 cancelled=0 '
expect 'in order' sh -c "sed '/^jobs=/,\$d' '$out' | sort -gc"

point X12 'of nothing there is nothing'
run conc map
expect_status 0
expect_out '^jobs=0 results_told=0 ran=0 '
expect "$(results)" [ -z "$(results)" ]

point E4 'a failure comes at its place, and the rest is not awaited'
run conc map --fail 2 --workers 3 0 0 60
expect_status 1
expect_out '^0$'
expect_out '^failed: map_[0-2]: job 2 \(Input/output error\)$'
expect_out '^jobs=3 results_told=1 '

# One thread: the second is what it does until it is woken, the rest waits.
point X11 'a timeout cancels what has not begun'
run conc map --workers 1 --timeout 0.2 60 0 0
expect_status 1
expect_out '^timeout$'
expect_out '^jobs=3 results_told=0 ran=1 cancelled=2 '
expect_no_err

if have jq; then
	point 19 'JSON is JSON'
	run conc map 0.02 0 --json
	expect 'two' jq -e '.results == ["0.02", "0"] and .jobs == 2' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 12 'what is no time is named'
for word in x -1 1e3 '' 2h; do
	run conc map 0 -- "$word"
	expect_status 2
	expect_no_out
	expect_err 'TIME'
	expect_hint
done

finish
