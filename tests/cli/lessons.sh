#!/bin/sh
# each lesson of the course is as its author says: the exercise fails, the
# right solutions pass, and the wrong ones are told what is wrong
# one thread: what checks a lesson has no other
. "$(dirname "$0")/lib.sh"

CONC_LESSONS=$(cd "$here/../../lessons" && pwd)
export CONC_LESSONS
limit=400
point K8 'there is a course'
run conc lesson list
expect_status 0
expect_out '^05-data-race '
lessons=$(sed -n 's/^\([0-9][0-9]-[^ ]*\) .*/\1/p' "$out")

# What a learner waits for a verdict, the compiler included. The goal is 2 s,
# which make bench looks at; that is no promise for a machine that is busy.
most=$((20 * slowness))
in_time() { # LESSON
	slowest=$(awk -v lesson="$1" '
		$1 == lesson && $5 > s { s = $5; file = $2 }
		END { print s, file }' "$out")
	echo "$1: at most ${slowest% *} s, for ${slowest#* }"
	awk -v s="${slowest% *}" -v most=$most 'BEGIN { exit !(s <= most) }' ||
		fault "a verdict took more than $most s"
}

for lesson in $lessons; do
	point K8 "$lesson: every solution is judged as it should be"
	run conc lesson verify "$lesson"
	expect_status 0
	expect_out "^$lesson +solution/.* solution +yes .* yes\$"
	in_time "$lesson"
done
finish
