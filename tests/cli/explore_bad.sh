#!/bin/sh
# conc explore: what programs do that a scheduler does not expect
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
. "$here/../explore/programs.sh"
limit=$((60 * slowness))

point B1 'loops that wait: every schedule is explored, or one is a livelock'
twice tas.c <<'END'
static atomic_flag busy = ATOMIC_FLAG_INIT;
static int n;
static void work(void)
{
	while (atomic_flag_test_and_set(&busy))
		;
	n++;
	atomic_flag_clear(&busy);
}
static void done(void) { assert(n == 2); }
END
twice ticket.c <<'END'
static atomic_int next, serving;
static int n;
static void work(void)
{
	int mine = atomic_fetch_add(&next, 1);
	while (atomic_load(&serving) != mine)
		sched_yield();
	n++;
	atomic_fetch_add(&serving, 1);
}
static void done(void) { assert(n == 2); }
END
twice peterson.c <<'END'
atomic_int want[2], turn, ids;
static int n;
static void work(void)
{
	int me = atomic_fetch_add(&ids, 1);
	atomic_store(&want[me], 1);
#ifndef BUG
	atomic_store(&turn, 1 - me);
#endif
	while (atomic_load(&want[1 - me]) && atomic_load(&turn) == 1 - me)
		;
	n++;
	atomic_store(&want[me], 0);
}
static void done(void) { assert(n == 2); }
END
twice try.c <<'END'
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int n;
static void work(void)
{
	while (pthread_mutex_trylock(&lock) != 0)
		usleep(10);
	n++;
	pthread_mutex_unlock(&lock);
}
static void done(void) { assert(n == 2); }
END
twice flag.c <<'END'
static atomic_int ids, ready;
static int data;
static void work(void)
{
	if (atomic_fetch_add(&ids, 1)) {
		while (!atomic_load(&ready))
			;
		assert(data == 42);
		return;
	}
	data = 42;
#ifndef BUG
	atomic_store(&ready, 1);
#endif
}
static void done(void) { }
END
for cc in gcc clang; do
	have $cc || continue
	for level in 0 2; do
		for name in tas ticket peterson try flag; do
			proved --cc $cc -O $level $name.c
		done
	done
done
found '^assertion failed: assert.n == 2' -DBUG peterson.c
found '^livelock: ' -DBUG flag.c
expect_out 'waits at flag.c:6 for a change of ready'

point B2 'a loop that counts is no waiting loop: no proof, and no alarm'
twice counts.c <<'END'
static atomic_int ids, ready;
static int tries;
static void work(void)
{
	if (atomic_fetch_add(&ids, 1))
		atomic_store(&ready, 1);
	else
		while (!atomic_load(&ready))
			tries++;
}
static void done(void) { }
END
run conc explore --time 1s counts.c
expect_status 0
expect_out '^no failure found .*, which is no proof:$'
twice reads.c <<'END'
static atomic_int x;
static void work(void)
{
	for (int i = 0; i < 60; i++)
		assert(atomic_load(&x) == 0);
}
static void done(void) { }
END
run conc explore --time 1s reads.c
expect_status 0

point B3 'a hang says since when'
twice hang.c <<'END'
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void work(void)
{
	pthread_mutex_lock(&lock);
	for (;;)
		;
}
static void done(void) { }
END
found '^hang: no visible operation since hang.c:4, in T[12] at hang.c:5' hang.c

# spent: processor time of all commands so far, in ms.
spent() {
	times >spent
	awk -F '[ms ]+' 'NR == 2 { printf "%d", $1 * 60000 + $2 * 1000 }' spent
}

point B18 'a hang is told after two seconds of processor time'
program hang.c <<'END'
int main(void) { for (;;); }
END
spent >before
found '^hang: ' hang.c
spent >after
expect "$(cat before) to $(cat after) ms" \
	[ $(($(cat after) - $(cat before))) -lt $((3000 * slowness)) ]

