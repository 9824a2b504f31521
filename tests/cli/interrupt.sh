#!/bin/sh
# ^C, TERM, HUP, stop and continue, at any moment of every command that takes
# its time. INTERRUPTS=100 tries each of its command lines that often.
. "$(dirname "$0")/lib.sh"

models=$(conc primes --list-models | cut -d ' ' -f 1)
engines=$(for m in $models; do
	conc primes 10 --pipeline -q --model "$m" >/dev/null 2>&1 && echo "$m"
done)
# Those whose workers are processes.
apart=$(for m in $models; do
	conc primes 1e6 --model "$m" --threads 2 --json |
		grep -q '"processes": [1-9]' && echo "$m"
done)
TMPDIR=$T/tmp
export TMPDIR
mkdir "$TMPDIR"

# One command line each that takes minutes; a command that has none here is
# over in a moment.
long_lines() {
	for m in $models; do
		echo "primes 1e13 --model $m --threads 3"
		echo "primes 1e11 --print --model $m"
	done
	for m in $engines; do
		echo "primes 1e10 --pipeline --model $m --threads 3 --trace"
	done
	echo 'primes 1e13 --threads 3 --schedule queue --json'
	echo 'primes 1e19 1e19+1e10'
	echo 'primes --nth 1e12'
	echo 'primes 1e11 --print --json'
	echo 'race --n 1e12'
	echo 'gil --work 1h'
	echo 'lock --n 1e12'
	echo 'pool --work 1h'
	echo 'pool isolate --work 1h'
	echo 'map 1h 1h 1h'
	echo 'pfor --work 1h'
	echo 'cpus --jobs 100 --work 1h'
	echo 'futures --delays 1h,1h'
	echo 'rw --n 1e12'
	echo 'queue --items 1e9 --capacity 1'
	echo 'coalesce --poll-cost 1h'
	echo 'lock --n 1e12 --kind ticket'
	echo 'async --pause 1h'
	echo 'loop block --work 1h'
	echo 'loop offload --work 1h'
	echo 'to-thread --job 1h'
	echo "file lines $T/fifo"
	echo "file cat $T/fifo"
	echo 'to-thread --job 1h --abandon'
	echo 'switch --block 1h'
	echo 'switch --block 1h --cancel'
	echo 'green select --second 60s'
	echo 'green select --real-select --second 60s'
	echo 'portal --second 60s'
	echo 'portal run --second 60s'
	echo 'portal spawn --second 60s'
	echo 'portal --close drain --second 60s'
	echo 'philosophers --fix seats --meals 1e9'
	echo 'switchcost --time 1min'
	echo 'switchcost --threads 1,2 --work 1h'
	echo 'gil --kind io --work 1h'
	echo "explore --time 1h $T/program.c"
	echo "lesson verify --lessons $T/course"
	echo 'compare primes --size 1e11'
	echo 'compare sleepers --models procs,shm,async --size 6000 --json'
	echo 'compare queens --size 15 --threads 3 --svg chart.svg'
}

# Nobody ever writes.
mkfifo "$T/fifo"

# More orders than anyone can go through.
cat >"$T/program.c" <<'END'
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *turns(void *unused)
{
	for (int i = 0; i < 100; i++) {
		pthread_mutex_lock(&lock);
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, turns, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
END
mkdir -p "$T/course/01-slow"
cp "$T/program.c" "$T/course/01-slow/check.c"
: >"$T/course/01-slow/mine.c"
printf '%s\n' 'title = slow' 'task = wait' 'file = mine.c' \
	>"$T/course/01-slow/lesson.conf"

point R28 'each command takes its time here, or none'
long_lines >"$T/lines"
# fsq finishes what it has begun; tests/cli/fsq.sh interrupts it. replay goes
# through one order; play, styles and gen are soon done.
for c in $(commands); do
	case $c in
	help | man | completion | procs | fsq) continue ;;
	replay | play | styles | gen) continue ;;
	esac
	expect "a long line for $c" grep -q "^$c " "$T/lines"
done

# strays: processes of this test that are left, zombies apart.
strays() {
	ps -e -o stat=,args= 2>/dev/null | grep -F "$T/bin/conc" |
		grep -v '^Z' | grep -v -e timeout -e grep
}

