#!/bin/sh
# conc fsq: every verb, and the Z cases that can be seen from outside
. "$(dirname "$0")/lib.sh"

FSQ_ROOT=$T/root
export FSQ_ROOT
mkdir "$FSQ_ROOT"
Q=$FSQ_ROOT/q

# holds FOLDER N: so many items lie in a folder of q.
holds() {
	n=$(find "$Q/$1" -mindepth 1 -printf x | wc -c)
	[ "$n" -eq "$2" ] || fault "$1/ has $n items instead of $2"
}

# wait_for COMMAND...: until it succeeds; 10 s at most.
wait_for() {
	for _ in $(seq 1000); do
		"$@" && return
		sleep 0.01
	done
	fault "waited in vain for: $*"
}

renew() {
	rm -rf "${FSQ_ROOT:?}/q"
	conc fsq install q || fault 'no queue'
}

for v in $(conc help --verbs | sed -n "s/^fsq //p"); do
	point 3 "help of $v, three times the same, with an example"
	run conc help fsq "$v"
	expect_status 0
	expect_out "^Usage: conc fsq $v "
	expect_out '^Examples:'
	cp "$out" "$T/help"
	for form in "$v --help" "$v -h" "--help $v"; do
		# shellcheck disable=SC2086
		run conc fsq $form
		expect_same "help of $v and $form" "$T/help" "$out"
	done
	expect "lines of help $v" awk 'length > 80 { exit 1 }' "$T/help"
	run conc fsq "$v"
	expect_status 100
	expect_err 'needs '
	expect_hint
	run conc fsq "$v" --nonsense
	expect_status 100
	expect_hint
done

point Z6 'names that no queue can have'
for name in '' . .. a/b /; do
	run conc fsq install "$name"
	expect_status 100
	expect_err 'cannot name a queue'
	expect_hint
done
expect 'nothing was made' [ -z "$(ls -A "$FSQ_ROOT")" ]

point Z7 'install, again, ignoring and with force'
run conc fsq install q
expect_status 0
expect_no_err
run conc fsq install q
expect_status 111
expect_err "^conc fsq: queue 'q' exists\$"
expect_hint
conc fsq enqueue -e q a >/dev/null
run conc fsq install -i q
expect_status 0
holds queue 1
run conc fsq install -f q
expect_status 0
holds queue 0
expect 'no hidden directories' [ "$(ls -A "$FSQ_ROOT")" = q ]
run conc fsq --root "$T/nosuch" install q
expect_status 111
expect_hint

point Z8 'wrong modes, users and numbers in the environment'
for set in FSQ_ITEM_MODE=9 FSQ_MAX_TRIES=x FSQ_TTL=-1 FSQ_DELIMITER=%; do
	run env "$set" conc fsq scan q true
	expect_status 100
	expect_err 'FSQ_[A-Z_]*.* '
	expect_hint
done
run env FSQ_QUEUE_USER=nosuchuser conc fsq install r
expect_status 100
run stat -c %a "$Q" "$Q/queue"
expect_out '^2770$'

point Z4 'enqueue from a file, a pipe, a FIFO, or nothing'
renew
head -c 100000 /dev/urandom >data
mkfifo fifo
cat data >fifo &
run sh -c 'conc fsq enqueue -f data q file &&
	cat data | conc fsq enqueue q pipe &&
	conc fsq enqueue -f fifo q fifo && conc fsq enqueue -e q empty'
expect_status 0
expect 'four ids' [ "$(wc -l <"$out")" -eq 4 ]
while IFS= read -r id; do
	case $id in
	*_empty) expect "$id" [ ! -s "$Q/queue/$id" ] ;;
	*) expect "$id" cmp data "$Q/queue/$id" ;;
	esac
done <"$out"
holds tmp 0
run conc fsq enqueue -f nosuch q
expect_status 111
expect_err "'nosuch': No such file"
expect_hint
for words in '-f / q' '-f . q'; do
	# shellcheck disable=SC2086
	run conc fsq enqueue $words
	expect_status 111
	expect_err 'cannot read .*: Is a directory'
	expect_hint
