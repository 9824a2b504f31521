# shellcheck shell=sh
# matrix - small programs by one compiler at each level; sourced after lib.sh

# found_in PROGRAM: what detectors.sh, which says how, is to find.
found_in() {
	sed -n '1s,/\* finds: \(.*\) \*/,\1,p' "$1" |
		sed 's/LINE/[a-z_]+[.]c:[0-9]+/g; s/STEP/step [0-9]+/g'
}

# matrix COMPILER LEVEL: what goes wrong by the order of steps is found out, and
# nothing is found in the correct twin (detectors.sh has the other programs).
# What is explored has no sanitizer in it: with one there is nothing new, nor is
# in another tree, and LEVEL alone is tried.
matrix() {
	levels='0 1 2'
	[ "${SANITIZE:-}${ANOTHER_TREE:-}" ] && levels=$2
	if ! have "$1"; then
		skip "M $1" 'programs compiled by it' 'it is not installed'
		return
	fi
	# A name that has no space in it, whatever the tree is called.
	ln -s "$here/../explore/programs" programs
	programs=$(grep -lE \
		'^/\* finds: (assertion|deadlock|data race|bad memory)' \
		programs/*.c)
	for level in $levels; do
		point "M $1 -O$level" 'found in buggy programs alone'
		for program in $programs; do
			found=$(found_in "$program")
			run conc explore --cc "$1" -O "$level" "$program"
			expect_status 1
			tr -s '\n\t ' ' ' <"$out" >line
			mv line "$out"
			expect_out "^$found"
			run conc explore --cc "$1" -O "$level" -DFIXED \
				"$program"
			expect_status 0
			expect_out ': no failure possible'
		done
	done
}
