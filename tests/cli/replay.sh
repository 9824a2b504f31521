#!/bin/sh
# conc replay: where a schedule does not fit the program it is given
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/programs

# schedule_of OPTION... FILE: what explore prints.
schedule_of() {
	conc explore "$@" 2>/dev/null | sed -n 's/^Schedule: //p'
}

# with_choices SCHEDULE CHOICES: the same with other choices. Replay says what
# the letters at the end have to be, to nobody: so they are made here.
with_choices() {
	printf '%s-%s-' "${1%%-*}" "$2" | awk '
	function xor(a, b,   r, bit) {
		r = 0
		for (bit = 1; a || b; bit *= 2) {
			if (a % 2 != b % 2)
				r += bit
			a = int(a / 2)
			b = int(b / 2)
		}
		return r
	}
	# By 2^24 + 403, and the lowest 32 bits of that.
	function times(a) {
		return ((a % 256) * 16777216 + a * 403) % 4294967296
	}
	BEGIN {
		for (i = 1; i < 256; i++)
			code[sprintf("%c", i)] = i
	}
	{
		text = substr($0, 1, length($0) - 1)
		hash = 2166136261
		for (i = 1; i <= length(text); i++)
			hash = times(xor(hash, code[substr(text, i, 1)]))
		for (i = 0; i < 4; i++) {
			check = check sprintf("%c", 97 + hash % 26)
			hash = int(hash / 26)
		}
		print $0 check
	}'
}

# expect_unfit FILE WORDS: it is refused, it is said why, and what to type next.
expect_unfit() {
	expect_status 3
	expect_err "$2"
	expect_err "^try 'conc explore .*$1'\$"
}

locks=$(schedule_of "$programs/two_locks.c")

point 1 'its choices are written as conc writes them'
choices=${locks#*-}
expect 'the same schedule' \
	[ "$(with_choices "$locks" "${choices%-*}")" = "$locks" ]

point 2 'a thread that has ended'
cp "$programs/lost_update.c" ended.c
update=$(schedule_of ended.c)
run conc replay "$(with_choices "$update" b9)" ended.c
expect_unfit ended.c \
	'then the schedule wants a step of T1'\
', which has ended at step [0-9]+$'
expect_err 'has not changed, but does something else'
expect_err 'fits as far as step [0-9]+: T1 ends$'

point 3 'a thread that nobody has started yet, or ever does'
run conc replay "$(with_choices "$locks" ac)" "$programs/two_locks.c"
expect_unfit two_locks.c \
	'then the schedule wants a step of T2'\
', which nobody has started yet$'

point 4 'a thread that waits for a lock: for which, and who has it'
run conc replay "$(with_choices "$locks" a2b9)" "$programs/two_locks.c"
expect_unfit two_locks.c \
	'wants a step of T1, but T1 waits at two_locks.c:[0-9]+ for [a-z]+'\
', which main has held since two_locks.c:[0-9]+$'

point 5 'a thread that waits for another to end'
run conc replay "$(with_choices "$update" a9)" ended.c
expect_unfit ended.c \
	'wants a step of main'\
', but main waits at ended.c:[0-9]+ for T1 to end$'

point 6 'choices that are left when the program has ended'
run conc replay -DFIXED "$(with_choices "$locks" a)" "$programs/two_locks.c"
expect_unfit two_locks.c 'all of it still fits, and leads to no failure$'
sed 's/int main(void)/int main(void) { return 0; } int other(void)/' \
	"$programs/two_locks.c" >short.c
run conc replay "$(with_choices "$locks" a2b)" short.c
expect_unfit short.c \
	'then the program ends well'\
'; 2 choices of the schedule are left, the first is a step of main$'

point 7 'a value where there is none to choose, and the other way round'
run conc replay "$(with_choices "$locks" a.1)" "$programs/two_locks.c"
expect_unfit two_locks.c \
	'wants to choose whom a signal wakes, or what a load reads'\
', but here is nothing to choose$'
cat >signals.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int go;
static void *wait(void *arg)
{
	pthread_mutex_lock(&m);
	while (!go)
		pthread_cond_wait(&c, &m);
	pthread_mutex_unlock(&m);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, wait, NULL);
	pthread_create(&b, NULL, wait, NULL);
	pthread_mutex_lock(&m);
	go = 1;
	pthread_cond_signal(&c);
	pthread_mutex_unlock(&m);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
signals=$(schedule_of --spurious 0 signals.c)
run conc replay "$(with_choices "$signals" b3c3a9)" signals.c
expect_unfit signals.c \
	'wants a step of main'\
', but the step of main has one of 2 to choose first$'

point 8 'a store that has reached memory'
weak=$here/../explore/weak
tso=$(schedule_of --memory tso "$weak/peterson.c")
run conc replay "$(with_choices "$tso" aB)" "$weak/peterson.c"
expect_unfit peterson.c \
	'wants a store of T1 to reach memory'\
', which has none that is on its way there$'
expect_err "^try 'conc explore --memory tso "

point 9 'a schedule of processes, and a program of threads'
cat >fork.c <<'END'
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
	if (fork() == 0)
		_exit(1);
	wait(NULL);
	abort();
}
END
processes=$(schedule_of --processes fork.c)
run conc replay "$processes" "$programs/two_locks.c"
expect_unfit two_locks.c \
	'cannot be carried out: it starts a thread:'\
' threads are explored without --processes \(two_locks.c:[0-9]+\)$'
expect "no option" sh -c "! grep -q 'try .*--processes' '$err'"
run conc replay "$locks" fork.c
expect_unfit fork.c 'cannot be carried out: it calls fork'
expect_err "^try 'conc explore --processes fork.c'\$"
run conc explore --processes "$programs/two_locks.c"
expect_status 3
expect_out '^Think: try it without --processes$'

point 10 'processes: one that is not there, and one that waits'
run conc replay "$(with_choices "$processes" b)" fork.c
expect_unfit fork.c 'wants a step of P1, which nobody has started yet$'
expect_err "^try 'conc explore --processes fork.c'\$"
cat >pipe.c <<'END'
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
	int ends[2];
	char c;
	if (pipe(ends) < 0)
		return 1;
	if (fork() == 0)
		_exit((int)read(ends[0], &c, 1));
	if (write(ends[1], "x", 1) != 1)
		return 1;
	wait(NULL);
	abort();
}
END
pipe=$(schedule_of --processes pipe.c)
run conc replay "$(with_choices "$pipe" ab3)" pipe.c
expect_unfit pipe.c 'wants a step of P1, but P1 waits at pipe.c:11 in read'
run conc replay "$(with_choices "$processes" a.1.1)" fork.c
expect_unfit fork.c \
	'then the schedule wants to kill P1, which has ended at step [0-9]+$'
expect_err "^try 'conc explore --processes --kills 2 fork.c'\$"

point 11 'a failure that comes before the schedule is at its end'
run conc replay "$(with_choices "$locks" "${choices%-*}b9")" \
	"$programs/two_locks.c"
expect_status 1
expect_err 'it fails after [0-9]+ of the [0-9]+ choices of this schedule$'

finish
