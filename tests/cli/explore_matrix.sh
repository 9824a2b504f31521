#!/bin/sh
# conc explore by both compilers at each level of optimisation: what goes wrong
# by the order of steps is found out, and nothing is found in the correct twin
# (detectors.sh has the other programs)
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((60 * slowness))
# A name that has no space in it, whatever the tree is called.
ln -s "$here/../explore/programs" programs
programs=$(grep -lE '^/\* finds: (assertion|deadlock|data race|bad memory)' \
	programs/*.c)

# What is explored has no sanitizer in it: there is nothing new with one, nor
# in another tree.
compilers='gcc clang'
levels='0 1 2'
[ "${SANITIZE:-}${ANOTHER_TREE:-}" ] && compilers=gcc && levels=2

for cc in $compilers; do
	if ! have "$cc"; then
		skip "M $cc" 'programs compiled by it' 'it is not installed'
		continue
	fi
	for level in $levels; do
		point "M $cc -O$level" 'found in buggy programs alone'
		for program in $programs; do
			found=$(sed -n '1s,/\* finds: \(.*\) \*/,\1,p' \
				"$program")
			run conc explore --cc "$cc" -O "$level" "$program"
			expect_status 1
			expect_out "^$found"
			run conc explore --cc "$cc" -O "$level" -DFIXED \
				"$program"
			expect_status 0
			expect_out ': no failure possible'
		done
	done
done

finish
