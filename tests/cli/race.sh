#!/bin/sh
# conc race: updates are lost where nothing keeps threads apart, and only there
. "$(dirname "$0")/lib.sh"

point W3 'one schedule loses an update, every time'
for _ in 1 2 3 4 5; do
	run conc race --schedule 1,2,2,1
	expect_status 0
	expect_out '^expected 2 got 1$'
	expect_no_err
done

# schedules: SCHEDULE MODE GOT, where what is got can be told from the order.
point W3 'what is lost follows from the order alone'
while read -r schedule mode expected got; do
	run conc race --schedule "$schedule" --mode "$mode"
	expect_status 0
	expect_out "^expected $expected got $got\$"
done <<'END'
1,1,2,2 none 2 2
2,2,1,1 none 2 2
1,2,1,2 none 2 1
2,1,1,2 none 2 1
1,2,3,3,2,1 none 3 1
1,1,2,3,3,2 none 3 2
1,2,2,3,3,1 none 3 1
4,3,2,1,1,2,3,4 none 4 1
1,1,2,2,3,3,4,4 none 4 4
1,2,2,1 atomic 2 2
3,1,2,2,1,3 atomic 3 3
1,2,2,1 mutex 2 2
1,3,2,1,3,2 mutex 3 3
3,2,1,1,2,3 mutex 3 3
4,3,2,1,1,2,3,4 mutex 4 4
END

point W3 'each step is told'
run conc race --schedule 1,2,2,1
expect_out '^ *1 +1 +reads 0 +0$'
expect_out '^ *2 +2 +reads 0 +0$'
expect_out '^ *3 +2 +writes 0 \+ 1 +1$'
expect_out '^ *4 +1 +writes 0 \+ 1 +1$'
run conc race --schedule 1,2,2,1 --mode mutex
expect_out '^ *2 +2 +finds it locked, and waits +0$'
expect_out '^ *4 +1 +writes 0 \+ 1 and unlocks +1$'

point W3 'the longest schedule, all read before any writes'
schedule=$(seq 32 | paste -sd,)
run conc race --schedule "$schedule,$schedule"
expect_status 0
expect_out '^expected 32 got 1$'

point W3 'atomic and mutex are exact; the rest cannot be more than all'
for mode in atomic mutex; do
	run conc race --mode $mode --threads 8 --n 2e4
	expect_status 0
	expect_out "^$mode +8 +160000 +160000 +0 "
done
run conc race --n 2e4
expect_status 0
expect_out '^none +4 +80000 '
expect_out '^mutex +4 +80000 +80000 +0 '

# The suppression is left out, so the report has to come.
if [ "${SANITIZE:-}" = thread ]; then
	point W3 'the thread sanitizer sees the race, in the file named for it'
	run env TSAN_OPTIONS=halt_on_error=1:exitcode=66 \
		conc race --mode none --n 1000
	expect_status 66
	expect_err 'cmd/race_lost_update\.c'
	for words in '--mode atomic --n 1000' '--mode mutex --n 1000' \
		'--schedule 1,2,2,1' '--schedule 1,2,2,1 --mode mutex'; do
		# shellcheck disable=SC2086
		run env TSAN_OPTIONS=halt_on_error=1:exitcode=66 \
			conc race $words
		expect_status 0
	done
fi

if have jq; then
	point 19 'JSON is JSON'
	run conc race --n 1000 --json
	expect 'three modes' jq -e '.runs | length == 3' "$out"
	run conc race --schedule 1,2,2,1 --json
	expect 'a lost update' \
		jq -e '.expected == 2 and .got == 1 and
			[.steps[].thread] == [1, 2, 2, 1]' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 7 'what is wrong is said with the next thing to type'
for words in '--schedule 1,2,2' '--schedule 1,1' '--schedule 1,2,3,3,2,1,1' \
	'--schedule 1,1,3,3' '--schedule 1,2,2,1 --threads 3' \
	'--schedule 1,2,2,1 --n 5'; do
	# shellcheck disable=SC2086
	run conc race $words
	expect_status 2
	expect_no_out
	expect_hint
done
run conc race --schedule 1,2,2,1 --threads 2
expect_status 0

finish
