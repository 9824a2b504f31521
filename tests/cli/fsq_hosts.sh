#!/bin/sh
# conc fsq: hosts, owners, modes, and the letters of the original
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

wait_for() {
	for _ in $(seq 1000); do
		"$@" && return
		sleep 0.01
	done
	fault "waited in vain for: $*"
}

renew() {
	rm -rf "${FSQ_ROOT:?}/q"
	conc fsq install -a h1 -a h2 q || fault 'no queue'
}

point Z22 'hosts are added and removed'
conc fsq install q
run conc fsq add-host h1 q
expect_status 0
expect_no_out
expect 'its folders' [ "$(ls "$Q/hosts/h1")" = 'done
fail
queue
tmp' ]
expect 'modes' [ "$(stat -c %a "$Q/hosts" "$Q/hosts/h1" | sort -u)" = 2770 ]
run conc fsq add-host h1 q
expect_status 111
expect_err "queue 'q' has host 'h1' already"
expect_hint
run conc fsq add-host -i h1 q
expect_status 0
run conc fsq add-host -f -d h1 q
expect_status 0
expect 'its name is whole' [ "$(ls -A "$Q/hosts")" = h1 ]
expect 'it is down' [ -e "$Q/hosts/h1/down" ]
for bad in '' . .. a/b; do
	run conc fsq add-host "$bad" q
	expect_status 100
	expect_err 'cannot name a host'
	expect_hint
done
run conc fsq add-host h1 nosuch
expect_status 111
expect_hint
run conc fsq rm-host h1 q
expect_status 0
expect 'it is gone' [ -z "$(ls -A "$Q/hosts")" ]
run conc fsq rm-host h1 q
expect_status 111
expect_hint
run conc fsq rm-host -i h1 q
expect_status 0

point Z22 'every host gets every item, under its own id'
renew
printf body | conc fsq enqueue q x >/dev/null
seq 2 | conc fsq enqueue --batch q >/dev/null
run conc fsq host-dist q
expect_status 0
expect_out '^3 items to 2 hosts$'
holds hosts/h1/queue 3
holds hosts/h2/queue 3
holds 'done' 3
expect_same 'names' "$(ls "$Q/done" >a; echo a)" \
	"$(ls "$Q/hosts/h2/queue" >b; echo b)"
run conc fsq host-dist q h1 nosuch
expect_status 111
expect_err "no host 'nosuch'"
conc fsq enqueue -e q y >/dev/null
run conc fsq host-dist -I q h1
expect_out '^1 item to 1 host$'
holds hosts/h1/queue 4
holds hosts/h2/queue 3
if have jq; then
	run conc fsq host-dist q --json
	expect 'JSON' jq -e '.items == 0 and .hosts == 2' "$out"
fi
run conc fsq rm-host h1 q
expect_status 111
expect_err 'items wait'
expect_hint
expect 'it is not down' [ ! -e "$Q/hosts/h1/down" ]
run conc fsq rm-host -f h1 q
expect_status 0
conc fsq install r
run conc fsq host-dist r
expect_status 111
expect_err 'has no hosts'
expect_hint
run conc fsq scan -a r true
expect_status 111
expect_err 'has no hosts'

point Z22 'hosts are scanned merged by id, with FSQ_ITEM_HOST'
renew
for n in 1 2 3 4; do
	touch "$Q/hosts/h$((2 - n % 2))/queue/_2026010100000${n}_0_1_vm_0_$n"
done
conc fsq enqueue -e q main >/dev/null
# shellcheck disable=SC2016
run conc fsq scan -a q sh -c 'echo "$FSQ_ITEM_HOST $1"' sh
expect_status 0
expect 'in their order' [ "$(cat "$out")" = 'h1 1
h2 2
h1 3
h2 4' ]
holds queue 1
holds hosts/h1/done 2
touch "$Q/hosts/h1/queue/_20260101000000_0_1_vm_0_b" \
	"$Q/hosts/h2/queue/_20260101000000_0_1_vm_0_c"
run conc fsq scan -A h2 q echo
expect_out '^c$'
holds hosts/h1/queue 1
run conc fsq scan -A h2 -A h1 q echo
expect_out '^b$'
# shellcheck disable=SC2016
run conc fsq scan q sh -c 'echo "[${FSQ_ITEM_HOST-none}]"'
expect_out '^\[none\]$'
run conc fsq scan -a -A h1 q true
expect_status 100
expect_hint
run conc fsq scan -A nosuch q true
expect_status 111
expect_err "no host 'nosuch'"

point Z22 'a host is stopped alone, and all with their queue'
renew
seq 2 | conc fsq enqueue --batch --fast q >/dev/null
conc fsq host-dist q >/dev/null
run conc fsq down-host h1 q
expect_status 0
run conc fsq down-host h1 q
expect_status 0
run conc fsq scan -a q true
expect_status 111
expect_err "host 'h1' of queue 'q' is down"
expect_hint
holds hosts/h1/queue 2
holds hosts/h2/queue 0
run conc fsq up-host h1 q
run conc fsq down q
run conc fsq scan -A h1 q true
expect_status 111
expect_err "queue 'q' is down"
holds hosts/h1/queue 2
run conc fsq scan -i -A h1 q true
expect_status 0
holds hosts/h1/queue 0
run conc fsq down-host nosuch q
expect_status 111
expect_hint

point Z22 'watch sees items of hosts that are added while it runs'
renew
conc fsq watch -a q echo >watched 2>/dev/null &
watcher=$!
conc fsq enqueue -e q one >/dev/null
conc fsq host-dist q h1 >/dev/null
wait_for grep -qs one watched
conc fsq rm-host -f h2 q
conc fsq add-host h3 q
conc fsq enqueue -e q three >/dev/null
conc fsq host-dist q h3 >/dev/null
wait_for grep -qs three watched
kill -TERM $watcher
wait $watcher
expect 'died of TERM' [ $? -eq 143 ]

point Z10 'the FIFO of hosts wakes'
renew
conc fsq add-host -t h4 q
expect 'a FIFO' [ -p "$Q/hosts-trigger-s" ]
run conc fsq host-dist -t q
expect_status 0

point Z8 'owners and modes by option and by environment'
rm -rf "$Q"
run conc fsq install -m 0750 q
expect_status 0
expect 'mode' [ "$(stat -c %a "$Q" "$Q/tmp" | sort -u)" = 750 ]
(umask 0 && conc fsq enqueue -e -m 604 q >/dev/null)
expect 'mode' [ "$(stat -c %a "$Q"/queue/*)" = 604 ]
(umask 077 && conc fsq enqueue -e -m 0666 q z >/dev/null)
expect 'umask' [ "$(stat -c %a "$Q"/queue/*_z)" = 600 ]
conc fsq down -m 600 q
expect 'mode of down' [ "$(stat -c %a "$Q/down")" = 600 ]
conc fsq down -m 640 q
expect 'mode of down' [ "$(stat -c %a "$Q/down")" = 640 ]
conc fsq up q
for words in 'install -m 9 s' 'install -m 77777 s' 'install -o nosuchuser s' \
	'install -g nosuchgroup s' 'enqueue -e -m x q' \
	'enqueue -e -u nosuchuser q' 'down -u nosuchuser q' \
	'--charset latin1 ls q' '--tmp-name queue ls q' \
	'--done-name a/b ls q'; do
	# shellcheck disable=SC2086
	run conc fsq $words
	expect_status 100
	expect_err 'nosuch|is not '
	expect_hint
done
expect 'nothing was made' [ ! -e "$FSQ_ROOT/s" ]
expect 'it is not down' [ ! -e "$Q/down" ]
if [ "$(id -u)" = 0 ]; then
	run conc fsq install -f -o 12 -g 34 q
	expect 'owner' [ "$(stat -c %u:%g "$Q" "$Q/fail" | sort -u)" = 12:34 ]
	run conc fsq enqueue -e -u 56 -g 78 q
	expect 'owner' [ "$(stat -c %u:%g "$Q"/queue/*)" = 56:78 ]
	run conc fsq down -u 56 -g 78 q
	expect 'owner' [ "$(stat -c %u:%g "$Q/down")" = 56:78 ]
fi

point 3.5 'each variable is looked at, and a bad value is named'
for set in FSQ_CHARSET=latin1 FSQ_DELIMITER= FSQ_DELIMITER=xx FSQ_DELIMITER=é \
	FSQ_ENCODE=/ FSQ_ENCODE=_ FSQ_TIMEFMT= FSQ_QUEUE=a/b FSQ_DONE=. \
	FSQ_FAIL= FSQ_TMP=.. FSQ_DOWN=queue FSQ_TRIGGER=/ FSQ_HOSTS=done \
	FSQ_HOSTS_TRIGGER= FSQ_ITEM_USER=nosuchuser FSQ_ITEM_GROUP=nosuchgroup \
	FSQ_QUEUE_USER=nosuchuser FSQ_QUEUE_GROUP=nosuchgroup FSQ_ITEM_MODE=9 \
	FSQ_QUEUE_MODE=x FSQ_FAIL_TMP=256 FSQ_FAIL_PERM=-1 FSQ_SUCCESS=a \
	FSQ_USE_TRIGGER=yes FSQ_LOCK=no FSQ_MAX_TRIES=1.5 FSQ_TTL=4294967296; do
	run env "$set" conc fsq scan q true
	expect_status 100
	case $set in
	*nosuch*) expect_err 'there is no (user|group)' ;;
	*) expect_err "${set%%=*}" ;;
	esac
	expect_hint
