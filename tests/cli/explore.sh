#!/bin/sh
# conc explore, conc replay: each buggy program is found, its twin is cleared
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/programs

# Those of the table in the course's design, by kind; detectors.sh has them all.
kinds='barrier_once flags get_put if_wait lost_update missed_signal
	one_condition philosophers publish_early reader_unlocked rendezvous
	two_locks use_after_free'

point E1 'each buggy program is found out, by either compiler'
for cc in gcc clang; do
	have $cc || continue
	for kind in $kinds; do
		program=$programs/$kind.c
		found=$(sed -n '1s,/\* finds: \(.*\) \*/,\1,p' "$program")
		run conc explore --cc $cc "$program"
		expect_status 1
		expect_out "^$found"
		expect_out '^Schedule: x1\.'
	done
done

point E2 'nothing is found in its correct twin, and all schedules were tried'
for kind in $kinds; do
	program=$programs/$kind.c
	run conc explore -DFIXED "$program"
	expect_status 0
	expect_out '^(all [0-9]+|the one) schedules? .*: no failure possible'
done

# what_is_told OUT: all but what it took to find it.
what_is_told() {
	grep -v '^[0-9]* executions*, ' "$1"
}

# expect_replayed FILE OPTION...: what was explored is told again.
expect_replayed() {
	file=$1
	shift
	what_is_told "$out" >"$T/first"
	run conc replay "$@" "$(sed -n 's/^Schedule: //p' "$out")" "$file"
	expect_status 1
	what_is_told "$out" >"$T/again"
	expect_same "explored and replayed ($(basename "$file"))" \
		"$T/first" "$T/again"
}

point E3 'replay tells of a failure what explore did, all of it'
for kind in $kinds; do
	run conc explore "$programs/$kind.c"
	expect_replayed "$programs/$kind.c"
done
cat >status.c <<'END'
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int n;
static int take(void)
{
	pthread_mutex_lock(&lock);
	int old = n++;
	pthread_mutex_unlock(&lock);
	return old;
}
static void *run(void *arg)
{
	take();
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, run, NULL);
	int status = take();
	pthread_join(thread, NULL);
	return status;
}
END
run conc explore --check-exit status.c
expect_out '^wrong exit status: main returned 1$'
expect_replayed status.c
run conc explore --strict "$programs/main_left.c"
expect_replayed "$programs/main_left.c"

point E13 'a source that has changed is refused, and where it diverges is said'
cp "$programs/lost_update.c" changed.c
run conc explore changed.c
schedule=$(sed -n 's/^Schedule: //p' "$out")
run conc replay -DFIXED "$schedule" changed.c
expect_status 3
expect_err 'has changed, or is another program$'
expect_err 'fits as far as step [0-9]+: T[12] '
expect_err 'then the schedule wants a step of T2, but T2 waits at changed.c:20 '
echo '/* more */' >>changed.c
run conc replay "$schedule" changed.c
expect_status 1
expect_err 'has changed since this schedule was found, and fails all the same$'
expect_out '^assertion failed: '
sed -i 's/pthread_t a, b;/pthread_t a, b; return 0;/' changed.c
run conc replay "$schedule" changed.c
expect_status 3
expect_err 'it does not fit from the beginning$'
expect_err 'then the schedule wants a step of T1, which nobody has started yet$'

point E15 'a schedule that was damaged or cut short is no schedule of anything'
for damaged in "${schedule}a9" "${schedule%??}" "${schedule%-*}" \
	"$(echo "$schedule" | sed 's/b/c/2')" "${schedule%[abc]*-*}"; do
	run conc replay "$damaged" "$programs/lost_update.c"
	expect_status 2
	expect_err 'is damaged or cut short: '
	expect_hint
done

point 19 'JSON is JSON'
if have jq; then
	run conc explore --json "$programs/two_locks.c"
	expect_status 1
	expect 'the answer' jq -e '.answer == "found" and
		(.steps | length >= 5) and (.waits | length == 2) and
		.preemptions == 1 and .confirmed' "$out"
	run conc explore --json -DFIXED "$programs/two_locks.c"
	expect_status 0
	expect 'the answer' jq -e '.answer == "none possible" and
		.schedules > 1' "$out"
	run conc explore --json --strict "$programs/main_left.c"
	expect_status 1
	expect 'the finding' jq -e '.findings | any(.kind == "ended early"
		and .lesson == "05-data-race"
		and (.think | contains("join them first")))' "$out"
fi

point E5 'all outcomes, and no others are possible'
run conc explore --outcomes "$here/../explore/sum.c"
for sum in 1 10 100 11 101 110 111; do
	expect_out "^ +[0-9]+  $sum.n\$"
done
expect_out '^7 outcomes, and no others are possible$'

run conc explore --outcomes --strategy bounded --bound 0 \
	"$here/../explore/sum.c"