point B19 'a long computation is none, and not what is shown of one'
program long.c <<'END'
#include <stdio.h>
static void think(void)
{
	for (volatile long i = 0; i < 150 * 1000 * 1000; i++)
		;
}
int main(void)
{
	think();
	puts("thought");
	think();
#ifdef HANG
	for (;;)
		;
#endif
	return 0;
}
END
run conc explore --strategy dpor long.c
expect_status 0
expect_out 'no failure possible'
found '^hang: no visible operation, in main at long.c:1[34]' \
	-DHANG long.c

point B4 'endless printing'
program prints.c <<'END'
int main(void) { for (;;) puts("again"); }
END
found '^endless output: ' prints.c

point B5 'crashes: the line of the program, whatever was hit'
program null.c <<'END'
int *p;
const char *s;
int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return (int)strlen(s);
	return *p;
}
END
found '^crash: bad memory access at address 0x0, in main at null.c:8' null.c
found '^crash: bad memory access at address 0x0, in main at null.c:7' null.c 1
program joined.c <<'END'
#include <pthread.h>
static void *none(void *arg) { (void)arg; return NULL; }
int main(void)
{
	pthread_t thread;
	void *result;
	pthread_create(&thread, NULL, none, NULL);
	pthread_join(thread, &result);
	return *(int *)result;
}
END
found '^crash: bad memory access at address 0x0, in main at joined.c:9' joined.c
program divide.c <<'END'
int zero;
int main(void) { return 7 / zero; }
END
found '^crash: died of signal 8 .*, in main at divide.c:2' divide.c
twice wild.c <<'END'
static int small[4];
static int n = 100000;
static void work(void)
{
	for (int i = 0; i < n; i++)
		small[i] = 0x41414141;
}
static void done(void) { }
END
found '^bad memory access: uses small\[4\], past the end of small' wild.c
twice wilder.c <<'END'
static int small[4];
static int n = 10000;
static void work(void)
{
	for (int i = 20; i < n; i += 20)
		small[i * i] = 0x41414141;
}
static void done(void) { }
END
found '^crash: bad memory access .*, in T[12] at wilder.c:[56]' wilder.c
program deep.c <<'END'
static int deep(int n)
{
	char pad[1000];
	pad[n % 1000] = 1;
	return deep(n + 1) + pad[3];
}
int main(void) { return deep(0); }
END
found '^crash: the stack of main overflows, in main at deep.c:' deep.c

point B6 'exit in a thread ends all; abort is told'
twice leaves.c <<'END'
static void work(void) { exit(0); }
static void done(void) { assert(0); }
END
run conc explore leaves.c
expect_status 0
twice aborts.c <<'END'
static void work(void) { abort(); }
static void done(void) { }
END
found '^abort: .* at aborts.c:1' aborts.c
twice quick.c <<'END'
static void slow(void) { puts("slow"); }
static void quick(void) { puts("quick"); }
static void work(void)
{
	atexit(slow);
	at_quick_exit(quick);
	quick_exit(3);
}
static void done(void) { assert(0); }
END
run conc explore --outcomes quick.c
expect_status 0
expect_out '^ +[0-9]+ +quick.n +\[exit status 3\]$'
expect 'no other handlers' sh -c "! grep -q slow '$out'"
twice complains.c <<'END'
#include <err.h>
static void work(void)
{
	warnx("%d of %s", 2, "three");
	errno = ENOENT;
	err(4, "no file");
}
static void done(void) { assert(0); }
END
found '^wrong exit status: it called exit.4., in T[12] at complains.c:6' \
	--plain --check-exit complains.c
expect_out 'prints to stderr "complains.c: 2 of three.n"'
expect_out 'prints to stderr "complains.c: no file: No such file or dir'
expect_no_err

