#!/bin/sh
# conc gen: what the workshop's generators print, and what they show
. "$(dirname "$0")/lib.sh"

lines() {
	printf '%s\n' "$@" >"$T/lines"
}

point W8 'endless squares beside a list, line for line'
lines '0 a' '1 b' '4 c' '9 d' '16 e'
run conc gen squares --zip abcde
expect_status 0
head -n 5 "$out" >"$T/first"
expect_same 'the pairs' "$T/lines" "$T/first"
run conc gen squares --zip abcde --swap
expect_status 0
head -n 5 "$out" >"$T/first"
expect_same 'the pairs' "$T/lines" "$T/first"

point W8 'zip with the endless side first loses an item, and else it does not'
run conc gen squares --zip abcde
expect_out '^next value: 36$'
expect_out '^lost: 25$'
run conc gen squares --zip abcde --swap
expect_out '^next value: 25$'
expect 'nothing is lost' sh -c '! grep "^lost" "$1"' sh "$out"
run conc gen squares --zip ''
expect_out '^next value: 1$'
expect_out '^lost: 0$'

point W8 'characters are whole, and control characters are shown'
run env LC_ALL=C.UTF-8 conc gen squares --zip "é${escape}x"
expect_status 0
expect_out '^0 é$'
expect_clean "$out"

point W9 'the same seed, the same numbers; at least one'
run conc gen geometric --p 0.1 --seed 7 --quiet
expect_status 0
cp "$out" "$T/first"
run conc gen geometric --p 0.1 --seed 7 --quiet
expect_same 'two runs' "$T/first" "$out"
expect_out '^items=11 mean='
n=$(grep -c '^[0-9]*$' "$out")
expect 'as many lines as items' [ "$n" -eq 11 ]
run conc gen geometric --p 1 --seed 7 --quiet
lines 1 'items=1 mean=1.00 expected_mean=1.00'
expect_same 'when it always stops' "$T/lines" "$out"
seq 1 11 >"$T/lines"
head -n 11 "$T/first" >"$T/numbers"
expect_same 'the numbers' "$T/lines" "$T/numbers"

point W9 'the mean is about 1/p'
for seed in 1 2 3; do
	for p in 0.01 0.25 0.5; do
		run conc gen geometric --p $p --seed $seed
		mean=$(sed -n 's/.* mean=\([0-9.]*\) .*/\1/p' "$out")
		expect "$mean is about 1/$p" awk -v p=$p -v mean="$mean" \
			'BEGIN { exit mean * p < 0.9 || mean * p > 1.1 }'
	done
done

point W10 'send in a loop: exactly these six'
run conc gen send --quiet
expect_status 0
lines 0 1 2 3 4 9
expect_same 'the numbers' "$T/lines" "$out"

point W10 'and who received the 8'
run conc gen send --explain
expect_out '^send\(8\) +8 +8 +the sender'
expect_out '^next\(\) +nothing +9 +the loop'

point G17 'many at once, on stacks with guards'
live=10000
[ "${SANITIZE:-}" ] && live=1000
run conc gen many --live $live
expect_status 0
expect_out "^alive: $live\$"
expect_out '^guards: (madvise|mprotect)$'
if [ -z "${SANITIZE:-}" ]; then
	bytes=$(sed -n 's/^bytes each: //p' "$out")
	expect 'less than 5 KB each' [ "$bytes" -lt 5000 ]
fi

most=$(cat /proc/sys/vm/max_map_count 2>/dev/null || echo 0)
if [ -z "${SANITIZE:-}" ] && [ "$most" -gt 0 ] && [ "$most" -lt 150000 ]; then
	point R35 'more than the system has guards for: a limit, said clearly'
	run conc gen many --live 100000 --guard mprotect
	expect_status 3
	expect_err 'of 100000 generators, then: vm.max_map_count'
	expect_hint
	expect_out '^alive: [1-9][0-9]*$'
	run conc gen many --live 100000 --guard none
	expect_status 0
	expect_out '^alive: 100000$'
else
	skip R35 'more than the system has guards for' "$most mappings here"
fi

if have jq; then
	point 19 'JSON is JSON'
	run conc gen squares --zip abc --json
	expect 'squares' jq -e '.pairs == ["0 a", "1 b", "4 c"] and
		.next_value == 16 and .lost == 9' "$out"
	run conc gen squares --zip abc --swap --json
	expect 'nothing lost' jq -e '.next_value == 9 and .lost == null' "$out"
	run conc gen send --json
	expect 'send' jq -e '.numbers[5] == "9" and
		.calls[5].received == "8"' "$out"
	run conc gen geometric --json
	expect 'geometric' jq -e '.items == (.numbers | length)' "$out"
	run conc gen many --live 10 --json
	expect 'many' jq -e '.alive == 10' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 7 'what is wrong is said with the next thing to type'
run conc gen square
expect_status 2
expect_err "no demonstration 'square'"
expect_hint

finish
