#!/bin/sh
# conc philosophers: the deadlock is always found, and no fix has one
. "$(dirname "$0")/lib.sh"

point L7 'without a fix all of them are in one circle'
for n in 2 3 5 64; do
	run conc philosophers --n $n
	expect_status 0
	expect_no_err
	expect_out "^fix=none philosophers=$n\$"
	expect_out '^deadlock: yes$'
	expect "$n in the circle" [ "$(grep -c '^diner-' "$out")" -eq $n ]
	expect_out '^meals=0 fewest=0 most=0$'
	expect 'each holds what the one before it wants' awk '
		/^diner-/ {
			if (NR > 1 && wanted && $3 != wanted) bad = 1
			if (next_one && $1 != next_one) bad = 1
			wanted = $5
			next_one = $6
			if (!first) { first = $1; held = $3 }
		}
		END { exit bad || next_one != first || wanted != held }' "$out"
done

# meals: the sum of the column.
meals() {
	awk '/^diner-/ { sum += $2 } END { print sum }' "$out"
}

point L7 'with one all eat, as often as told'
for fix in order seats waiter; do
	for n in 2 3 7; do
		run conc philosophers --fix $fix --n $n --meals 200
		expect_status 0
		expect_no_err
		expect_out '^deadlock: no$'
		expect_out "^meals=$((200 * n)) fewest="
		expect 'all meals' [ "$(meals)" -eq $((200 * n)) ]
	done
done

if have jq; then
	point 19 'JSON is JSON'
	run conc philosophers --json
	expect 'five' jq -e '.deadlock and (.cycle | length == 5) and
		.meals == 0' "$out"
	run conc philosophers --fix seats --meals 10 --json
	expect 'meals' jq -e '.deadlock == false and .meals == 50 and
		([.diners[].meals] | add) == 50' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

finish