done

point 3.5 'each variable has its effect'
rm -rf "$Q"
FSQ_QUEUE=a FSQ_DONE=b FSQ_FAIL=c FSQ_TMP=d FSQ_DOWN=e FSQ_TRIGGER=f
FSQ_HOSTS=g FSQ_HOSTS_TRIGGER=h FSQ_USE_TRIGGER=1 FSQ_TIMEFMT=%s
FSQ_EXEC_DIR=$PWD/programs
export FSQ_QUEUE FSQ_DONE FSQ_FAIL FSQ_TMP FSQ_DOWN FSQ_TRIGGER FSQ_HOSTS \
	FSQ_HOSTS_TRIGGER FSQ_USE_TRIGGER FSQ_TIMEFMT FSQ_EXEC_DIR
conc fsq install -d -a host q
expect 'names' [ "$(ls "$Q" | tr '\n' ' ')" = 'a b c d e f g h ' ]
conc fsq up q
conc fsq enqueue -e q x >/dev/null
expect 'a time of its own' [ "$(ls "$Q/a" | cut -d _ -f 2)" -gt 1000000000 ]
mkdir programs
printf '#!/bin/sh\necho "mine $1"\n' >programs/echo
chmod +x programs/echo
run conc fsq scan q echo
expect_out '^mine x$'
expect 'done' [ "$(ls "$Q/b" | wc -l)" -eq 1 ]
unset FSQ_QUEUE FSQ_DONE FSQ_FAIL FSQ_TMP FSQ_DOWN FSQ_TRIGGER FSQ_HOSTS \
	FSQ_HOSTS_TRIGGER FSQ_USE_TRIGGER FSQ_TIMEFMT FSQ_EXEC_DIR
