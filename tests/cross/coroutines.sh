#!/bin/sh
# coroutines - the unit tests of coroutines, built by each compiler at -O2, on
# the C library's contexts, and for aarch64 in an emulator
#
# What a compiler keeps in registers across a switch, and which registers it
# lets us declare lost, differs between them: one of them is not enough.

set -u
if [ "${SANITIZE:-}" = thread ]; then
	echo 'skip all: the same in each variant'
	exit 0
fi
cd "$(dirname "$0")/../.." || exit 1
T=$(mktemp -d "${TMPDIR:-/tmp}/conc-cross.XXXXXX") || exit 1
ln -s "$PWD" "$T/root"
trap 'rm -rf "$T"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

last=portal # of the modules in lib/ORDER, each of which needs those above
tests='ctx coro coro_threads overflow gen gen_many gen_from gen_random'
tests="$tests task_switch task_switch_end task_switch_keep task_switch_many"
nfailed=0
exec 3>&1
nkept=0 # compilers that show what careless code sees

cannot_run() { # COMMAND...: does it make programs that run here?
	printf 'int main(void) { return 0; }\n' >"$T/trivial.c"
	! "$@" -o "$T/trivial" "$T/trivial.c" 2>/dev/null ||
		! $emulator "$T/trivial" 2>/dev/null
}

sources() {
	sed "/^$last\$/q" lib/ORDER | while read -r module; do
		ls "lib/$module.c" lib/"$module"_*.c 2>/dev/null
	done | sort -u
}

test_sources() {
	for test in $tests; do
		echo "tests/test_$test.c"
	done
}

# Objects of the files of the input, in $T/build, on all processors.
compile() { # COMPILER FLAG...
	sed "s|^|$T/root/|" | (cd "$T/build" &&
		xargs -n 4 -P "$(getconf _NPROCESSORS_ONLN)" "$@" -c)
}

build() { # COMPILER FLAG...
	rm -rf "$T/build" && mkdir "$T/build"
	sources | compile "$@" || return
	ar rc "$T/build/libconc.a" "$T"/build/*.o
	test_sources | compile "$@" || return
	for test in $tests; do
		"$@" -o "$T/build/test_$test" "$T/build/test_$test.o" \
			"$T/build/libconc.a" -lm || return
	done
}

# An emulator has threads of its own, and a process that is forked while one of
# them holds a lock may wait for it for ever (QEMU's issue 285: the slices of
# GLib before 2.76). What had no end there is tried once more.
run_emulated() { # PROGRAM
	G_SLICE=always-malloc CK_TIMEOUT_MULTIPLIER=1 \
		$emulator "$1" >"$T/log.emulated" 2>&1 && status=0 || status=$?
	cat "$T/log.emulated"
	[ "$status" -eq 0 ] && return
	grep -q 'Test timeout expired' "$T/log.emulated" || return "$status"
	echo "once more: ${1##*/}, which had no end in the emulator" >&3
	CK_TIMEOUT_MULTIPLIER=1 $emulator "$1"
}

run_all() {
	for test in $tests; do
		if [ "$emulator" ]; then
			run_emulated "$T/build/test_$test" || return
		else
			"$T/build/test_$test" || return
		fi
	done
}

try() { # WHAT COMPILER FLAG...
	what=$1
	shift
	if cannot_run "$@"; then
		echo "skip $what: no $1 here, or nothing to run it on"
		return
	fi
	if build "$@" -O2 -std=c11 -D_GNU_SOURCE "-I$T/root" \
		"-I$T/root/tests/cross" -pthread -fstack-clash-protection \
		>"$T/log" 2>&1 &&
		run_all >>"$T/log" 2>&1; then
		kept=$(grep 'this compiler' "$T/log")
		echo "ok $what: $kept"
		case $kept in
		*'keeps the address'*) nkept=$((nkept + 1)) ;;
		esac
	else
		echo "not ok $what"
		sed 's/^/    /' "$T/log"
		nfailed=$((nfailed + 1))
	fi
}

emulator=
try 'gcc -O2' gcc
try 'clang -O2' clang
try 'the contexts of the C library' gcc -DCTX_UCONTEXT
emulator='qemu-aarch64 -L /usr/aarch64-linux-gnu'
try 'aarch64' aarch64-linux-gnu-gcc -DEMULATED=1
if [ "$nkept" -eq 0 ]; then
	echo 'not ok none keeps the address of errno: who moves proves nothing'
	nfailed=$((nfailed + 1))
fi
[ "$nfailed" -eq 0 ]
