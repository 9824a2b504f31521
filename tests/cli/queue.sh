#!/bin/sh
# conc queue: everything once, in the order of its producer
. "$(dirname "$0")/lib.sh"

point W4 'each item comes out once'
run conc queue --producers 3 --consumers 4 --items 10000
expect_status 0
expect_no_err
expect_out '^items=10000 count=10000 expected_sum=50005000 sum=50005000$'
expect_out '^duplicates=0 out_of_order=0 wakeups=[0-9]+$'
for i in 0 1 2; do
	expect_out "^producer-$i +333[34]\$"
done
for i in 0 1 2 3; do
	expect_out "^consumer-$i +[0-9]+\$"
done

point W4 'however many there are, and however short the queue'
while read -r producers consumers items capacity; do
	run conc queue -p "$producers" -c "$consumers" -n "$items" \
		--capacity "$capacity"
	expect_status 0
	expect_out "^items=$items count=$items "
	expect_out '^duplicates=0 out_of_order=0 '
done <<'END'
1 1 3000 1
1 4 3000 1
4 1 3000 2
16 16 3000 1000
2 2 0 1
8 8 3 64
3 4 1000 0
1 1 1000 0
END

if have jq; then
	point 19 'JSON is JSON'
	run conc queue -n 100 --json
	expect 'seven threads' jq -e '(.threads | length == 7) and
		.count == 100 and .sum == .expected_sum and
		.duplicates == 0 and
		([.threads[].items] | add) == 200' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

finish
