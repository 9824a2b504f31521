#!/bin/sh
# the levels of conc play: each is as hard as it says, can be won as it says,
# and its twin cannot be made to fail
# one thread: conc explores with no other; and what is explored is not ours
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

# proof LEVEL: of the level and not of conc, which no sanitizer looks at.
proof() {
	level=$1
	point K8 "$level: its par is the fewest preemptions"
	check_par "$level"
	point K8 "$level: its twin has no failure"
	run conc explore --time 60s -DFIXED "$levels/$level.c"
	expect_status 0
	expect_out 'explored: no failure possible'
}

for level in $names; do
	[ "${SANITIZE:-}" ] || proof "$level"
	point K8 "$level: it can be won"
	said "$level" win >typed
	run sh -c "conc play $level <typed"
	expect_status 0
	expect_out "^Level $level won, with the fewest preemptions: $(
		said "$level" par)\.\$"
	said "$level" why >why
	[ -s why ] || continue
	point K8 "$level: it says itself what to think of"
	expect_out "^Think: $(head -n 1 why | cut -d ' ' -f 1-5)"
	expect_out "^Lesson: $(said "$level" lesson)\$"
	expect 'there is one' test -d "$levels/../$(said "$level" lesson)"
	expect 'not in the code' sh -c "! grep -q '/[*] ' '$out'"
done

point K8 'a wake-up that nobody signalled is announced'
echo q >typed
run sh -c 'conc play 10 <typed'
expect_out '0 preemptions, and a wake-up that nobody signalled\.$'

point K8 'it is laid to the wait that has no loop'
said 10-startled win >typed
run sh -c 'conc play 10 <typed'
expect_out '^Think: T1 tests cooked at 10-startled.c:22 .step [0-9]+. before it'
expect_out 'though cooked = false then, too: use while'
expect_out '^Lesson: 11-condition-variables'

point K8 'they are remembered, and the list says so'
run conc play
expect_status 0
expect_out '^19-make-it-two .* 4 +4$'
expect_out '^All levels are won'
have jq && {
	run conc play --json
	expect 'all won' jq -e '.levels | length >= 12 and
		all(.best == .par)' "$out"
	said 02-visitors win >typed
	run sh -c 'conc play --json 2 <typed'
	expect 'won' jq -e '.failed and .level == "02-visitors" and
		.par == 1 and .preemptions == 1' "$out"
}

point K8 'more preemptions win, too, and the fewest are kept'
XDG_STATE_HOME=$T/state
export XDG_STATE_HOME
echo '1 1 2 2 1 2 1 2' >typed
run sh -c 'conc play 3 <typed'
expect_status 0
expect_out 'won, with [2-9] preemptions\. It can be done with 1\.$'
expect_out '^Next: conc play 04-last-one$'
said 03-flag win >typed
run sh -c 'conc play 3 <typed'
run conc play
expect_out '^03-flag .* 1 +1$'
expect_out '^02-visitors .* 1 +-$'
expect_out '^Next: conc play 01-rendezvous$'

point K8 'scores of other courses stay as they are'
{
	echo '# mine'
	echo '41-of-another-course = 7'
	echo '03-flag=9'
} >"$T/state/conc/levels"
said 03-flag win >typed
run sh -c 'conc play 3 <typed'
expect_status 0
{
	echo '# mine'
	echo '41-of-another-course = 7'
	echo '03-flag = 1'
} >wanted
expect 'one line changed' cmp wanted "$T/state/conc/levels"
said 02-visitors win >typed
run sh -c 'conc play 2 <typed'
echo '02-visitors = 1' >>wanted
expect 'one line more' cmp wanted "$T/state/conc/levels"

point K8 'what cannot be kept is a warning'
XDG_STATE_HOME=/dev/null
said 03-flag win >typed
run sh -c 'conc play 3 <typed'
expect_status 0
expect_err 'cannot note that 03-flag is won'

point 15 'a level cannot reach into the terminal'
mkdir -p "$T/own/levels"
printf '/*\n * Goal \033[2J.\n */\n/* title: a \033[31m */\n/* par: 0 */\n' \
	>"$T/own/levels/01-own.c"
cat "$levels/01-rendezvous.c" >>"$T/own/levels/01-own.c"
run sh -c "echo q | conc play --lessons '$T/own' 1"
expect_out 'Goal \\x1b\[2J'
expect 'no escape' sh -c "! grep -q '$(printf '\033')' '$out'"

point K8 'a level that is not there, and levels that are nowhere'
run conc play 98
expect_status 2
expect_err "there is no level '98'"
run conc play --lessons /dev/null
expect_status 3
expect_err 'cannot read the levels in'

finish
