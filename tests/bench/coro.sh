# shellcheck shell=sh
# coro - the rows about coroutines, sourced by run
#
# The peers are programs in peers/, compiled here where their library is. A
# row runs N turns of the same kind in both, so that the start of a process
# (a millisecond; 20 for Python) is in both as well.

peers=$(dirname "$0")/peers

missing_peer() { # WHAT PACKAGE
	echo "not installed: $1 (Debian: apt-get install $2);" \
		"rows that need it are left out"
}

build_coro_peers() {
	: "${CXX:=c++}"
	have_boost=
	have_pth=
	# shellcheck disable=SC2086
	$CXX -O2 -o "$work/coro_boost" "$peers/coro_boost.cc" -lboost_fiber \
		-lboost_context -pthread 2>/dev/null && have_boost=1
	# shellcheck disable=SC2086
	$CC -O2 -o "$work/coro_pth" "$peers/coro_pth.c" -lpth 2>/dev/null &&
		have_pth=1
	[ "$have_boost" ] || missing_peer 'boost.context and boost.fiber' \
		'g++ libboost-context-dev libboost-fiber-dev'
	[ "$have_pth" ] || missing_peer 'GNU Pth' libpth-dev
	command -v python3 >/dev/null || missing_peer python3 python3
}

coro_row() { # LABEL GOAL ROW PEER PEER_ROW N
	row "$1" "$2" "$bin/bench_coro $3 $6" "$4 $5 $6"
}

coroutines() {
	build_coro_peers
	heading 'Coroutines, beside peers'
	if [ "$have_boost" ]; then
		coro_row 'there and back: fcontext' 0.5 switch \
			"$work/coro_boost" switch 20000000
		coro_row 'create, run, free: fcontext' '' life \
			"$work/coro_boost" life 5000000
		coro_row 'create, run, free: boost.fiber' 0.3 life \
			"$work/coro_boost" fiber 2000000
	fi
	if [ "$have_pth" ]; then
		coro_row 'there and back: GNU Pth' '' switch \
			"$work/coro_pth" switch 50000
		coro_row 'create, run, free: GNU Pth' '' life \
			"$work/coro_pth" life 50000
	fi
	coro_row 'there and back: ucontext' '' switch \
		"$bin/bench_coro" ucontext 500000
	command -v python3 >/dev/null &&
		row 'there and back: Python generator' '' \
			"$bin/bench_coro generator 3000000" \
			"python3 $peers/coro_generator.py 3000000"
	[ "$have_boost" ] && "$work/coro_boost" alive 1000000
}
