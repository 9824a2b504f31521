#!/bin/sh
# conc file: a task reads, and the loop goes on
. "$(dirname "$0")/lib.sh"

fact() { # LABEL
	sed -n "s/^$1: //p" "$out"
}

expect_no_lost_descriptor() {
	expect 'descriptors' [ "$(fact 'descriptors before it was opened')" = \
		"$(fact 'and after it was closed')" ]
}

i=0
while [ $i -lt 1000 ]; do
	echo "line $i"
	i=$((i + 1))
done >text
printf 'no newline' >>text
size=$(wc -c <text | tr -d ' ')

point AF3 'chunks add up to the file'
run conc file cat text --chunk 1000
expect_status 0
expect_no_err
expect 'chunks' [ "$(fact chunks)" = $(((size + 999) / 1000)) ]
expect 'bytes' [ "$(fact bytes)" = "$size" ]
expect_no_lost_descriptor

point AF5 'lines do, and the last one counts'
run conc file lines text
expect_status 0
expect 'lines' [ "$(fact lines)" = 1001 ]
expect 'bytes' [ "$(fact bytes)" = "$size" ]
expect_no_lost_descriptor

# The writer opens it and sleeps; one tick in a second is little enough.
point A1 'a FIFO blocks, and the loop ticks'
mkfifo fifo
{
	sleep 1
	cat text
} >fifo &
run conc file lines fifo --beat 5ms
wait
expect_status 0
expect 'lines' [ "$(fact lines)" = 1001 ]
expect 'ticks' [ "$(fact 'ticks of the loop meanwhile')" -ge 1 ]
expect_no_lost_descriptor

point A1 'an empty file has no parts'
for way in cat lines; do
	run conc file $way /dev/null
	expect_status 0
	expect_out '^bytes: 0$'
done

point A1 'errors come where they happen'
run conc file cat nothing
expect_status 3
expect_no_out
expect_err "cannot open 'nothing': No such file or directory"
expect_hint
run conc file lines .
expect_status 3
expect_no_out
expect_err "cannot read '.': Is a directory"
expect_hint

if have jq; then
	point 19 'JSON is JSON'
	run conc file lines text --json
	expect 'facts' jq -e '.parts == 1001 and
		.descriptors_before == .descriptors_after' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

point 7 'what is wrong is said with the next thing to type'
for words in '' cat 'dog text' 'cat text --chunk 0' 'lines text --beat 0'; do
	# shellcheck disable=SC2086
	run conc file $words
	expect_status 2
	expect_no_out
	expect_hint
done

finish
