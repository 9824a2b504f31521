#!/bin/sh
# conc futures: results as they come, and a timeout for all of them
. "$(dirname "$0")/lib.sh"

# completed: the lines before the sums, in one.
completed() {
	sed '/^futures=/,$d' "$out" | paste -sd' '
}

# On a busy machine a thread may come late: for longer then.
point E16 'in the order of coming'
for delays in '0.3 0.6' '1 2' '4 8'; do
	run conc futures --delays "${delays#* },0,${delays% *}"
	[ "$(completed)" = "0 $delays" ] && break
done
expect_status 0
expect_no_err
expect "$(completed)" [ "$(completed)" = "0 $delays" ]
expect_out '^futures=3 unfinished=0 '

point E16 'each once, however many come at once'
run conc futures --delays 0,0,0,0,0,0,0,0
expect "$(completed)" [ "$(completed)" = '0 0 0 0 0 0 0 0' ]
expect_out '^futures=8 unfinished=0 '

point F14 'a timeout names what is unfinished, and nobody waits for it'
for time in 0.3 1.5 6; do
	run conc futures --delays 60,0,60 --timeout $time
	[ "$(head -n 1 "$out")" = 0 ] && break
done
expect_status 1
expect_no_err
expect "$(completed)" \
	[ "$(completed)" = '0 2 (of 3) futures unfinished' ]
expect_out '^futures=3 unfinished=2 '
run conc futures --delays 60 --timeout 1ms
expect_status 1
expect_out '^1 \(of 1\) futures unfinished$'

if have jq; then
	point 19 'JSON is JSON'
	run conc futures --delays 0,0 --json
	expect 'both' jq -e '.completed == ["0", "0"] and
		.unfinished == 0' "$out"
	run conc futures --delays 60 --timeout 1ms --json
	expect 'neither' jq -e '.timeout == "1 (of 1) futures unfinished"' \
		"$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 12 'what is no list of times is named'
for list in '' x '1,' -1 '1,,2'; do
	run conc futures --delays "$list"
	expect_status 2
	expect_err '^conc futures: --delays '
	expect_hint
done

finish
