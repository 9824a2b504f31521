#!/bin/sh
# conc async: a tour whose steps are commands that are really run
. "$(dirname "$0")/lib.sh"

conc async --list >list
names=$(awk 'NR > 2 { print $1 }' list)

point A7 'each command of one thread has its step'
for command in gen loop styles green to-thread switch portal \
	file 'pool isolate'; do
	expect "$command" grep -q " conc $command\( \|$\)" list
done

point A7 'the whole tour: every step, in order, with what it printed'
run conc async
expect_status 0
expect_no_err
sed -n 's/^\$ //p' "$out" >ran
sed -n 's/.* \(conc .*\)/\1/p' list >listed
expect_same 'the commands' listed ran
expect 'what to look at, each' \
	[ "$(grep -c '^Look: ' "$out")" -eq "$(wc -l <ran)" ]
expect_out '^lost: 25$'
expect_out '^ticks while the work was done: 0$'
expect_out '^Task 4 return value$'
expect 'at the end, why' \
	sh -c "tail -n 1 '$out' | grep -q 'put into a thread'"

point A7 'each step alone prints what its command prints'
for name in gen send green loop styles; do
	run conc async "$name" --quiet
	expect_status 0
	cp "$out" step
	command=$(sed -n 's/^\$ //p' step)
	run sh -c "$command --quiet"
	sed 1d step >printed
	expect_same "$name" "$out" printed
done

point A7 'several steps, in the order that was asked for'
run conc async green gen --quiet
expect_status 0
grep '^\$' "$out" >ran
expect 'the order' [ "$(cut -d ' ' -f 3 ran | tr '\n' ' ')" = 'green gen ' ]

if have jq; then
	point 19 'JSON is JSON'
	run conc async gen file --json
	expect_status 0
	expect 'two steps' jq -e '.schema == "conc.async" and
		(.steps | length) == 2 and .steps[0].name == "gen" and
		.steps[0].status == 0 and .steps[0].lines[0] == "0 a"' "$out"
	run conc async --list --json
	expect 'all steps' jq -e --arg names "$names" \
		'[.steps[].name] == ($names | split("\n"))' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 33 'a step that fails ends the tour with a reason'
if [ "${SANITIZE:-}" ]; then
	: # which needs descriptors of its own
else
	run sh -c 'exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
		ulimit -n 4; exec conc async gen'
	expect_status 3
	expect_err "^conc async: cannot run 'conc gen squares"
	expect_hint
fi
run sh -c 'conc async gen >/dev/full'
expect_status 3

point 7 'what is wrong is said with the next thing to type'
for words in bogus 'gen bogus' '--pause 2h' '--pause never'; do
	# shellcheck disable=SC2086
	run conc async $words
	expect_status 2
	expect_no_out
	expect_hint
done

finish
