#!/bin/sh
# the levels of conc play: each is as hard as it says, can be won as it says,
# and its twin cannot be made to fail
. "$(dirname "$0")/lib.sh"
limit=$((60 * slowness))
levels=$(cd "$here/../../lessons/levels" && pwd)

# said LEVEL KEY: what a line of the file says, "par: 1" in a comment.
said() {
	sed -n "s|^/\* $2: \(.*\) \*/\$|\1|p" "$levels/$1.c"
}

# What the explorer finds with fewer wake-ups would be an easier way.
check_par() { # LEVEL
	spurious=$(said "$1" spurious)
	run conc explore --json --spurious "${spurious:-0}" "$levels/$1.c"
	expect_status 1
	have jq || return 0
	expect "par $(said "$1" par)" jq -e --argjson par "$(said "$1" par)" \
		'.preemptions == $par and .fewest' "$out"
	[ "$spurious" ] || return 0
	run conc explore --spurious "$((spurious - 1))" "$levels/$1.c"
	expect_status 0
}

names=$(find "$levels" -name '*.c' -exec basename {} .c \; | sort)

point K8 'there are levels'
[ "$(printf '%s\n' "$names" | wc -l)" -ge 12 ] || fault 'fewer than 12'

for level in $names; do
	point K8 "$level: its par is the fewest preemptions"
	check_par "$level"
	point K8 "$level: its twin has no failure"
	run conc explore --time 60s -DFIXED "$levels/$level.c"
	expect_status 0
	expect_out 'explored: no failure possible'
	point K8 "$level: it can be won"
	said "$level" win >typed
	run sh -c "conc play '$levels/$level.c' <typed"
	expect_status 0
	expect_out "^$(said "$level" par) preemption"
done

finish
