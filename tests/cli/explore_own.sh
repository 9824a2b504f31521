#!/bin/sh
# conc explore on our own mechanisms: every schedule is right, and bugs that
# are planted in copies of them are found
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((120 * slowness))
# A name that has no space in it, whatever the tree is called.
ln -s "$here/../.." tree
lib=tree/lib
own=tree/tests/explore/own

# copy FILE SED...: our FILE, changed, becomes copy/FILE.
copy() {
	file=$1
	shift
	mkdir -p copy/lib
	sed "$@" "$lib/$file" >"copy/lib/$file"
}

# explore ARGUMENT...: where a copy is there, it goes before the original.
explore() {
	run conc explore --time 60s -D_GNU_SOURCE -Icopy -I$own/calm \
		-Itree "$@"
}

proved() {
	explore "$@"
	expect_status 0
	expect_out '^all [0-9]+ schedules explored: no failure possible'
}

# finds WHAT ARGUMENT...
finds() {
	what=$1
	shift
	explore "$@"
	expect_status 1
	expect_out "^$what"
	rm -rf copy
}

point O1 'the ring between two threads'
ring="$own/ring.c $lib/ring.c"
# shellcheck disable=SC2086
{
	proved $ring
	copy ring.h 's/> ring->mask/> ring->mask + 1/'
	finds 'assertion failed|data race' $ring
	copy ring.h 's/n + 1, memory_order_release/n + 1, memory_order_relaxed/'
	finds 'data race' $ring
}

point O2 'the ring for many'
mpmc="$own/mpmc.c $lib/mpmc.c"
# shellcheck disable=SC2086
{
	proved $mpmc
	copy mpmc.h 's/n + 1, memory_order_release/n + 1, memory_order_relaxed/'
	finds 'data race' $mpmc
}

# What sleeps; a semaphore in zeroed memory is for our own C libraries only.
sync="$lib/sync.c $own/calm/roster.c $lib/must.c $lib/clock.c"
calm='s/SPINS_MIN = 8/SPINS_MIN = 1/; s/SPINS_MAX = 512/SPINS_MAX = 1/
	s/stand_in(line, &me);/& semaphore_init(\&me.turn, 0, 0);/'

point O3 'the queue'
bq="$own/bq.c copy/lib/bq.c $lib/bq_items.c $sync"
# shellcheck disable=SC2086
{
	copy bq.c "$calm"
	proved $bq 1 2
	proved $bq 2 1
	copy bq.c -e "$calm" -e 's/next = call_one(&q->poppers);//'
	finds deadlock $bq 1 2
	copy bq.c -e "$calm" -e 's/wake(poppers);//'
	finds deadlock $bq 1 1
	copy bq.c -e "$calm" -e 's/length < room_of(q)/length <= room_of(q)/'
	finds 'assertion failed|bad memory access' $bq 1 2
}

point O4 'the future'
future="$own/future.c copy/lib/future.c $lib/future_wait.c $lib/failure.c"
future="$future $sync"
# shellcheck disable=SC2086
{
	copy future.c ''
	proved $future call
	proved $future cancel
	copy future.c 's/word | LISTENED,/word,/'
	finds deadlock $future cancel
	copy future.c 's/FUTURE_DONE, memory_order_acq_rel/FUTURE_DONE, \
memory_order_relaxed/'
	finds 'data race' $future call
}

point O5 "the line of a pool's jobs, in segments of two"
line="$own/pool_line.c copy/lib/pool_line.c"
small='s/NSLOTS = 256/NSLOTS = 2/; s/NSEGMENTS_FIRST = 16/NSEGMENTS_FIRST = 1/
	s/GROWTH = 4/GROWTH = 2/'
# shellcheck disable=SC2086
{
	copy pool_line.c "$small"
	proved $line
	copy pool_line.c -e "$small" \
		-e 's/(head >= tail_seen)/(head > tail_seen)/'
	finds 'assertion failed|bad memory access' $line
	copy pool_line.c -e "$small" \
		-e 's/line->oldest < first/line->oldest <= first/'
	finds 'assertion failed|bad memory access' $line
}

point O6 'coalescing'
coalesce="$own/coalesce.c copy/lib/coalesce.c"
# shellcheck disable=SC2086
{
	copy coalesce.c ''
	proved $coalesce
	finds 'assertion failed' -DPOLICY=COALESCE_TRYLOCK $coalesce
	copy coalesce.c 's/while (atomic_load(&coalesce->asked) .*/while (0);/'
	finds 'assertion failed' $coalesce
}

finish
