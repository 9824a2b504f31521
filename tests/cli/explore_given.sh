#!/bin/sh
# conc explore: what it is given: files and their names, options, an answer
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/programs
processes=$here/../explore/processes

# told: the last output in one line.
told() {
	tr -s '\n ' ' ' <"$out" >line
	mv line "$out"
}

mkdir one two
cat >one/part.c <<'END'
#include "part.h"
#include <assert.h>
#include <pthread.h>
static void *run(void *arg)
{
	add(1);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, run, NULL);
	pthread_create(&b, NULL, run, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(total() == 2);
	return 0;
}
END
cat >two/part.c <<'END'
#include "part.h"
static int sum;
void add(int n)
{
	sum += n;
}
int total(void)
{
	return sum;
}
END
cat >part.h <<'END'
void add(int n);
int total(void);
END

point N1 'two files of one name are told apart, in words, steps and pages'
run conc explore -I. one/part.c two/part.c
expect_status 1
expect_out '^ +[0-9]+ .* main starts T1 +12: pthread_create'
expect_out '^ +[0-9]+ .* T1 +reads sum = 0 +two/part.c:5: sum \+= n;$'
told
expect_out 'T1 writes it at two/part.c:5 \(in add, called by run at one/part.c:'
expect_out 'in main at one/part.c:16 '
expect_out 'hold one lock at two/part.c:5'
run conc explore -I. --html page.html one/part.c two/part.c
expect 'in the page' grep -q '>two/part.c:5: <code>sum += n' page.html
expect 'the first' grep -q '>12: <code>pthread_create' page.html
echo 1 >typed
run sh -c 'conc play -I. one/part.c two/part.c <typed'
expect_out '^  1  T1    reads sum   two/part.c:5: sum \+= n;$'
mv two/part.c two/other.c
run conc explore -I. one/part.c two/other.c
expect_out ' T1 +reads sum = 0 +other.c:5: sum \+= n;$'

point N2 'a line of a header is none of the file that includes it'
cat >count.h <<'END'
static int count;
static void add(void) { count++; }
END
sed 's/part.h/count.h/; s/add(1)/add()/; s/total()/count/' one/part.c >counts.c
run conc explore counts.c
expect_status 1
expect_out ' T1 +reads count = 0 +count.h:2: static void add'
run conc explore --html page.html counts.c
expect 'in the page' grep -q '>count.h:2: <code>static void add' page.html
sed -i '2i \
static void twice(void);\
static void once(void) { twice(); }' count.h
echo 'static void twice(void) { add(); }' >>count.h
sed 's/add()/once()/' counts.c >calls.c
run conc explore calls.c
told
expect_out 'in add, called by twice at count.h:5, by once at count.h:3, by run '

point N3 'a name that begins as an option does'
cp "$programs/lost_update.c" ./-DX.c
run conc explore -- -DX.c
expect_status 1
expect_out '^assertion failed: '
expect_out ' -DX.c:[0-9]'
schedule=$(sed -n 's/^Schedule: //p' "$out")
run conc replay "$schedule" -- -DX.c
expect_status 1
cp "$processes/claim.c" ./-DY.c
run conc explore --processes -- -DY.c
expect_status 1

point N4 'what is neither a C file nor a program'
run conc explore nosuch
expect_status 3
expect_err "cannot read 'nosuch': No such file or directory$"
expect_hint
run conc explore one
expect_status 2
expect_err "'one' is a directory$"
expect_hint
cp "$programs/lost_update.c" update.cc
run conc explore update.cc
expect_status 2
expect_err "'update.cc' is C\\+\\+"
expect_err '^build it, .*: g\+\+ -g -fsanitize=thread -o prog .update.cc.$'

run conc explore "$programs/lost_update.c" "$programs/two_locks.c"
expect_status 3
expect_err '^conc explore: more than one of these files has a main$'
expect_hint
expect 'nothing of the inside' sh -c "! grep -q __conc '$err'"

point N5 'a page never takes the place of a source'
cp "$programs/lost_update.c" mine.c
cp mine.c before.c
for name in mine.c ./mine.c new.c; do
	run conc explore --html "$name" "$programs/two_locks.c"
	expect_status 2
	expect_err "^conc explore: --html '.*' is no name for a page"
	expect_hint
