#!/bin/sh
# conc lesson check and run with a hostile exercise: compiled and run in a box
# one thread: what checks a lesson has no other
. "$(dirname "$0")/lib.sh"

root=$(cd "$here/../.." && pwd)
lesson=$root/lessons/05-data-race
XDG_STATE_HOME=$T/state
CONC_LESSONS=$root/lessons
TMPDIR=$T/tmp
export XDG_STATE_HOME CONC_LESSONS TMPDIR
mkdir "$TMPDIR"
chmod 1777 "$TMPDIR"
chmod 755 "$T"
run conc lesson start course
cd course/05-data-race || exit
echo 'conc-secret-word' >"$T/secret"
chmod 600 "$T/secret"

# harmless: nothing is left and nothing was learned.
harmless() {
	expect 'no file is left' sh -c "! ls '$TMPDIR' | grep ."
	grep -q 'conc-secret-word' "$out" "$err" && fault 'it told the secret'
	[ "$(cat "$out" "$err" | wc -c)" -le 2097152 ] ||
		fault 'more than 2 MiB of output'
}

point R40 'what the compiler is made to read'
cp "$lesson/solution/count.c" .
echo "#include \"$T/secret\"" >>count.c
run conc lesson check data-race
expect_status 1
expect_err 'No such file or directory|Permission denied'
harmless
cp "$lesson/solution/count.c" .
echo "__asm__(\".incbin \\\"$T/secret\\\"\");" >>count.c
run conc lesson check data-race
expect_status 1
harmless
echo '#include "/dev/zero"' >count.c
run conc lesson check data-race
expect_status 1
harmless
ln -s "$T/secret" secret.h
echo '#include "secret.h"' >count.c
run conc lesson check data-race
expect_status 1
harmless
rm secret.h

point R40 'what makes the compiler work without end'
{
	echo '#define A(x) x x x x x x x x x x'
	echo '#define B(x) A(A(A(A(A(A(A(x)))))))'
	echo 'int a[] = { B(B(1,)) };'
} >count.c
run conc lesson check data-race
expect_status 1
harmless
echo 'char big[1UL << 40] = { 1 };' >count.c
run conc lesson check data-race
expect_status 1
harmless
echo '#include "count.c"' >count.c
run conc lesson check data-race
expect_status 1
harmless

point R40 'escapes that the compiler quotes do not reach the terminal'
printf 'int x = \033]0;owned\007;\n' >count.c
run conc lesson check data-race
expect_status 1
expect_clean "$err"
harmless

# hostile KIND: an exercise that does that before main.
hostile() {
	{
		printf '#define HOSTILE "%s"\n' "$1"
		printf '#define HOSTILE_ARGUMENT "%s"\n' "$T/secret"
		echo '#define _GNU_SOURCE'
		cat "$root/tests/box/hostile.c" "$lesson/solution/count.c"
	} >count.c
}

point R40 'what runs before main is stopped'
for kind in fork-bomb kill-ancestors daemonise many-files read-files \
	change-files network output; do
	hostile "$kind"
	run conc lesson check data-race
	[ "$status" -le 3 ] || fault "$kind: status $status"
	grep -q STOLEN "$out" "$err" && fault "$kind: something was stolen"
	harmless
done

point R40 'what has no end before main is stopped soon'
hostile loop
start=$(date +%s)
run conc lesson check data-race
expect_status 3
expect_err 'does not come to its main'
[ $(($(date +%s) - start)) -le $((30 * slowness)) ] ||
	fault "$(($(date +%s) - start)) s"
harmless

point R40 'a program of several processes gets no farther'
# It fails as soon as it can do one of these; run by itself it can.
cat >tempted.c <<'END'
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

__attribute__((constructor)) static void try_all(void)
{
	if (open(SECRET, O_RDONLY) >= 0)
		_exit(91);
	if (open(SECRET ".new", O_WRONLY | O_CREAT, 0666) >= 0)
		_exit(92);
	if (kill(getppid(), 0) == 0)
		_exit(93);
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
		_exit(94);
	if (getenv("HOME"))
		_exit(95);
}
END
{
	echo "#define SECRET \"$T/secret\""
	cat tempted.c "$root/lessons/01-processes/solution/sum.c"
} >../01-processes/sum.c
rm tempted.c
run conc lesson check 1
grep -q 'no Landlock' "$err" || expect_status 0
expect 'nothing new' [ ! -e "$T/secret.new" ]
harmless
{
	printf '#define HOSTILE "loop"\n#define HOSTILE_ARGUMENT ""\n'
	echo '#define _GNU_SOURCE'
	cat "$root/tests/box/hostile.c" \
		"$root/lessons/01-processes/solution/sum.c"
} >../01-processes/sum.c
start=$(date +%s)
run conc lesson check 1
expect_status 1
expect_out '^hang: runs on and on'
[ $(($(date +%s) - start)) -le $((60 * slowness)) ] ||
	fault "$(($(date +%s) - start)) s"
