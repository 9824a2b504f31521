#!/bin/sh
# conc - command lines under valgrind, every model among them
#
# RUNNER is valgrind with its options, CONC the program (make valgrind).

: "${CONC:?}" "${RUNNER?}"
failed=0

try() { # ARGUMENT...
	if $RUNNER "$CONC" "$@" >/dev/null; then
		echo "ok conc $*"
	else
		echo "not ok conc $*: exit status $?"
		failed=1
	fi
}

# The driver of the explorer; 1 is a failure that was found.
explore() { # COMMAND ARGUMENT...
	status=0
	$RUNNER "$CONC" "$@" </dev/null >/dev/null || status=$?
	if [ $status -le 1 ]; then
		echo "ok conc $*"
	else
		echo "not ok conc $*: exit status $status"
		failed=1
	fi
}

try --version
try help primes
try man primes
try completion bash
try primes 1e5 --sum --json
explored=$(dirname "$0")/../explore
explore explore "$explored/programs/past_array.c"
explore explore -DFIXED "$explored/programs/two_locks.c"
explore explore --json --isolate "$explored/programs/two_locks.c"
explore explore --memory tso "$explored/weak/dekker.c"
explore explore --processes "$explored/processes/lost_child.c"
explore play "$explored/programs/posts_early.c"
try primes 1000 --print
try primes 1e12 1e12+1e4 --twins
for model in $("$CONC" primes --list-models |
		awk '$1 ~ /^[a-z]/ && $1 != "name" { print $1 }'); do
	try primes 1e5 --model "$model" --threads 2
done
for model in procs threads async; do
	try primes 1000 --pipeline --model $model --threads 2 --block 10
done
try compare counter --models threads --runs 1
try race --n 1000
try race --schedule 1,2,2,1 --mode mutex
try gil --work 1ms
try switchcost --time 0 --samples 1
try philosophers
try philosophers --fix waiter --meals 5
try lock --n 500
try lock abba --n 10
try lock release
try rw --n 50
try pool --work 1ms --trace
try pool --cancel pending
try pool --shutdown cancel
try pool --nested refuse
try pool --resize 2
try pool --detached
try pool isolate --work 1ms
try map 0 0
try pfor --work 0
try futures --delays 0,0
try cpus --set 3 --then 1 --work 0
try to-thread --job 1h --cancel-after 0 --ask
try portal share
try portal run --second 1ms
try portal --close cancel
try file lines /dev/null
try async gen
try switch --block 1ms --cancel
try switch --decorated
try switch calls
try switch call-async
try queue -n 500 --capacity 2
try queue -n 500 --capacity 0
try coalesce --updates 20 --policy pool
try coalesce --scenario stranded
try gen squares --swap
try gen send --explain
try gen geometric --p 0.5
try gen many --live 50
exit $failed
