#!/bin/sh
# conc in odd surroundings: few descriptors, no home, no folder, no terminal
# to speak of, and on a terminal
. "$(dirname "$0")/lib.sh"

# What each command can do at once and without an operand.
quick="--version
help
help --json
man
completion bash
bogus"

# each_quick COMMAND...: the quick commands behind a prefix end as documented.
each_quick() {
	printf '%s\n' "$quick" >"$T/quick"
	while IFS= read -r words; do
		# shellcheck disable=SC2086
		run "$@" conc $words
		case $words in
		bogus) expect_status 2 ;;
		*) expect_status 0 && expect_no_err ;;
		esac
		expect_clean "$err"
	done <"$T/quick"
}

point R30 'no HOME, an odd one, TERM=bogus, an odd locale, no environment'
each_quick env -u HOME
each_quick env HOME=/nosuch TERM=bogus LC_ALL=xx_YY.bogus
each_quick env HOME= TERM= LANG= COLUMNS=x
each_quick env COLUMNS=0 CONC_ACCESSIBLE=1 POSIXLY_CORRECT=1
each_quick env -i PATH="$PATH"

point R30 'four descriptors, a stack of 64 KiB'
# Those of make and of whoever runs it are closed first.
each_quick sh -c 'exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
	ulimit -n 4; exec "$@"' sh
[ "${SANITIZE:-}" ] || each_quick sh -c 'ulimit -s 64; exec "$@"' sh

point R30 'a folder that is gone'
mkdir gone
each_quick sh -c 'cd gone && rmdir ../gone && "$@"
	status=$?; mkdir ../gone 2>/dev/null || mkdir "$0/gone"
	exit $status' "$T/work"

point 17 'stdout is a file, a pipe or a terminal: the same help'
run conc help
cp "$out" "$T/file"
conc help | cat >"$T/pipe"
expect_same 'file and pipe' "$T/file" "$T/pipe"
if have script; then
	pty 'conc help'
	tr -d '\r' <"$out" >"$T/terminal"
	expect_same 'file and terminal' "$T/file" "$T/terminal"

	point 32 'the terminal is left as it was'
	for words in help --version bogus; do
		pty "stty -a >before; conc $words >/dev/null 2>&1
			stty -a >after; cmp before after && echo 'as before'"
		expect_out 'as before'
	done
else
	skip 32 'the terminal is left as it was' 'script is not installed'
fi

point 40 'nothing is written to the home folder'
each_quick env HOME="$T/home"
expect 'an empty home' sh -c "! find '$T/home' -mindepth 1 | grep ."
expect 'an empty folder' sh -c \
	"! find '$T/work' -type f ! -name before ! -name after | grep ."

point 29 'an ignored SIGPIPE is a write error, not an endless loop'
run sh -c 'trap "" PIPE; (conc man; echo "status $?" >&2) | :'
expect_err 'status (0|3)'

point 50 'each error ends in what to type next'
for words in '' bogus '--bogus' 'help bogus' 'help a b' 'man bogus' \
	'completion' 'completion tcsh' 'help --color' 'help --color=red' \
	'--color' '--color=red help' 'help --list=1' 'man -Z'; do
	# shellcheck disable=SC2086
	run conc $words
	expect_status 2
	expect_no_out
	expect_hint
done
run conc completion
expect_err 'conc completion: needs bash\|zsh\|fish'

finish
