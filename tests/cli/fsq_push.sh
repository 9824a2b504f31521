#!/bin/sh
# conc fsq push and serve: items from one host to another
. "$(dirname "$0")/lib.sh"

mkdir "$T/here" "$T/there"
FSQ_ROOT=$T/here
export FSQ_ROOT
server=
trap '[ "$server" ] && kill -9 $server 2>/dev/null; rm -rf "$T"' EXIT

wait_for() {
	for _ in $(seq 1000); do
		"$@" && return
		sleep 0.01
	done
	fault "waited in vain for: $*"
}

# serve OPTION...: a server of the other root; sets server, and address.
serve() {
	: >served
	env FSQ_ROOT="$T/there" conc fsq serve "$@" >served 2>serve.err &
	server=$!
	wait_for grep -q '^serving at ' served
	address=$(sed 's/^serving at //' served)
}

# stop SIGNAL: sets ended to the server's status.
stop() {
	kill -s "$1" $server
	ended=0
	wait $server || ended=$?
	server=
}

# holds PLACE N: so many items lie in a folder of here or there.
holds() {
	n=$(find "$T/$1" -mindepth 1 -printf x | wc -c)
	[ "$n" -eq "$2" ] || fault "$1/ has $n items instead of $2"
}

renew() {
	rm -rf "$T/here/q" "$T/there/q"
	conc fsq install q
	conc fsq --root "$T/there" install q
}

point 49 'at a port that is free, on this machine alone, and printed'
renew
serve --port 0 q
case $address in
127.0.0.1:[1-9]*) ;;
*) fault "serves at $address" ;;
esac
run env FSQ_ROOT="$T/there" conc fsq serve --port "${address##*:}" q
expect_status 111
expect_err "cannot listen at '127.0.0.1:[0-9]+': Address already in use"
expect_hint
expect_no_out
stop TERM
expect 'died of TERM' [ $ended -eq 143 ]
serve --port "${address##*:}" q
expect 'the port was free at once' grep -q serving served
stop TERM

point S1 'what is pushed is there, and done here'
renew
serve --port 0 q
head -c 300000 /dev/urandom >data
conc fsq enqueue -f data q 'a b' x/y >/dev/null
seq 99 | conc fsq enqueue --batch --fast q >/dev/null
ls "$T/here/q/queue" >names
run conc fsq push q "$address"
expect_status 0
expect_out '^100 items pushed$'
expect_no_err
holds here/q/queue 0
holds here/q/done 100
ls "$T/there/q/queue" >there_names
expect_same 'the names' names there_names
run conc fsq --root "$T/there" scan q sh -c 'cat; echo "[$1]" >>args' sh
expect_status 0
expect 'the content' cmp "$out" data
expect 'the arguments' grep -qx '\[a b\]' args
run conc fsq push q "$address"
expect_out '^0 items pushed$'

point S2 'pushed again, an item is not doubled, though it has ended'
conc fsq retry --all --done q
run conc fsq push q "$address"
expect_status 0
expect_out '^100 items pushed$'
holds there/q/queue 0
holds there/q/done 100
if have jq; then
	run conc fsq push q "$address" --json
	expect 'JSON' jq -e '.pushed == 0 and .refused == 0' "$out"
fi

point S3 'a server that dies loses nothing and doubles nothing'
renew
seq 500 | conc fsq enqueue --batch --fast q >/dev/null
conc fsq push q "$address" >/dev/null 2>&1 &
pusher=$!
wait_for sh -c "[ \"\$(ls '$T/there/q/queue' | head -n 20 | wc -l)\" = 20 ]"
stop KILL
wait $pusher
serve --port 0 q
run conc fsq push q "$address"
expect_status 0
holds here/q/queue 0
holds there/q/queue 500
stop TERM

point S4 'what is not taken waits, and is told of'
renew
conc fsq install r
serve --port 0 --max-size 10 q
conc fsq enqueue -e q small >/dev/null
conc fsq enqueue -f data q large >/dev/null
run conc fsq push q "$address"
expect_status 111
expect_err "_large' was refused: 'more content than is taken here'"
expect_hint
holds here/q/queue 1
conc fsq enqueue -e r >/dev/null
for words in "r $address" "--as nosuch r $address" "--as .. r $address"; do
	# shellcheck disable=SC2086
	run conc fsq push $words
	expect 'status 111 or 100' [ "$status" -ge 100 ]
	expect_hint
	holds here/r/queue 1
done
run conc fsq push --as q r "$address"
expect_status 0
conc fsq down r
run conc fsq push --as q r "$address"
expect_status 111
expect_err 'is down'
expect_hint
stop TERM

point S5 'nobody is there, or somebody else'
run conc fsq push q "$address"
expect_status 111
expect_err 'Connection refused'
expect_hint
for bad in 127.0.0.1:x 127.0.0.1:99999 a:b:c; do
	run conc fsq push q "$bad"
	expect_status 100
	expect_err 'is no address'
	expect_hint
done
run conc fsq push q ./nosuch.sock
expect_status 111
expect_err 'No such file'
expect_hint
run conc fsq push q
expect_status 100
expect_hint
run env FSQ_ROOT="$T/there" conc fsq serve nosuch
expect_status 111
expect_hint
run conc fsq serve --port 65536 q
expect_status 100
expect_hint

point S6 'through a UNIX socket, that goes with its server'
renew
serve --unix sock q
expect 'a socket' [ -S sock ]
conc fsq enqueue -e q >/dev/null
run conc fsq push q ./sock
expect_status 0
holds there/q/queue 1
run env FSQ_ROOT="$T/there" conc fsq serve --unix sock q
expect_status 111
expect_err 'already in use'
expect_hint
stop TERM
expect 'no socket' [ ! -e sock ]
serve --unix sock q
stop KILL
expect 'a socket is left' [ -S sock ]
serve --unix sock q
expect 'it was replaced' grep -q 'serving at ./sock' served
stop TERM
echo precious >file
run env FSQ_ROOT="$T/there" conc fsq serve --unix file q
expect_status 111
expect 'a file is left alone' grep -q precious file

point S7 'what waits for a host, to that host'
renew
conc fsq add-host h q
conc fsq enqueue -e q x >/dev/null
conc fsq host-dist q >/dev/null
serve --port 0 q
run conc fsq push -A h q "$address"
expect_status 0
expect_out '^1 item pushed$'
holds here/q/hosts/h/done 1
holds there/q/queue 1
run conc fsq push -A nosuch q "$address"
expect_status 111
expect_hint

if have strace && strace -o "$T/probe" true 2>/dev/null; then
	point S8 'an item is on the disk before it is acknowledged'
	stop TERM
	renew
	conc fsq enqueue -e q >/dev/null
	: >served
	# -D: strace is the child, so that what is killed is the server
	FSQ_ROOT=$T/there strace -D -o trace -e trace=fsync,linkat,sendto \
		conc fsq serve --port 0 q >served 2>serve.err &
	server=$!
	wait_for grep -q '^serving at ' served
	address=$(sed 's/^serving at //' served)
	run conc fsq push q "$address"
	expect_status 0
	stop KILL
	wait_for grep -q '"A' trace
	expect 'fsync, link, fsync, answer' sh -c "
		sed -n '/^fsync/,\$p' trace | cut -d '(' -f 1 | head -n 4 |
		tr '\n' ' ' | grep -qx 'fsync linkat fsync sendto '"
else
	skip S8 'an item is on the disk before it is acknowledged' 'no strace'
fi

finish
