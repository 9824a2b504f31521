#!/bin/sh
# run - feed one fuzzer its corpus and FUZZ_RUNS inputs made from it
#
# usage: FUZZ_RUNS=N sh tests/fuzz/run.sh FUZZER
#
# What libFuzzer finds on the way stays beside the fuzzer, in NAME.found; an
# input that crashes in NAME.crash*. Keep such an input in tests/fuzz/corpus/
# once its fault is mended: every make check runs it again.

set -eu
: "${FUZZ_RUNS:=20000}"
name=$(basename "$1")
corpus=tests/fuzz/corpus/${name#fuzz_}
mkdir -p "$1.found"
[ -d "$corpus" ] || corpus=
# The sanitizers end by abort, so that the driver can keep the input, and
# hold back little freed memory, so that the limit means the input's.
ASAN_OPTIONS=abort_on_error=1:detect_leaks=1:quarantine_size_mb=16
UBSAN_OPTIONS=abort_on_error=1:print_stacktrace=1
export ASAN_OPTIONS UBSAN_OPTIONS
echo "$name: $FUZZ_RUNS inputs"
"$1" -runs="$FUZZ_RUNS" -seed="${FUZZ_SEED:-1}" -max_len=256 -timeout=2 \
	-rss_limit_mb=256 -artifact_prefix="$1." "$1.found" $corpus \
	>"$1.log" 2>&1 || {
	tail -n 40 "$1.log"
	exit 1
}
tail -n 2 "$1.log"