done
run sh -c 'conc fsq enqueue q <&-'
expect_status 111
expect_err 'cannot read stdin'
expect_hint
holds tmp 0

point Z1 'arguments come as they were given'
renew
run conc fsq enqueue -e q 'a b' _ %5f '' .. 'x/y' "$(printf 'n\nl')" é
expect_status 0
run conc fsq scan q sh -c 'for a; do printf "[%s]" "$a"; done' sh first
expect_status 0
expect 'the same' [ "$(cat "$out")" = "$(printf \
	'[first][a b][_][%%5f][][..][x/y][n\nl][é]')" ]
holds 'done' 1

point Z3 'ls shows arguments and no control bytes'
conc fsq enqueue -e q "x${escape}[31m" >/dev/null
run conc fsq ls q
expect_status 0
expect_clean "$out"
if have jq; then
	run conc fsq ls q --json
	expect 'JSON' jq -e '.items[0].arguments | length == 1' "$out"
	run conc fsq stat q --json
	expect 'JSON' jq -e '.waiting == 1 and .done == 1' "$out"
fi

point Z2 'other delimiters'
renew
FSQ_DELIMITER=: FSQ_ENCODE='=' conc fsq enqueue -e q a_b c:d >/dev/null
expect 'the name' sh -c "ls '$Q/queue' | grep -q ':a_b:c=3ad\$'"
run env FSQ_ENCODE='=' conc fsq scan q echo
expect_out '^a_b c:d$'

point Z4 'a line with a 0 byte is refused, those before it are there'
renew
run sh -c "printf 'a\nb\0c\nd\n' | conc fsq enqueue -b q"
expect_status 111
expect_err 'a line has a 0 byte'
expect_hint
holds queue 1
holds tmp 0

point Z5 '10 processes put 10 items each'
renew
for p in 1 2 3 4 5 6 7 8 9 10; do
	(seq 10 | conc fsq enqueue --batch --fast q "$p" >/dev/null) &
done
wait
holds queue 100
holds tmp 0

point Z11 'what a status makes of an item'
for s in 0=done 100=fail 111=fail 7=fail; do
	renew
	conc fsq enqueue -e q >/dev/null
	run conc fsq scan q sh -c "exit ${s%=*}"
	expect_status "$([ $s = 0=done ] && echo 0 || echo 111)"
	holds "${s#*=}" 1
done
renew
conc fsq enqueue -e q >/dev/null
# shellcheck disable=SC2016
run conc fsq scan q sh -c 'kill -9 $$'
expect_status 111
holds fail 1

point Z12 'tries and time to live'
renew
conc fsq enqueue -e q >/dev/null
run conc fsq scan -m 2 q sh -c 'exit 111'
expect_err 'to be tried again'
holds queue 1
run conc fsq scan -m 2 q sh -c 'exit 111'
expect_status 111
holds fail 1
renew
touch "$Q/queue/_20200101000000_0_1_vm_0_old"
run conc fsq scan -t 60 q true
expect_status 111
holds fail 1

point Z17 'a malformed name is failed and the scan goes on'
renew
touch "$Q/queue/nonsense" "$Q/queue/_a%zz"
conc fsq enqueue -e q good >/dev/null
run conc fsq scan q echo
expect_status 111
expect_err "'nonsense' failed: "
expect_out '^good$'
holds fail 2
holds 'done' 1

point Z20 'a name that is too long'
run conc fsq enqueue -e q "$(printf '%0300d' 0)"
expect_status 111
expect_err 'too long'
expect_hint
holds tmp 0

point Z9 'down and up, twice each; down is seen between items'
renew
for verb in down down up up; do
	run conc fsq $verb q
	expect_status 0
