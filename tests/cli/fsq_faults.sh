#!/bin/sh
# conc fsq where the system refuses what is done to files, one call after the
# other: nothing is lost, torn, silent or in two places.
# FAULTS_RUNS=1000000 goes through every call there is.
. "$(dirname "$0")/lib.sh"

library=$(dirname "$CONC")/tests/faults/refuse.so
sweeper=$(dirname "$CONC")/tests/faults/sweep
runs=${FAULTS_RUNS:-80}
memory=/dev/shm
[ -w "$memory" ] || memory=${TMPDIR:-/tmp}
FSQ_ROOT=$(mktemp -d "$memory/conc-cli.XXXXXX")/root
export FSQ_ROOT
trap 'rm -rf "$T" "${FSQ_ROOT%/root}"' EXIT

if [ "${SANITIZE:-}" ] ||
	! LD_PRELOAD=$library conc --version >"$out" 2>&1; then
	skip R12 'refusals' 'nothing can be preloaded here'
	finish
fi

# What is run before and after each: by the shell, with nothing refused.
cat >lib-fsq <<'END'
folder() { # NAME: how many lie there
	set -- "$FSQ_ROOT"/q/"$1"/*
	[ -e "$1" ] || set --
	echo $#
}
renew() { # FOLDER: a queue with three items in it
	rm -rf "$FSQ_ROOT"
	mkdir "$FSQ_ROOT"
	"$CONC" fsq install q
	for n in 0 1 2; do
		echo text >"$FSQ_ROOT/q/$1/_20261121053427_${n}_1_vm_0_a"
	done
}
whole() { # no item is torn
	[ -z "$(find "$FSQ_ROOT/q/queue" -type f ! -size 5c)" ]
}
three() { # each is in one place
	[ $(($(folder queue) + $(folder done) + $(folder fail))) -eq 3 ] &&
		whole
}
END
export CONC
with=". $T/work/lib-fsq;"
echo text >content

# sweep KIND HOW BEFORE AFTER ARGUMENTS...: what did not hold is a fault.
sweep() {
	kind=$1 how=$2 before=$3 after=$4
	shift 4
	ran="sweep $kind $how: conc fsq $*"
	"$sweeper" -s -n "$runs" -x 111 -b "$with $before" -a "$with $after" \
		"$library" "$kind" "$how" "$CONC" fsq "$@" \
		>"$T/sweep" 2>&1 || fault "$(cat "$T/sweep")"
}

# Success is an item more; a failure is none, but where removing what has its
# name already is refused as well.
put='whole && case $1 in
0) [ "$(folder queue)" -eq 4 ] ;;
*) [ "$(folder queue)" -le 4 ] ;;
esac'
put_once='whole && case $1 in
0) [ "$(folder queue)" -eq 4 ] ;;
*) [ "$(folder queue)" -eq 3 ] ;;
esac && [ "$(folder tmp)" -eq 0 ]'
all_done='three && { [ "$1" -ne 0 ] || [ "$(folder done)" -eq 3 ]; }'
all_wait='three && { [ "$1" -ne 0 ] || [ "$(folder queue)" -eq 3 ]; }'
there='[ "$1" -ne 0 ] || "$CONC" fsq stat r >/dev/null'

# What has to be so besides, but where the program fails.
also=true
each_verb() { # KIND HOW PUT
	sweep "$1" "$2" 'renew queue' "$also && $3" enqueue -f content q a
	sweep "$1" "$2" 'renew queue' "$also && $all_done" scan q /bin/true
	sweep "$1" "$2" 'renew queue' three scan -m 2 q /bin/false
	sweep "$1" "$2" 'renew fail' "$also && $all_wait" retry --all q
	sweep "$1" "$2" 'renew queue' "$also && $there" install -d -t r
	sweep "$1" "$2" 'renew queue' "$also && three" down q
	sweep "$1" "$2" 'renew queue' "$also && three" ls q
	sweep "$1" "$2" 'renew queue' "$also && three" stat q
	sweep "$1" "$2" 'renew queue' "$also && three" sweep q
}

point R12 'errors of files: once'
each_verb ENOSPC once "$put_once"
for error in EIO EDQUOT EROFS EACCES ENAMETOOLONG EMFILE; do
	sweep $error once 'renew queue' "$put_once" enqueue -f content q a
	sweep $error once 'renew queue' "$all_done" scan q /bin/true
done

point R12 'errors of files: from a call on'
each_verb EIO from "$put"

point R10 'a sync that fails: nothing is published, and the file is named'
sh -c "$with renew queue"
run env LD_PRELOAD="$library" REFUSE=EIO:8:once REFUSE_LOG="$T/log" \
	conc fsq enqueue -f content q a
expect_status 111
expect_err 'Input/output error'
expect_hint

also='[ "$1" -eq 0 ]'
point R13 'signals interrupt every third call, every fourth, ...'
runs=4
each_verb interrupts every "$put_once"

point R14 'one byte at a time'
runs=2
each_verb short from "$put_once"
also=true

for how in once from; do
	point R15 "memory refused $how"
	runs=${FAULTS_RUNS:-40}
	each_verb memory $how "$put_once"
done

point R16 'processes refused'
runs=4
sweep workers once 'renew queue' "$all_done" scan --jobs 4 q /bin/true
sweep workers from 'renew queue' "$all_done" scan --jobs 4 q /bin/true
runs=8
sweep descriptors once 'renew queue' "$all_done" scan --jobs 4 q /bin/true

finish