done
ln mine.c link
run conc explore --html link mine.c
expect_status 2
expect 'it is as it was' cmp mine.c before.c
expect 'nor is there another' sh -c '! test -e new.c'

point N6 'options that have nothing to be about are not left out in silence'
run conc explore --kills 1 "$programs/two_locks.c"
expect_status 2
expect_err '^conc explore: --kills is for --processes, which is left out$'
expect_err '^add --processes$'
run conc explore --at-rest "$programs/two_locks.c"
expect_status 2
expect_err '--at-rest is for an --invariant, which is left out$'
for option in --wait-all --strict --at-rest --locks --outcomes; do
	run conc explore --processes $option "$processes/claim.c"
	expect_status 2
	expect_err "$option is about threads, not about --processes$"
	expect_hint
done

point N7 'a search with a bound counts each order'
run conc explore --strategy bounded --bound 1 -DFIXED "$programs/two_locks.c"
expect_status 0
expect_out ' with at most 1 preemption explored: none fails$'
expect 'each of them' sh -c "! grep -q 'count once' '$out'"

point N8 'outcomes that are not all there are: why'
run conc explore --outcomes --steps 10 "$programs/philosophers.c"
expect_out 'there may be others$'
expect_out '^  an execution was cut at the step limit$'

point N9 'who stops the compiler is not told to mend anything'
cat >stopped <<'END'
#!/bin/sh
kill -TERM $PPID
exit 1
END
chmod +x stopped
run conc explore --cc ./stopped "$programs/two_locks.c"
expect_status 143
expect 'it says nothing' sh -c "! grep -q ^conc '$err'"
expect_no_out

# marks: the > there are, and the preemptions that are told of.
marks() {
	grep -cE '^ *([0-9]+|fail)>' "$out" >marked
	sed -n 's/^It takes no preemption.*/0/p
		s/^It takes \([0-9]*\) preemption.*/\1/p' "$out" >told
}

point N10 'each preemption has its mark, and nothing else has'
cat >left.c <<'END'
#include <pthread.h>
static void *run(void *arg)
{
	return arg;
}
int main(void)
{
	pthread_t a;
	pthread_create(&a, NULL, run, NULL);
	return 0;
}
END
for run in 'left.c --strict --wait-all' 'left.c --strict' \
	"'$programs/detached_free.c' --strict" "'$programs/flags.c'" \
	"'$programs/half_done.c'" "'$programs/lost_wakeup.c'" \
	"'$programs/lost_update.c' --memory tso"; do
	eval "run conc explore $run"
	expect_status 1
	marks
	expect_same "$run" marked told
done
run conc explore "$programs/detached_free.c"
expect_out '^ fail> T1 '

point N11 'threads that are left are one thing; and there is no room for more'
sed -i 's/^	pthread_create.*/	for (int i = 0; i < 3; i++)\
	&/' left.c
run conc explore left.c
expect_status 0
expect 'once' [ "$(grep -c 'ended early: main returns while' "$out")" -eq 1 ]
sed -i 's/i < 3/i < 300/' left.c
run conc explore --time 500ms left.c
expect_out '^  a thread could not be made: an execution has room for 255 '

if have jq; then
	point 19 'JSON has what the text has'
	run conc explore --json "$programs/if_alone.c"
	expect 'a wake-up' jq -e '.spurious == 1 and .kills == 0' "$out"
	expect 'nobody waits for himself' jq -e '.waits == [
		"main waits at if_alone.c:40 for T1 to end"]' "$out"
	run conc explore --json "$programs/missed_signal.c"
	expect 'none' jq -e '.spurious == 0 and .only_early' "$out"
	run conc explore --json --memory tso "$programs/lost_update.c"
	expect 'sc is enough' jq -e '.asked_memory == "tso" and
		.memory == "sc" and (.only_early | not)' "$out"
	run conc explore --json --strategy bounded --bound 1 -DFIXED \
		"$programs/two_locks.c"
	expect 'the bound' jq -e '.bound == 1 and .schedules > 1' "$out"
	run conc explore --json --processes -DFIXED "$processes/claim.c"
	expect 'all orders' jq -e '.schedules == 24 and (.doubts | any(
		contains("what it leaves in files")))' "$out"
	run conc explore --json --processes --kills 1 --invariant false \
		-DFIXED "$processes/lost_item.c"
	expect 'a kill counts' jq -e '.kills != null' "$out"
fi

finish