done
run conc fsq down nosuch
expect_status 111
expect_hint
seq 3 | conc fsq enqueue --batch --fast q >/dev/null
run conc fsq scan q sh -c 'conc fsq down q'
expect_status 111
expect_err "queue 'q' is down"
holds 'done' 1
holds queue 2
run conc fsq scan -i q true
expect_status 0
holds queue 0

point Z10 'a trigger without a listener, and with one'
run conc fsq trigger q
expect_status 111
expect_err 'has no trigger'
conc fsq install -f -t q
run conc fsq trigger q
expect_status 111
expect_err 'no listener'
run conc fsq trigger -i q
expect_status 0

point Z14 'kill -9 of a scanner: the program keeps its item until it ends'
renew
conc fsq enqueue -e q >/dev/null
mkfifo gate
conc fsq scan q sh -c 'echo $$ >started; read -r x <gate' &
scanner=$!
wait_for test -s started
kill -9 $scanner
wait $scanner 2>/dev/null
run conc fsq scan q touch second
expect_status 0
expect 'nobody else ran it' [ ! -e second ]
# A kernel shows the lock of a process that is dead to the first PID
# namespace alone.
run conc fsq stat q
[ "$(readlink /proc/self/ns/pid)" != 'pid:[4026531836]' ] ||
	expect_out '^running  1$'
echo go >gate
wait_for sh -c 'conc fsq scan -q q touch second; test -e second'
holds 'done' 1

point Z15 'kill -9 of both: the item waits as it was'
renew
rm -f started
conc fsq enqueue -e q >/dev/null
conc fsq scan q sh -c 'echo $$ >started; exec sleep 100' &
scanner=$!
wait_for test -s started
kill -9 $scanner "$(cat started)"
wait $scanner 2>/dev/null
expect 'tries are 0' sh -c "ls '$Q/queue' | grep -q '_0\$'"
wait_for sh -c "conc fsq scan -q q true; [ \"\$(ls '$Q/done')\" ]"

point R2 '4 scanners run each of 300 items once'
renew
seq 300 | conc fsq enqueue --batch --fast q >/dev/null
for s in 1 2 3 4; do
	FSQ_TTL=0 conc fsq scan -q --jobs 2 q echo >"ran$s" &
done
wait
expect 'each once' sh -c 'cat ran? | sort -n | uniq | wc -l | grep -qx 300 &&
	[ "$(cat ran? | wc -l)" -eq 300 ]'
holds 'done' 300

point Z19 'watch runs what comes, and TERM ends it after its item'
renew
conc fsq watch -v q echo >watched 2>/dev/null &
watcher=$!
for word in one two three; do
	conc fsq enqueue -e q $word >/dev/null
	wait_for grep -qs $word watched
done
kill -TERM $watcher
wait $watcher
expect 'died of TERM' [ $? -eq 143 ]
holds 'done' 3

point 29 'TERM: what runs is finished, nothing is begun'
renew
rm -f started
seq 2 | conc fsq enqueue --batch --fast q >/dev/null
conc fsq scan q sh -c 'echo $$ >started; read -r x <gate' &
scanner=$!
wait_for test -s started
kill -TERM $scanner
echo go >gate
wait $scanner
expect 'died of TERM' [ $? -eq 143 ]
holds 'done' 1
holds queue 1

point Z24 'a rate spaces the items'
renew
seq 4 | conc fsq enqueue --batch --fast q >/dev/null
start=$(date +%s%N)
run conc fsq scan -r 10 q true
expect 'no less than 0.3 s' [ $(($(date +%s%N) - start)) -ge 300000000 ]

point 37 'done, fail, retry by hand, and uninstall wants --yes'
renew
a=$(conc fsq enqueue -e q a)
b=$(conc fsq enqueue -e q b)
run conc fsq 'done' q "$a"
expect_status 0
run conc fsq fail q "$b"
expect_status 0
holds 'done' 1
holds fail 1
run conc fsq retry q "$b"
expect_status 0
run conc fsq retry --all --done q
expect_status 0
holds queue 2
run conc fsq 'done' q nosuch
expect_status 111
expect_hint
run conc fsq retry q
expect_status 100
run conc fsq uninstall q
expect_status 100
expect_err '--yes'
run conc fsq uninstall --yes q
expect_status 0
expect 'it is gone' [ -z "$(ls -A "$FSQ_ROOT")" ]