run conc fsq -q -t d -d b -D e -T f --queue-name a -e programs ls q
expect_status 111 # there is no fail/
run env FSQ_FAIL=c FSQ_TIMEFMT=%s conc fsq -c utf8 -r "$FSQ_ROOT" -t d -d b \
	-D e -T f --queue-name a -l ls --folder 'done' q
expect_status 0
expect_out '_x'

point 3.6 'letters before the verb and after it may differ'
rm -rf "$Q"
run conc fsq -d finished -t writing install -d -t q
expect_status 0
expect 'names' [ "$(ls "$Q" | tr '\n' ' ')" = \
	'down fail finished queue trigger-s writing ' ]
run conc fsq install -T x r
expect_status 100
expect_err "unknown option '-T'"

point 3.7 'what the original gets wrong, as seen from outside'
renew
run conc fsq install -f -d -t q # 10: -f drops -d and -t
expect_status 0
expect 'down and trigger' [ -e "$Q/down" -a -p "$Q/trigger-s" ]
renew
touch "$Q/hosts/h1/queue/_20260101000000_0_1_vm_0_b" \
	"$Q/hosts/h2/queue/_20260101000000_0_1_vm_0_c"
run conc fsq scan --host=h2 q echo # 9: long options are ignored
expect 'h2 alone' [ "$(cat "$out")" = c ]
for n in 0 100 101 10 2; do # 6: the counter is not ordered as a number
	touch "$Q/queue/_20260101000000_${n}_1_vm_0_$n"
done
run conc fsq scan q echo
expect 'in order' [ "$(tr '\n' ' ' <"$out")" = '0 2 10 100 101 ' ]
touch "$Q/queue/_20260101000000_0_1_vm_0_0" # 14: done/ is written over
run conc fsq scan q echo
expect 'both records' [ "$(find "$Q/done" -name '*_vm_0_0*' | wc -l)" -eq 2 ]
run conc fsq scan nosuch true # 8: statuses
expect_status 111
run conc fsq enqueue -e nosuch
expect_status 111
run conc fsq down nosuch
expect_status 111

point 3.6 'statuses, no stdin, no lock, the item as argv'
renew
conc fsq enqueue -e q >/dev/null
run conc fsq scan -S 7 -F 0 q sh -c 'exit 7'
expect_status 0
holds 'done' 1
conc fsq enqueue -e q >/dev/null
run conc fsq scan -T 9 -m 0 q sh -c 'exit 9'
expect_err 'tried again'
holds queue 1
run conc fsq scan -T 0 q true
expect_status 100
expect_hint
run conc fsq scan -S 256 q true
expect_status 100
expect_err '0 to 255'
renew
echo content | conc fsq enqueue q >/dev/null
run conc fsq scan q cat
expect_out '^content$'
echo content | conc fsq enqueue q >/dev/null
# 3.7.4: with -n the original does not lock
run conc fsq scan -n q sh -c 'cat; conc fsq scan q touch second'
expect_status 0
expect_no_out
expect 'it was locked' [ ! -e second ]
renew
echo content | conc fsq enqueue q sh -c 'cat; echo "$0"' me >/dev/null
# 3.7.5: with -k the original always fails
run conc fsq scan -k q
expect_status 0
expect_out '^content$'
expect_out '^me$'
holds 'done' 1
conc fsq enqueue -e q ./nosuch >/dev/null
conc fsq enqueue -e q >/dev/null
run conc fsq scan -k q
expect_status 111
holds fail 2
run conc fsq scan -k q true
expect_status 100
renew
conc fsq enqueue -e q x >/dev/null
run conc fsq scan -L -v q true
expect_status 0
expect_err '1 done, 0 failed, 0 to be tried again'
if have jq; then
	run conc fsq scan --json q true
	expect 'JSON' jq -e '.done == 0' "$out"
	run conc fsq enqueue --json -e q x
	expect 'JSON' jq -e '.ids | length == 1' "$out"
fi

finish
