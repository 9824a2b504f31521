# shellcheck shell=sh
# pool - the rows about thread pools, sourced by run after coro.sh
#
# Each pool is a program: peers/pool.h says what they are asked to do. Those of
# others are compiled here where their library is.

build_pool_peer() { # NAME SOURCE MODULE PACKAGE
	set -- "$1" "$peers/$2" "$3" "$4" "$(dirname "$0")/../.."
	compiler=$CC
	case $2 in *.cc) compiler=${CXX:-c++} ;; esac
	# shellcheck disable=SC2046,SC2086
	$compiler -O2 -D_GNU_SOURCE -I"$5" -o "$work/pool_$1" "$2" \
		$(${PKG_CONFIG:-pkg-config} --cflags --libs "$3" 2>/dev/null) \
		-pthread 2>/dev/null || missing_peer "$3" "$4"
}

pool_row() { # LABEL GOAL CASE PEER
	[ -x "$work/pool_$4" ] &&
		row "$1" "$2" "$bin/pool_conc $3" "$work/pool_$4 $3"
}

# Half the time of sequential work is the best that two could do, and what two
# threads take that need no pool is what two can do here. A ring and a mutex
# take no more than it costs that two share a line at all: about as long for
# each task as a cache line takes from one processor to the other.
microseconds() {
	build_pool_peer ring pool_ring.c '' ''
	measure "$ROUNDS" "$bin/pool_conc us 2" "$bin/pool_conc inline" \
		"$bin/pool_conc plain 2" "$work/pool_ring us 2" || return
	micros_row '100,000 of 1 us, 2 workers: a loop' 1 2 0.53
	micros_row '100,000 of 1 us: 2 plain threads' 1 3 1.06
	micros_row '100,000 of 1 us: mutex and array' 1 4 ''
	micros_row '2 plain threads: a loop' 3 2 ''
	micros_row 'mutex and array: a loop' 4 2 ''
}

micros_row() { # LABEL A B GOAL
	ratio=$(figure ratio "$2" "$3")
	printf '%-36s %10s %10s %7s %7s %s\n' "$1" "$(figure time "$2")" \
		"$(figure time "$3")" "$ratio" "${4:+<= $4}" \
		"$(verdict "$ratio" "$4")"
}

pools() {
	build_pool_peer glib pool_glib.c glib-2.0 libglib2.0-dev
	build_pool_peer uv pool_uv.c libuv libuv1-dev
	build_pool_peer tbb pool_tbb.cc tbb 'g++ libtbb-dev'
	heading 'Thread pools: no-ops, round trips, microseconds'
	pool_row '1,000,000, 1 worker: GThreadPool' 0.5 'noop 1' glib
	pool_row '1,000,000, 2 workers: GThreadPool' '' 'noop 2' glib
	pool_row '1,000,000, 2 workers: task_group' 0.6 'noop 2' tbb
	pool_row '1,000,000, 2 workers: uv_queue_work' 0.3 'noop 2' uv
	pool_row '20,000 round trips: GThreadPool' 0.3 trip glib
	pool_row '20,000 round trips: uv_queue_work' '' trip uv
	microseconds
}
