#!/bin/sh
# conc explore: each detector finds its program, says why, and clears the twin
#
# A program begins with what is expected of it:
#	/* finds: REGEX */	the first line, and the exit status is 1
#	/* notes: REGEX */	one of the lines; it is no failure
#	/* says: REGEX */	one of the lines
#	/* with: OPTIONS */	of conc explore
# where LINE is any line of a program, and STEP any step of the timeline.
# It is correct with -DFIXED. DETECTORS=all tries each with either compiler at
# three levels; otherwise they take turns.
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/programs

# header WORD PROGRAM: what its first lines say of it.
header() {
	sed -n "1,9s,^/\* $1: \(.*\) \*/\$,\1,p" "$2" |
		sed 's/LINE/[a-z_]+[.]c:[0-9]+/g; s/STEP/step [0-9]+/g'
}

# in_one_line: what was printed, without its line breaks and indentation.
in_one_line() {
	tr -s '\n\t ' ' ' <"$out" >"$out.line"
	mv "$out.line" "$out"
}

expect_said() {
	header says "$1" >"$T/says"
	while read -r said; do
		expect_out "$said"
	done <"$T/says"
}

# buggy PROGRAM OPTION...: it is found out, and the message is the one.
buggy() {
	program=$1
	shift
	finds=$(header finds "$program")
	notes=$(header notes "$program")
	# shellcheck disable=SC2046
	run conc explore "$@" $(header with "$program") "$program"
	if [ "$finds" ]; then
		expect_status 1
		expect_out "^$finds"
	else
		expect_status 0
	fi
	in_one_line
	[ ! "$notes" ] || expect_out "also seen: $notes"
	expect_said "$program"
}

# correct PROGRAM OPTION...: nothing at all is said of its twin.
correct() {
	program=$1
	shift
	# shellcheck disable=SC2046
	run conc explore "$@" -DFIXED $(header with "$program") "$program"
	expect_status 0
	expect 'no note' sh -c "! grep 'also seen' '$out'"
}

# combinations: a compiler and a level on each line.
combinations() {
	for cc in gcc clang; do
		for level in 0 1 2; do
			! have $cc || echo "$cc $level"
		done
	done
}

point D1 'each detector finds its program and says why; its twin is clean'
combinations >"$T/ways"
turn=0
for program in "$programs"/*.c; do
	buggy "$program"
	while read -r cc level; do
		turn=$((turn + 1))
		[ "$DETECTORS" = all ] || [ $((turn % 7)) = 0 ] || continue
		correct "$program" --cc "$cc" -O "$level"
	done <"$T/ways"
done

finish