expect_out '^1 outcome; there may be others$'

point E14 'an outcome that fails is a failure, and no exit status'
cat >outcomes.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int n;
static void *run(void *arg)
{
	pthread_mutex_lock(&lock);
	n = 1;
	pthread_mutex_unlock(&lock);
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, run, NULL);
	pthread_mutex_lock(&lock);
	int seen = n;
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
#ifdef RETURNS
	return seen ? 130 : 0;
#endif
	assert(seen);
	return 0;
}
END
run conc explore --outcomes outcomes.c
expect_status 1
expect_out '\(prints nothing\)  \[assertion failed\]$'
expect_out '^2 outcomes, and no others are possible$'
run conc explore --outcomes -DRETURNS outcomes.c
expect_status 0
expect_out '\(prints nothing\)  \[exit status 130\]$'
if have jq; then
	run conc explore --json --outcomes outcomes.c
	expect_status 1
	expect 'the failure' jq -e '.answer == "found" and .complete and
		(.outcomes | any(.failure == "assertion failed" and
		.code == null) and any(.code == 0 and .failure == null))' "$out"
	run conc explore --json --outcomes -DRETURNS outcomes.c
	expect 'the status' jq -e '.answer == "none possible" and
		(.outcomes | any(.code == 130 and .failure == null))' "$out"
fi
run conc explore --processes --outcomes outcomes.c
expect_status 2
expect_err 'outcomes is about threads, not about --processes'
expect_hint

point E11 'a search of its own says how far it came'
run conc explore --strategy bounded --bound 0 "$programs/two_locks.c"
expect_status 0
expect_out '^the one schedule with at most 0 preemptions explored: none fails$'
run conc explore --strategy bounded --bound 1 "$programs/two_locks.c"
expect_status 1
expect_out '^deadlock'
run conc explore --strategy bounded --bound 1 --spurious 0 \
	"$programs/if_wait.c"
expect_status 0
expect_out '^all [0-9]+ schedules with at most 1 preemption explored: none'
run conc explore --strategy delay --bound 0 "$programs/two_locks.c"
expect_status 0
expect_out '^the one schedule with at most 0 delays explored: none fails$'
run conc explore --strategy delay --bound 1 "$programs/two_locks.c"
expect_status 1
run conc explore --strategy dpor -DFIXED "$programs/two_locks.c"
expect_status 0
expect_out 'no failure possible'

point E12 'where not all schedules can be tried, switches are taken away'
for strategy in random pos; do
	run conc explore --strategy $strategy "$here/../explore/large.c"
	expect_status 1
	expect_out '^It takes at most [1-4] preemptions \(marked >\): '
	expect_out '^ +[0-9]+! '
done

point E6 'a page of its own, with every step, that needs nothing else'
run conc explore --html page.html "$programs/two_locks.c"
expect_status 1
expect 'the steps' [ "$(grep -c '^<tr data-held=' page.html)" -ge 5 ]
expect 'who holds what' grep -q 'main holds a. T1 holds b.' page.html
expect 'nothing from elsewhere' sh -c "! grep -q 'http' page.html"
expect_err "wrote 'page.html'$"
expect 'the file' grep -q '^<p>File: <code>.*two_locks.c</code>' page.html
expect 'how little' grep -q '^<p>It takes 1 preemption\.' page.html
expect 'how again' grep -q '^<p>Again: <code>conc replay x1\..*\.c</code>' \
	page.html
run conc explore --html clean.html -DFIXED "$programs/two_locks.c"
expect_status 0
expect_err 'no page: there is no failure to show$'
expect 'no page' [ ! -e clean.html ]
run conc explore --html nosuch/page.html "$programs/two_locks.c"
expect 'before the search' [ ! -s "$out" ]
expect_status 3
expect_err "cannot write 'nosuch/page.html'"

point E7 'a hang is told, a spin lock is proved, files are refused'
cat >hang.c <<'END'
int main(void) { while (1); }
END
run conc explore hang.c
expect_status 1
expect_out '^hang: .*main at hang.c:1'
cat >file.c <<'END'
#include <stdio.h>
int main(void) { return fopen("x", "w") == NULL; }
END
run conc explore file.c
expect_status 3
expect_out '^cannot be explored: calls fopen'
cat >spin.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_flag busy = ATOMIC_FLAG_INIT;
static int n;
static void *run(void *arg)
{
	while (atomic_flag_test_and_set(&busy))
		;
	n++;
	atomic_flag_clear(&busy);
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, run, NULL);
	run(NULL);
	pthread_join(thread, NULL);
	assert(n == 2);
	return 0;
}
END
run conc explore spin.c
expect_status 0
expect_out '^all [0-9]+ schedules explored: no failure possible'