harmless
cp "$root/lessons/01-processes/sum.c" ../01-processes/

# ends KIND WORDS [COMMAND...]: what run says of it.
ends() {
	hostile "$1"
	kind=$1
	words=$2
	shift 2
	run "$@" "$CONC" lesson run data-race --times 1
	[ "$status" -le 1 ] || fault "$kind: status $status"
	tr -s ' \n' '  ' <"$out" >"$T/folded"
	expect "$kind: $words" grep -Eq "$words" "$T/folded"
	grep -q STOLEN "$out" "$err" && fault "$kind: something was stolen"
	harmless
}

point R40 'run says what happened'
ends loop 'which is the limit: it was busy to the end: a loop without end'
ends deadlock 'all its threads slept: they wait for each other .a deadlock'
ends fork-bomb 'it started process after process'
# On a busy machine the time may be over before the memory is.
ends memory 'ended by SIGSEGV: it used memory|stopped after 2.0 s'
ends output 'it had written 1 MiB, which is the limit'
ends big-file 'a file that it wrote had 16 MiB, which is the limit'
ends many-files 'it said: many files: No space left on device'
ends daemonise '1 process that it had left behind was ended'
ends terminal '1 ended well'
expect_clean "$out"
for kind in kill-ancestors read-files change-files environment network \
	descriptors zombies privileges; do
	ends $kind '1 ended well'
done

# A system that has no namespaces: what refuses unshare.
refuse=$T/bin/refuse
"${CC:-cc}" -D_GNU_SOURCE -o "$refuse" "$root/tests/box/refuse.c" ||
	fault 'no program that refuses'

point R41 'without namespaces it says so once, and survives'
for kind in kill-ancestors read-files change-files network daemonise; do
	ends $kind '^1 run:' "$refuse" unshare
	expect_err 'less protection than it could: no process namespace, no fi'
done
cp "$lesson/solution/count.c" .
run "$refuse" unshare "$CONC" lesson check data-race
expect_status 0
expect 'once' [ "$(grep -c 'less protection' "$err")" -eq 1 ]

if [ "$(id -u)" -eq 0 ] && have setpriv; then
	point R41 'as another user, too'
	chown -R 23456:23456 "$T/work" "$T/state"
	for_others
	for kind in kill-ancestors read-files fork-bomb daemonise; do
		ends $kind '^1 run:' setpriv --reuid 23456 --regid 23456 \
			--clear-groups
		ends $kind '^1 run:' setpriv --reuid 23456 --regid 23456 \
			--clear-groups "$refuse" unshare
	done
else
	skip R41 'as another user, too' 'only root can become somebody else'
fi

point 0 'run counts, in JSON too'
cp "$lesson/solution/count.c" .
run conc lesson run data-race -n 5
expect_status 0
expect_out '^5 runs: 5 ended well, 0 did not.$'
expect_out 'proves little'
run conc lesson run data-race -n 5 --json
expect_status 0
expect_out '"well": ?5'
run conc lesson run generators -n 2
expect_status 1
expect_out '^None went well\.'

point 0 'run counts a lesson of several processes'
run conc lesson run processes -n 3
expect_status 1
expect_out '^3 runs: 0 ended well, 3 did not.$'

point R40 'what the compiler is made to read, in a lesson of processes'
echo "#include \"$T/secret\"" >>../01-processes/sum.c
run conc lesson check processes
expect_status 1
harmless

point 0 'a solution still passes'
cp "$lesson/solution/count.c" .
run conc lesson check data-race
expect_status 0
expect 'nothing is wrong' sh -c "! grep -v 'less protection' '$err'"

point R41 'control groups that cannot be used: it says so'
# With a mount namespace of its own nobody else notices.
if unshare -m true 2>"$T/why" && [ -d /sys/fs/cgroup ]; then
	run unshare -m sh -c 'mount --make-rprivate / &&
		mount -t tmpfs -o ro none /sys/fs/cgroup &&
		exec "$CONC" lesson check data-race'
	expect_status 0
	expect_err 'less protection than it could: .*no control group'
else
	skip R41 'control groups that cannot be used' "$(cat "$T/why")"
fi
finish