# refused PATTERN FILE: it cannot be explored, and there is nothing to replay.
refused() {
	run conc explore "$2"
	expect_status 3
	expect_out "^cannot be explored: $1"
	expect 'no schedule' sh -c "! grep -q '^Schedule' '$out'"
}

point B7 'what is refused is named with its reason and what to do'
while read -r name reason call; do
	echo "int main(void) { $call; return 0; }" | program refused.c
	refused "calls $name: .*$reason" refused.c
	case $reason in
	processes) expect_out '^Think: try it with --processes' ;;
	files) expect_out '^Think: try it with --isolate' ;;
	*) expect_out '^Think: keep that out of what is explored' ;;
	esac
done <<'END'
fork processes fork()
system processes system("true")
popen processes popen("true", "r")
execv processes execv("/bin/true", NULL)
signal signals signal(SIGUSR1, SIG_IGN)
kill signals kill(getpid(), SIGUSR1)
raise signals raise(SIGUSR1)
fopen files fopen("x", "w")
open files open("x", O_RDONLY)
unlink files unlink("x")
END
program jump.c <<'END'
static jmp_buf here;
int main(void)
{
	if (setjmp(here) == 0)
		longjmp(here, 1);
	return 0;
}
END
refused 'calls longjmp: jumps out of functions' jump.c
cat >socket.c <<'END'
#include <sys/socket.h>
int main(void) { return socket(AF_INET, SOCK_STREAM, 0); }
END
refused 'calls socket: the network' socket.c
program fgetc.c <<'END'
int main(void) { return fgetc(stdout); }
END
refused 'calls fgetc: what is done to files is not undone' fgetc.c
expect_out 'in main at fgetc.c:1'

point B8 'a function that is not known takes the proof away, by its name'
cat >unknown.c <<'END'
#include <locale.h>
int main(void) { return localeconv() == NULL; }
END
run conc explore --time 1s unknown.c
expect_status 0
expect_out '^no failure found in [0-9]+ executions, which is no proof:$'
expect_out 'it calls localeconv: what that does is not known here'

point B9 'chance is the same each time, and shared; a clock takes the proof'
twice dice.c <<'END'
static int first, second;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void work(void)
{
	pthread_mutex_lock(&lock);
	if (!first)
		first = rand();
	else
		second = rand();
	pthread_mutex_unlock(&lock);
}
static void done(void) { assert(first != second); }
END
proved dice.c
program clock.c <<'END'
int main(void)
{
	struct timespec now, later;
	clock_gettime(CLOCK_MONOTONIC, &now);
	nanosleep(&(struct timespec){3, 0}, NULL);
	clock_gettime(CLOCK_MONOTONIC, &later);
	assert(later.tv_sec - now.tv_sec >= 3);
	return time(NULL) == 0;
}
END
run conc explore --time 1s clock.c
expect_status 0
expect_out 'it reads a clock'
expect 'nothing of the limit' sh -c "! grep -q 'time ran out' '$out'"

point B10 'what the C library keeps for all threads is a race with a name'
twice words.c <<'END'
static void work(void)
{
	char text[] = "a b";
#ifdef FIXED
	char *rest;
	assert(strtok_r(text, " ", &rest) == text);
#else
	assert(strtok(text, " ") == text);
#endif
}
static void done(void) { }
END
found '^data race on .*strtok' words.c
proved -DFIXED words.c

point B11 'Ctrl-C tells what is known so far, and with which seed to go on'
twice long.c <<'END'
static atomic_int x;
static void work(void)
{
	for (int i = 0; i < 100; i++)
		x++;
}
static void done(void) { assert(x == 200); }
END
for delay in 2 8 30; do
	run timeout -s INT --preserve-status $delay \
		conc explore --time 50s long.c
	grep -q '^no failure' "$out" && break
done
expect_status 130
expect_out '^no failure found in [0-9]+ executions, which is no proof:$'
expect_out 'it was stopped: go on with --seed 2'

finish