# The kernel may take a moment to end those whose parent has died.
expect_nobody_left() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		left=$(strays)
		[ "$left" ] || break
		sleep 0.2
	done
	expect "nobody left: $left" [ -z "$left" ]
	# The thread sanitizer, killed at its start, leaves one of its own.
	expect 'no file left' sh -c "! find '$TMPDIR' '$T/work' -type f |
		grep -v -e before -e after -e status -e tsan.rodata"
}

now_ms() {
	echo $(($(date +%s%N) / 1000000))
}

# interrupt SIGNAL DELAY WORDS...: ends by it, soon and without many words.
# timeout makes a signal count that a background shell may have ignored.
interrupt() {
	signal=$1 delay=$2
	shift 2
	ran="kill -$signal after $delay s: conc $*"
	status=0
	begun=$(now_ms)
	timeout -k 20 -s "$signal" --preserve-status "$delay" \
		"$T/bin/conc" "$@" </dev/null >/dev/null 2>"$err" || status=$?
	took=$(($(now_ms) - begun))
	case $signal in
	INT) expect_status 130 ;;
	TERM) expect_status 143 ;;
	HUP) expect_status 129 ;;
	esac
	[ $took -le $((5000 * slowness)) ] || fault "took $took ms"
	[ "$(wc -l <"$err")" -le 20 ] || fault "$(wc -l <"$err") lines"
	expect_clean "$err"
}

# delays N SEED: N moments within the first quarter of a second.
delays() {
	awk -v n="$1" -v seed="$2" 'BEGIN {
		srand(seed)
		for (i = 0; i < n; i++)
			printf "%.4f\n", rand() * rand() * 0.25 + 0.0005
	}'
}

point R28 'an interrupt at any moment: 130, soon, nobody and nothing left'
seed=0
while IFS= read -r words; do
	seed=$((seed + 1))
	for delay in $(delays "${INTERRUPTS:-3}" "${INTERRUPT_SEED:-$seed}"); do
		# shellcheck disable=SC2086
		interrupt INT "$delay" $words
	done
	expect_nobody_left
done <"$T/lines"

point R29 'TERM and HUP likewise'
turn=TERM next=HUP
while IFS= read -r words; do
	# shellcheck disable=SC2086
	interrupt $turn 0.06 $words
	last=$turn turn=$next next=$last
done <"$T/lines"
expect_nobody_left

# to_slow_reader NAME WORDS...: interrupted while nobody reads what it writes.
to_slow_reader() {
	name=$T/slow-$1
	shift
	{
		status=0
		begun=$(now_ms)
		timeout -k 20 -s INT --preserve-status 0.3 \
			"$T/bin/conc" "$@" 2>"$name.err" || status=$?
		echo "$status $(($(now_ms) - begun)) conc $*" >"$name.all"
		mv "$name.all" "$name"
	} | until [ -e "$name" ]; do sleep 0.1; done
}

# All at once, since they do nothing but wait.
point R28 'nobody reads what is written'
for m in $models; do
	to_slow_reader "$m" primes 1e9 --print --model "$m" &
done
for m in $engines; do
	to_slow_reader "pipeline-$m" primes 1e9 --pipeline --trace \
		--model "$m" &
done
to_slow_reader json primes 1e9 --print --json &
wait
for result in "$T"/slow-*; do
	case $result in *.err) continue ;; esac
	read -r status took ran <"$result"
	ran="$ran | sleep"
	cp "$result.err" "$err"
	expect_status 130
	[ "$took" -le $((5000 * slowness)) ] || fault "took $took ms"
done
expect_nobody_left

point R28 'a slow reader gets all the same'
for m in $models; do
	run sh -c "conc primes 1e6 --print --model $m | (sleep 0.3; wc -l)"
	expect_out '^ *78498$'
done

# until_state REGEX PID: the process is in that state, within half a minute: a
# disk that is busy for others can keep it from stopping for long.
until_state() {
	for _ in $(seq 3000); do
		sed 's/.*) //' "/proc/$2/stat" 2>/dev/null |
			grep -q "^$1" && return 0
		sleep 0.01
	done
	return 1
}

