#!/bin/sh
# spin - search all states of the models of what we lock and claim by hand
#
# Each model has to be free of errors, and spin has to find each of the
# faults that can be planted in it: a model in which it finds none of them
# would show nothing.

set -u

if [ "${SANITIZE:-}" ]; then
	echo 'skip spin: there is nothing to sanitize'
	exit 0
fi
if ! command -v spin >/dev/null; then
	echo 'skip spin: not installed (make deps-dev)'
	exit 0
fi
here=$(cd "$(dirname "$0")" && pwd)
T=$(mktemp -d "${TMPDIR:-/tmp}/conc-spin.XXXXXX") || exit 1
trap 'rm -rf "$T"' EXIT
failed=0

# check MODEL KIND WANTED DEFINITION...: KIND is safety or liveness, WANTED
# the number of errors, 0 or 1.
check() {
	model=$1 kind=$2 wanted=$3 name="$1 $2"
	shift 3
	[ $# -gt 0 ] && name="$name $*"
	mkdir "$T/$name" && cd "$T/$name" || exit 1
	flags='-DSAFETY -DNOCLAIM' search=
	# A planted fault is found before optimising pays.
	[ "$wanted" -eq 0 ] && flags="$flags -O1"
	[ "$kind" = liveness ] && flags='-O1 -DNFAIR=4' search='-a -f'
	spin "$@" -a "$here/$model.pml" >log 2>&1
	# shellcheck disable=SC2086
	${CC:-cc} -w $flags -o pan pan.c >>log 2>&1
	# shellcheck disable=SC2086
	timeout 120 ./pan -m1000000 $search >>log 2>&1
	if grep -q "errors: $wanted\$" log && ! grep -q '^error' log; then
		echo "ok $name: $(awk '/states, stored/ { print $1 }' log)" \
			states
	else
		echo "not ok $name:"
		cat log
		failed=1
	fi
}

check gil safety 0
check gil liveness 0
for fault in 1 2 3; do
	check gil safety 1 -DFAULT=$fault
done
check gil liveness 1 -DFAULT=4
for model in bq ring mpmc coalesce; do
	check $model safety 0
	for fault in 1 2 3 4; do
		check $model safety 1 -DFAULT=$fault
	done
done
check post safety 0
for fault in 1 2 3 4 5; do
	check post safety 1 -DFAULT=$fault
done
check line safety 0
for fault in 1 2 3 4 5 6; do
	check line safety 1 -DFAULT=$fault
done
check shm safety 0
check shm safety 0 -DTEXT=1 -DITEMS=2
for fault in 1 2 3 4 5; do
	check shm safety 1 -DFAULT=$fault
done
for fault in 6 7; do
	check shm safety 1 -DTEXT=1 -DFAULT=$fault
done
check fsq safety 0
check fsq safety 0 -DWORKERS=3 -DKILLS=1
for fault in 1 2 3 4 5; do
	check fsq safety 1 -DFAULT=$fault
done
check pool safety 0
for fault in 1 2 3 4; do
	check pool safety 1 -DFAULT=$fault
done
check portal safety 0
for fault in 1 2 3 4 5 6 7 8; do
	check portal safety 1 -DFAULT=$fault
done
exit $failed
