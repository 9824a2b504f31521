#!/bin/sh
# conc green: the lines of the gevent tutorial, in its order
. "$(dirname "$0")/lib.sh"

point W12 'two green threads take turns'
cat >basic <<'END'
Running in foo
Explicit context to bar
Explicit context switch to foo again
Implicit context switch back to bar
END
run conc green basic --quiet
expect_status 0
expect_no_err
expect_same 'the lines' basic "$out"

point W13 'who waits in select lets others run'
cat >select <<'END'
Started Polling: at 0.0 seconds
Started Polling: at 0.0 seconds
Hey lets do some stuff while the greenlets poll, at 0.0 seconds
Ended Polling: at 2.0 seconds
Ended Polling: at 2.0 seconds
END
run conc green select --virtual --quiet
expect_status 0
expect_same 'the lines' select "$out"

# Other work on the machine can only make it later.
point W13 'in real time nobody is early'
run conc green select --second 50ms --quiet
expect_status 0
sed 's/ [0-9.]* seconds//' <"$out" >said
sed 's/ [0-9.]* seconds//' <select >expected
expect_same 'the words' expected said
expect 'both end at 2.0 or later' awk '
	/Ended/ && $(NF - 1) < 2 { bad = 1 } END { exit bad }' "$out"

point W13 'a select that blocks holds up everybody'
cat >blocked <<'END'
Started Polling:
Ended Polling:
Started Polling:
Ended Polling:
Hey lets do some stuff while the greenlets poll,
END
run conc green select --real-select --second 50ms --quiet
expect_status 0
sed 's/ at .*//' <"$out" >said
expect_same 'the order' blocked said
expect 'ends at 2.0 and 4.0, and the third starts then' awk '
	{ at = $(NF - 1) }
	(NR == 2 || NR == 3) && at < 2 || NR >= 4 && at < 4 { bad = 1 }
	END { exit bad }' "$out"

point W13 'what it was is explained'
run conc green select --virtual
expect_out 'gives up execution instead of blocking'

if have jq; then
	point 19 'JSON is JSON'
	run conc green basic --json
	expect 'four lines' jq -e '.demo == "basic" and
		(.lines | length) == 4 and .lines[0] == "Running in foo"' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 7 'what is wrong is said with the next thing to type'
for words in '' slect 'basic --real-select' \
	'select --real-select --virtual' 'select --second 0'; do
	# shellcheck disable=SC2086
	run conc green $words
	expect_status 2
	expect_no_out
	expect_hint
done

finish
