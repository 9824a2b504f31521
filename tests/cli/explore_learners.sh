#!/bin/sh
# explore, replay and play on small programs as learners write them: the words
# that they need are there, nothing is wider than their terminal, and nothing
# fails in the correct twin
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((60 * slowness))
learners=$here/../explore/learners

# header WORD PROGRAM: what its first lines say of it, as in detectors.sh.
header() {
	sed -n "1,9s,^/\* $1: \(.*\) \*/\$,\1,p" "$2"
}

expect_said() {
	tr -s '\n\t ' ' ' <"$out" >"$T/line"
	header says "$1" >"$T/says"
	while read -r said; do
		grep -qE -e "$said" "$T/line" ||
			fault "nothing matches /$said/ in $(basename "$1")"
	done <"$T/says"
}

point L1 'what is wrong is said in words that a learner needs'
for program in "$learners"/*.c; do
	run conc explore "$program"
	expect_status 1
	expect_out "^$(header finds "$program")"
	expect_said "$program"
done

point L2 'nothing fails in the correct twin'
for program in "$learners"/*.c; do
	run conc explore -DFIXED --time 1s "$program"
	expect_status 0
done

point L3 'what was found is found again by its schedule'
for program in "$learners"/*.c; do
	run conc explore --quiet "$program"
	run conc replay --quiet "$(sed -n 's/^Schedule: //p' "$out")" \
		"$program"
	expect_status 1
	expect_out "^$(header finds "$program" | cut -d : -f 1)"
done

point L4 'a player is told the goal, and a hint leads there'
for program in account queue buffer; do
	printf 'h\nq\n' >typed
	run sh -c "conc play '$learners/$program.c' <typed"
	expect_status 1
	expect_out 'Some order of steps makes this program fail'
	expect_out 'A way to a failure begins with [0-9]'
done

if have script && have stty; then
	point L5 'on a terminal of 80 columns no line is wider'
	for program in "$learners"/*.c "$here"/../explore/large.c; do
		pty "conc explore --quiet '$program'"
		expect_status 1
		expect "the lines of $(basename "$program")" awk '
			{ sub(/\r$/, "") }
			/^Schedule: / { next }
			length > 80 { print; wide = 1 }
			END { exit wide }' "$out"
	done
fi

finish