point E8 'two hundred threads are explored, and nothing is claimed'
cat >many.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int n;
static void *run(void *arg)
{
	pthread_mutex_lock(&lock);
	n++;
	pthread_mutex_unlock(&lock);
	return arg;
}
int main(void)
{
	pthread_t threads[200];
	for (int i = 0; i < 200; i++)
		pthread_create(&threads[i], NULL, run, NULL);
	for (int i = 0; i < 200; i++)
		pthread_join(threads[i], NULL);
	assert(n == 200);
	return 0;
}
END
run conc explore --time 2s many.c
expect_status 0
expect_out '^no failure found'
expect_out 'time ran out|more than the explorer can note'

run conc explore --time 100ms --strategy random -DFIXED \
	"$programs/two_locks.c"
expect_status 0
expect_out '^  time ran out: give it more with --time'
expect 'nothing of a clock' sh -c "! grep -q 'clock' '$out'"

point E9 'errno is the own of each thread; main that leaves is told of'
cat >errno.c <<'END'
#include <assert.h>
#include <errno.h>
#include <pthread.h>
static _Thread_local int mine = 5;
static void *run(void *arg)
{
	mine += *(int *)arg;
	errno = mine;
	pthread_testcancel();
	assert(errno == 5 + *(int *)arg);
	return arg;
}
int main(void)
{
	static int one = 1, two = 2;
	pthread_t a, b;
	pthread_create(&a, NULL, run, &one);
	pthread_create(&b, NULL, run, &two);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(mine == 5);
	return 0;
}
END
run conc explore errno.c
expect_status 0
expect_out 'no failure possible'
cat >leave.c <<'END'
#include <pthread.h>
static void *run(void *arg) { return arg; }
int main(void)
{
	pthread_t thread;
	return pthread_create(&thread, NULL, run, NULL);
}
END
run conc explore leave.c
expect_status 0
expect_out 'ended early: main returns while T1 still runs'

point 50 'what is wrong is said with the next thing to type'
printf 'int main(void) { return x; }\n' >wrong.c
run conc explore wrong.c
expect_status 3
expect_err 'x.* undeclared'
expect_err 'wrong.c. does not compile'
printf 'int f(void) { return 1; }\n' >nomain.c
run conc explore nomain.c
expect_status 3
expect_err 'nomain.c. has no main$'
expect_hint
expect 'nothing of the inside' sh -c "! grep -q __conc '$err'"
run conc explore nosuch.c
expect_status 3
expect_err "cannot read 'nosuch.c': No such file or directory"
run conc explore --cc nosuchcc "$programs/two_locks.c"
expect_status 3
expect_err 'there is no compiler'
echo notes >notes.txt
run conc explore notes.txt
expect_status 2
run conc replay x1.12 "$programs/two_locks.c"
expect_status 2
expect_err "'x1.12' is damaged or cut short: it ends too soon"
run conc replay y1.12 "$programs/two_locks.c"
expect_status 2
expect_err 'no schedule'

point E4 'no temporary file is left'
mkdir tmp
TMPDIR=$PWD/tmp run conc explore "$programs/lost_update.c"
TMPDIR=$PWD/tmp run conc explore wrong.c
expect 'nothing' [ -z "$(ls tmp)" ]
cat >careless <<'END'
#!/bin/sh
[ "$1" = --version ] || : >"$TMPDIR/of-a-compiler-that-was-killed"
exec cc "$@"
END
chmod +x careless
TMPDIR=$PWD/tmp run conc explore --cc "$PWD/careless" "$programs/lost_update.c"
expect_status 1
expect 'nothing of the compiler' [ -z "$(ls tmp)" ]

point E10 'a wait that has permits to spare, and readers, come in either order'
cat >posts.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t items;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int made;

static void make(int n)
{
	pthread_mutex_lock(&lock);
	made = n;
	pthread_mutex_unlock(&lock);
	sem_post(&items);
}

static void *maker(void *unused)
{
	make(1);
	make(2);
	return unused;
}

int main(void)
{
	pthread_t thread;
	int seen;

	sem_init(&items, 0, 0);
	pthread_create(&thread, NULL, maker, NULL);
	sem_wait(&items);
	pthread_mutex_lock(&lock);
	seen = made;
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	assert(seen == 2);
	return 0;
}
END
run conc explore --strategy dpor posts.c
expect_status 1
expect_out 'assert\(seen == 2\)'
cat >readers.c <<'END'
#include <assert.h>
#include <pthread.h>

static pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int inside, most;

static void change(int n)
{
	pthread_mutex_lock(&lock);
	inside += n;
	most = inside > most ? inside : most;
	pthread_mutex_unlock(&lock);
}

static void *reader(void *unused)
{
	pthread_rwlock_rdlock(&shared);
	change(1);
	change(-1);
	pthread_rwlock_unlock(&shared);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, reader, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert(most < 2);
	return 0;
}
END
run conc explore --strategy dpor readers.c
expect_status 1
expect_out 'assert\(most < 2\)'

finish
