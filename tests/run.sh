#!/bin/sh
# run - run tests, each under a time limit, and count them
#
# usage: sh tests/run.sh LOGDIR TEST...
#
# A TEST is a program, run as it is, a fuzzer, which is fed its corpus, or a
# script NAME.sh, run by sh. As many run at once as there are CPUs, scripts
# first, since they take longest; a script with a line "# alone: REASON" runs
# after all others, by itself; one with a line "# one thread: REASON" has
# nothing for the thread sanitizer, and is left out there. A program of the
# check library counts as many tests as it says; a script as many as it has
# lines that begin with "ok " or "not ok "; others are one. Beside each stands
# how many seconds it took.
#
# CONC is the program under test (absolute path), LIMIT the seconds that one
# TEST may take, RUNNER a command to put before programs (valgrind).

set -u

report() { # STATUS NAME SECONDS PASSED: one line, and the log of a failure
	if [ "$1" -eq 0 ]; then
		printf 'ok    %s (%d) %d s\n' "$2" "$4" "$3"
		return
	fi
	why="exit status $1"
	[ "$1" -eq 124 ] && why="still running after $LIMIT s"
	[ "$1" -eq 137 ] && why="killed, after $LIMIT s or for want of memory"
	printf 'FAIL  %s: %s\n' "$2" "$why"
	tail -n 60 "$logs/$2.log" | sed 's/^/      | /'
}

count() { # NAME STATUS: "PASSED FAILED" from the log
	awk -v status="$2" '
	/^[0-9]+%: Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/ {
		gsub(",", "")
		failed += $5 + $7
		passed += $3 - $5 - $7
	}
	/^ok / { passed++ }
	/^not ok / { failed++ }
	END {
		if (status != 0 && !failed)
			failed = 1
		if (!passed && !failed)
			passed = 1
		print passed + 0, failed + 0
	}' "$logs/$1.log"
}

one() {
	name=$(basename "$1")
	status=0
	begun=$(date +%s)
	case $1 in
	*.sh) set -- sh "$1" ;;
	*/fuzz_*) set -- sh tests/fuzz/run.sh "$1" ;;
	/*) set -- $RUNNER "$1" ;;
	*) set -- $RUNNER "./$1" ;;
	esac
	$limiter "$@" </dev/null >"$logs/$name.log" 2>&1 || status=$?
	counts=$(count "$name" "$status")
	[ "$status" -eq 0 ] && [ "${counts#* }" -ne 0 ] && status=1
	echo "$name $counts" >"$logs/$name.count"
	report "$status" "$name" $(($(date +%s) - begun)) $counts
}

alone() { # TEST: whether it is a script that says so
	case $1 in
	*.sh) grep -q '^# alone: ' "$1" ;;
	*) return 1 ;;
	esac
}

left_out() { # TEST: whether there is nothing in it for this sanitizer
	case $1 in
	*.sh) [ "$SANITIZE" = thread ] && grep -q '^# one thread: ' "$1" ;;
	*) return 1 ;;
	esac
}

# The memory map of some kernels is more random than older thread
# sanitizers can bear; there the tests run without randomness.
settle_sanitizers() {
	ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=0
	ASAN_OPTIONS=$ASAN_OPTIONS:allocator_may_return_null=1
	TSAN_OPTIONS=halt_on_error=1:exitcode=66:second_deadlock_stack=1
	# The one race that is there to be shown; race.sh looks for it.
	TSAN_OPTIONS=$TSAN_OPTIONS:suppressions=$PWD/tests/races.supp
	UBSAN_OPTIONS=print_stacktrace=1
	export ASAN_OPTIONS TSAN_OPTIONS UBSAN_OPTIONS
	bits=$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0)
	if [ "$SANITIZE" = thread ] && [ "$bits" -gt 28 ] &&
		setarch "$(uname -m)" -R true 2>/dev/null; then
		limiter="setarch $(uname -m) -R $limiter"
	fi
}

if [ "${1:-}" = --one ]; then
	one "$2"
	exit 0
fi

logs=$1
shift
: "${LIMIT:=180}" "${RUNNER:=}" "${SANITIZE:=}"
limiter=
command -v timeout >/dev/null && limiter="timeout -k 5 $LIMIT"
settle_sanitizers
# Limits are there to end what hangs; a busy machine is no fault.
: "${CK_TIMEOUT_MULTIPLIER:=5}"
[ "$SANITIZE$RUNNER" ] && CK_TIMEOUT_MULTIPLIER=20
export logs limiter LIMIT RUNNER CK_TIMEOUT_MULTIPLIER
rm -rf "$logs"
mkdir -p "$logs"

for t in "$@"; do
	shift
	left_out "$t" || set -- "$@" "$t"
done
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
{
	for t in "$@"; do
		case $t in *.sh) alone "$t" || echo "$t" ;; esac
	done
	for t in "$@"; do
		case $t in *.sh) ;; *) echo "$t" ;; esac
	done
} | xargs -r -n 1 -P "$jobs" sh "$0" --one
for t in "$@"; do
	alone "$t" && one "$t"
done

set -- "$logs"/*.count
[ -e "$1" ] || set -- /dev/null
awk '
{ passed += $2; failed += $3; if ($3) names = names " " $1 }
END {
	if (names)
		print "failed:" names
	printf "%d passed, %d failed\n", passed, failed
	exit failed || !passed
}' "$@" >"$logs/total" || status=1
cat "$logs/total"
exit "${status:-0}"
