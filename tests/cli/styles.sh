#!/bin/sh
# conc styles: one job, four styles, the same lines
. "$(dirname "$0")/lib.sh"

cat >expected <<'END'
 0 ms python: asked
 0 ms programming: asked
 0 ms compsci: asked
10 ms programming: answered
20 ms compsci: answered
22 ms compsci: 7 lines
30 ms python: answered
30 ms programming: 42 lines
35 ms python: 120 lines
35 ms total: 169 lines
END

point W7 'all styles say the same'
for style in coro event callback future; do
	run conc styles --style $style --quiet
	expect_status 0
	expect_no_err
	expect_same "the lines of $style" expected "$out"
done

point W7 'and what the loop runs is different'
for style in coro event callback future; do
	run conc styles --style $style --trace
	expect_status 0
	sed -n '/turn/,$p' "$out" >"$style.trace"
done
for a in coro event callback future; do
	for b in coro event callback future; do
		[ $a = $b ] || ! cmp -s $a.trace $b.trace ||
			fault "$a and $b have the same trace"
	done
done
expect 'a task' grep -q 'python, programming, compsci' coro.trace
expect 'a dispatcher' grep -q 'dispatch' event.trace
expect 'a callback' grep -q 'on_answer' callback.trace
expect 'a future' grep -q 'future' future.trace

if have jq; then
	point 19 'JSON is JSON'
	run conc styles --style event --trace --json
	expect 'lines and turns' jq -e '.style == "event" and
		(.lines | length) == 10 and (.turns | length) > 5' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 7 'what is wrong is said with the next thing to type'
run conc styles --style thread
expect_status 2
expect_err 'coro, event, callback or future'
expect_hint
run conc styles coro
expect_status 2
expect_hint

finish