# child_of PID: its first child, once there is one.
child_of() {
	for _ in $(seq 1000); do
		child=$(cat "/proc/$1/task/$1/children" 2>/dev/null)
		[ "$child" ] && break
		sleep 0.01
	done
	echo "${child%% *}"
}

# start WORDS...: in the background; sets shell, and conc to its process.
start() {
	ran="conc $*"
	timeout --preserve-status 60 "$T/bin/conc" "$@" \
		>"$out" 2>"$err" </dev/null &
	shell=$!
	conc=$(child_of $shell)
}

await() {
	status=0
	wait $shell || status=$?
}

if [ -e "/proc/$$/task/$$/children" ]; then
	point R29 'stopped and continued, it goes on and is right'
	for m in $models; do
		start primes 1e9 -q --model "$m" --threads 2
		kill -TSTP "$conc"
		until_state T "$conc" || [ ! -e "/proc/$conc" ] ||
			fault 'it did not stop'
		kill -CONT "$conc"
		await
		expect_status 0
		expect_out '^50847534$'
		expect_no_err
	done

	point R29 'a stopped worker does not keep an interrupt away'
	for m in $apart; do
		for words in 1e13 '1e9 --pipeline'; do
			case " $(echo $engines) " in
			*" $m "*) ;;
			*) words=1e13 ;;
			esac
			# shellcheck disable=SC2086
			start primes $words --model "$m" --threads 2
			worker=$(child_of "$conc")
			kill -STOP "$worker"
			until_state T "$worker" || fault 'it did not stop'
			kill -INT "$conc"
			await
			expect_status 130
		done
	done
	expect_nobody_left

	point R29 'a second interrupt while the first is honoured'
	while IFS= read -r words; do
		# shellcheck disable=SC2086
		start $words
		kill -INT "$conc"
		sleep 0.005
		kill -TERM "$conc" 2>/dev/null
		await 2>/dev/null
		case $status in
		130) ;;
		# Too late for an echo: the end at once, whatever is left.
		143) find "$TMPDIR" "$T/work" -type f -delete ;;
		*) expect_status 130 ;;
		esac
	done <"$T/lines"
	expect_nobody_left
else
	skip R29 'stop, continue, interrupt again' 'no /proc to find children'
fi

# Whether this test's conc is there, or has shown that it is at work.
at_work() { # REGEX
	case $1 in
	'') ps -e -o comm=,args= | grep -q "^conc .*$T/bin/conc" ;;
	*) grep -q "$1" "$out" ;;
	esac
}

# The keys themselves: \003 is ^C. They are pressed when conc is there, or
# when what it shows matches.
press() { # REGEX KEYS COMMANDLINE
	ran="on a terminal, keys pressed: $3"
	: >"$out"
	{
		for _ in $(seq 1000); do
			at_work "$1" && break
			sleep 0.01
		done
		sleep 0.2
		printf '%b' "$2"
		sleep 0.3
	} | timeout -k 1 $((30 * slowness)) script -qec "
			trap : INT
			stty -a >before
			$3
			echo \$? >status
			stty -a >after" /dev/null >"$out" 2>&1
	status=$(cat status)
	expect_status 130
	expect_same 'the terminal before and after' before after
	rm -f before after status
}

if have script; then
	point R28 '^C on a terminal, which is left as it was'
	for words in "primes 1e13 --model async" "primes 1e13 --model procs" \
		"primes 1e10 --pipeline" "compare sleepers --size 6000"; do
		press '' '\003' "$T/bin/conc $words"
	done
	press ETA '\003' "$T/bin/conc primes 1e13"
	expect 'the progress is erased' \
		sh -c "tr '\r' '\n' <'$out' | grep -q '^$escape\[K'"
	press '' '\003\003' "$T/bin/conc primes 1e13 --model shm"
	conc lesson start "$T/workshop" >/dev/null
	press 'q quit' '\003' \
		"$T/bin/conc lesson watch --workshop $T/workshop"
	press '' '\003' "$T/bin/conc primes 1e9 --print | sleep 100"
	expect_nobody_left
else
	skip R28 '^C on a terminal' 'script is not installed'
fi

finish
