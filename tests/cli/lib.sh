#!/bin/sh
# lib - what the command line tests share; sourced, not run
#
#	. "$(dirname "$0")/lib.sh"
#	point 33 'a full disk is no success'
#	run sh -c 'conc help >/dev/full'
#	expect_status 3
#	expect_err 'write error: No space left on device'
#	finish
#
# A point is one case, numbered by the checklist of 50 points or, with an R,
# by a row of the reliability matrix. It passes when all that it expects
# holds; what did not hold is printed. CONC is the program (absolute path);
# `conc` finds it. Every test runs in an empty folder with an empty home.

: "${CONC:?is the program under test}"

T=$(mktemp -d "${TMPDIR:-/tmp}/conc-cli.XXXXXX") || exit 1
trap 'rm -rf "$T"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$T/bin" "$T/home" "$T/work"
ln -s "$CONC" "$T/bin/conc"
here=$(cd "$(dirname "$0")" && pwd)
cd "$T/work" || exit 1

PATH=$T/bin:$PATH
HOME=$T/home
TERM=xterm
LC_ALL=C
export PATH HOME TERM LC_ALL
unset NO_COLOR COLUMNS LINES ACCESSIBLE XDG_CONFIG_HOME POSIXLY_CORRECT
for name in $(env | sed -n 's/^\(CONC_[A-Z_]*\)=.*/\1/p') \
	OMP_NUM_THREADS OMP_THREAD_LIMIT; do
	unset "$name"
done

# The build may be far from the tree.
CONC_LESSONS=$(cd "$here/../../lessons" && pwd)
export CONC_LESSONS

tab=$(printf '\t')
escape=$(printf '\033')
return=$(printf '\r')

# Sanitizers make everything slower, and that is not what is tested.
slowness=1
[ "${SANITIZE:-}" ] && slowness=5

npassed=0
nfailed=0
current=
faults=

end_point() {
	[ "$current" ] || return 0
	if [ "$faults" ]; then
		nfailed=$((nfailed + 1))
		printf 'not ok %s\n%s' "$current" "$faults"
	else
		npassed=$((npassed + 1))
		printf 'ok %s\n' "$current"
	fi
	current=
	faults=
}

# point NUMBER WHAT: begin a case.
point() {
	end_point
	current="$1 $2"
}

# skip NUMBER WHAT REASON: a case that cannot be tried here.
skip() {
	end_point
	printf 'skip %s %s: %s\n' "$1" "$2" "$3"
}

# The last line of every test.
finish() {
	end_point
	printf '%d passed, %d failed\n' "$npassed" "$nfailed"
	[ "$nfailed" -eq 0 ]
	exit
}

have() {
	command -v "$1" >/dev/null 2>&1
}

# fault TEXT: an expectation that did not hold; shows what was run.
fault() {
	faults="$faults    $1
        after: ${ran:-}
"
}

# run COMMAND...: within 30 seconds; sets status, and out and err to files.
out=$T/out
err=$T/err
run() {
	ran=$*
	status=0
	timeout -k 1 "${limit:-$((30 * slowness))}" "$@" \
		</dev/null >"$out" 2>"$err" || status=$?
}

# run_until_signal SIGNAL REGEX COMMAND...: run it, and send it the signal in
# the middle of its work. When stderr then has no line that matches, it had not
# begun, on a machine that is busy; so it is tried again, for longer.
run_until_signal() {
	signal=$1
	regex=$2
	shift 2
	for delay in 0.3 1 3 9; do
		run timeout -s "$signal" --preserve-status $delay "$@"
		grep -qE -e "$regex" "$err" && break
	done
}

# play PROGRAM LINE...: one of tests/explore/programs, with these lines typed.
play() {
	program=$1
	shift
	printf '%s\n' "$@" >typed
	ran="play $program: $*"
	status=0
	timeout -k 1 "${limit:-$((30 * slowness))}" conc play \
		"$here/../explore/programs/$program.c" <typed \
		>"$out" 2>"$err" || status=$?
}

# pty COMMANDLINE: the same with a terminal of 80 columns for all of stdin,
# stdout and stderr, all of which goes to out.
pty() {
	ran="on a terminal: $1"
	status=0
	: >"$err"
	timeout -k 1 "${limit:-$((30 * slowness))}" \
		script -qec "stty cols 80 rows 24; $1" /dev/null \
		</dev/null >"$out" 2>&1 || status=$?
}

expect_status() {
	[ "$status" -eq "$1" ] ||
		fault "status is $status instead of $1: $(head -n 2 "$err")"
}

# expect_out REGEX, expect_err REGEX: some line matches.
expect_out() {
	grep -qE -e "$1" "$out" ||
		fault "no line of stdout matches /$1/: $(head -n 3 "$out")"
}

expect_err() {
	grep -qE -e "$1" "$err" ||
		fault "no line of stderr matches /$1/: $(head -n 3 "$err")"
}

expect_no_out() {
	[ -s "$out" ] && fault "stdout is not empty: $(head -n 2 "$out")"
}

expect_no_err() {
	[ -s "$err" ] && fault "stderr is not empty: $(head -n 2 "$err")"
}

# for_others: everybody may use the program and the lessons, whoever may see
# what was built and the tree: the copies that CONC and CONC_LESSONS now name.
for_others() {
	chmod 755 "$T" "$T/bin" "$T/home"
	cp "$CONC" "$T/conc"
	CONC=$T/conc
	cp -R "$CONC_LESSONS" "$T/lessons"
	CONC_LESSONS=$T/lessons
	chmod -R a+rX,u+w "$T/lessons"
}

# expect WHAT COMMAND...: the command succeeds.
expect() {
	what=$1
	shift
	"$@" >"$T/expect" 2>&1 || fault "$what: $(head -n 3 "$T/expect")"
}

# expect_same WHAT FILE FILE
expect_same() {
	cmp -s "$2" "$3" ||
		fault "$1 differ: $(diff "$2" "$3" | head -n 5)"
}

# The last line of stderr is the next thing to type: a try or a rule.
expect_hint() {
	tail -n 1 "$err" | grep -q "^conc" &&
		fault "no hint at the end: $(tail -n 1 "$err")"
}

# No control bytes but newline and tab.
expect_clean() {
	LC_ALL=C grep -q '[[:cntrl:]]' "$1" && # grep: tabs are cntrl too
		[ "$(tr -d '\n\t' <"$1" | LC_ALL=C grep -c '[[:cntrl:]]')" \
			-gt 0 ] && fault "control bytes in $(basename "$1")"
}

# usage_status COMMAND: what its wrong usage ends with.
usage_status() {
	conc help --list | awk -F "$tab" -v c="${1%% *}" '$1 == c { print $3 }'
}

# verbs: `command verb` of all commands that have verbs, one per line.
verbs() {
	conc help --verbs
}

# commands: the names of all commands. options COMMAND: its options, one per
# line: --name, -letter or --, kind, range, environment variables, separated
# by tabs, of which read makes one; so read them with `cut`.
commands() {
	conc help --list | cut -f 1
}

options() {
	# shellcheck disable=SC2086
	conc help --list $1 # a verb is two words
}
