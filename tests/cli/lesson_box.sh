#!/bin/sh
# conc lesson check with a hostile exercise: compiled and run in a box
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
run conc lesson check
expect_status 1
expect_err 'No such file or directory|Permission denied'
harmless
cp "$lesson/solution/count.c" .
echo "__asm__(\".incbin \\\"$T/secret\\\"\");" >>count.c
run conc lesson check
expect_status 1
harmless
echo '#include "/dev/zero"' >count.c
run conc lesson check
expect_status 1
harmless
ln -s "$T/secret" secret.h
echo '#include "secret.h"' >count.c
run conc lesson check
expect_status 1
harmless
rm secret.h

point R40 'what makes the compiler work without end'
{
	echo '#define A(x) x x x x x x x x x x'
	echo '#define B(x) A(A(A(A(A(A(A(x)))))))'
	echo 'int a[] = { B(B(1,)) };'
} >count.c
run conc lesson check
expect_status 1
harmless
echo 'char big[1UL << 40] = { 1 };' >count.c
run conc lesson check
expect_status 1
harmless
echo '#include "count.c"' >count.c
run conc lesson check
expect_status 1
harmless

point R40 'escapes that the compiler quotes do not reach the terminal'
printf 'int x = \033]0;owned\007;\n' >count.c
run conc lesson check
expect_status 1
expect_clean "$err"
harmless

point R40 'what runs before main is stopped'
for kind in fork-bomb kill-ancestors daemonise many-files read-files \
	change-files network output; do
	{
		printf '#define HOSTILE "%s"\n' "$kind"
		printf '#define HOSTILE_ARGUMENT "%s"\n' "$T/secret"
		echo '#define _GNU_SOURCE'
		cat "$root/tests/box/hostile.c" "$lesson/solution/count.c"
	} >count.c
	run conc lesson check
	[ "$status" -le 3 ] || fault "$kind: status $status"
	grep -q STOLEN "$out" "$err" && fault "$kind: something was stolen"
	harmless
done

point 0 'a solution still passes'
cp "$lesson/solution/count.c" .
run conc lesson check
expect_status 0
expect_no_err
finish