point 38 'sweep --dry-run changes nothing'
renew
touch -d '40 hours ago' "$Q/tmp/old"
touch "$Q/tmp/new"
run conc fsq sweep --dry-run q
expect_status 0
expect_out '^old'
holds tmp 2
run conc fsq sweep q
holds tmp 1

# A sanitizer starts processes of its own, and looks for leaks by ptrace.
if [ -z "${SANITIZE:-}" ] && have strace &&
	strace -o "$T/probe" true 2>/dev/null; then
	point R16 'no more processes: fewer at once, and it is said once'
	renew
	seq 4 | conc fsq enqueue --batch --fast q >/dev/null
	run strace -f -o trace -e trace=clone \
		-e inject=clone:error=EAGAIN:when=2 \
		conc fsq scan --jobs 3 q echo
	expect_status 0
	expect_err 'going on with 1 at once: Resource temporarily unavailable'
	expect 'once' [ "$(wc -l <"$err")" -eq 1 ]
	holds 'done' 4
	expect 'each once' [ "$(sort -u "$out" | wc -l)" -eq 4 ]
else
	skip R16 'no more processes' 'no strace, or a sanitizer'
fi

point R12 'a timeout ends a program'
renew
conc fsq enqueue -e q >/dev/null
run conc fsq scan --timeout 1 q sleep 100
expect_status 111
expect_err 'failed: timed out'
holds fail 1

point 12 'a program that is not there fails no item'
renew
conc fsq enqueue -e q >/dev/null
run conc fsq scan q ./nosuch
expect_status 111
expect_err "cannot run './nosuch'"
expect_hint
holds queue 1

point 33 'a full stdout is no success'
run sh -c 'conc fsq ls q >/dev/full'
expect_status 111

point Z18 'a queue that is gone'
for words in 'ls q' 'stat q' 'scan q true' 'enqueue -e q' 'down q' 'up q' \
	'sweep q' 'trigger q' 'retry --all q' 'uninstall --yes q'; do
	rm -rf "$Q"
	# shellcheck disable=SC2086
	run conc fsq $words
	expect_status 111
	expect 'two lines' [ "$(wc -l <"$err")" -eq 2 ]
	expect_hint
done

if [ "$(id -u)" = 0 ] && mkdir full &&
	mount -t tmpfs -o size=300k none full 2>/dev/null; then
	point R11 'a full disk'
	FSQ_ROOT=$T/work/full
	Q=$FSQ_ROOT/q
	conc fsq install q
	head -c 1000000 /dev/zero >large
	run conc fsq enqueue -f large q
	expect_status 111
	expect_err 'No space left'
	expect_hint
	holds tmp 0
	holds queue 0
	run conc fsq enqueue -e q
	expect_status 0
	mount -o remount,ro full
	run conc fsq enqueue -e q
	expect_status 111
	expect_err 'Read-only'
	umount full
	FSQ_ROOT=$T/root
	Q=$FSQ_ROOT/q
else
	skip R11 'a full disk' 'no tmpfs can be mounted here'
fi

point README 'the script of the README does what it says'
rm -rf readme
mkdir -p readme/pictures
for n in 1 2 3 4 5; do
	echo $n >"readme/pictures/$n.jpg"
done
awk '/^## A queue for real work/ { on = 1 }
	/^```/ && on { if (inside) exit; inside = 1; next }
	inside' "$here/../../README.md" >readme/script
expect 'there is a script' grep -q 'conc fsq scan' readme/script
run sh -c 'cd readme && sh -e ./script'
expect_status 0
expect_out '^done     5$'
expect 'all are there' [ "$(ls readme/thumbs | wc -l)" -eq 5 ]

finish
