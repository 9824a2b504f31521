#!/bin/sh
# conc explore --processes: several processes, in every order of their calls
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/processes

# explore FILE FLAG...: with the options that the program asks for.
explore() {
	source=$programs/$1.c
	shift
	with=$(sed -n 's,^/\* with: \(.*\) \*/,\1,p' "$source")
	eval "run conc explore --processes $with \"\$@\" \"\$source\""
}

# What was told of the failure, but for what it took to find it.
told() {
	sed '/executions\{0,1\}, /d; /^It takes/,/^Lesson/d' "$out"
}

point M1 'each buggy program is found out, and its schedule fails again'
for file in "$programs"/*.c; do
	name=$(basename "$file" .c)
	found=$(sed -n '1s,/\* finds: \(.*\) \*/,\1,p' "$file")
	explore "$name"
	expect_status 1
	expect_out "^$found"
	lesson=$(sed -n 's,^/\* lesson: \(.*\) \*/,\1,p' "$file")
	expect_out "^Lesson: $lesson\$"
	sed -n '/^Think/,/^Lesson/p' "$out" | tr -s '\n ' '  ' >"$T/think"
	sed -n 's,^/\* thinks: \(.*\) \*/,\1,p' "$file" >"$T/thinks"
	while read -r thought; do
		expect "$name: $thought" grep -qE "$thought" "$T/think"
	done <"$T/thinks"
	schedule=$(sed -n 's/^Schedule: //p' "$out")
	told >"$T/first"
	for _ in 1 2 3; do
		eval "run conc replay ${with#--kills 1} '$schedule' '$file'"
		expect_status 1
		told >"$T/again"
		expect_same "$name and its replay" "$T/first" "$T/again"
	done
done

point 0 'what a call came to: who was made, who had ended, how many bytes'
explore in_pieces
expect_out 'fork\(\): P1 '
expect_out 'read\(ends\[0\], 20 bytes\): (3|11) bytes'
explore lost_child
expect_out 'wait\(any child\): P[12] '
explore claim
expect_out 'No such file or directory( |$)'

point 0 'who is killed by a signal is said to be, and what sleeps is marked'
explore polled
expect_out '^ +[0-9]+ +P1 +signal\(SIGTERM\): dies of the signal '
expect_out '^ +[0-9]+> main sleeps '
expect_out '^sleep promises nothing: it may be over before others come to do'

point 0 'the thought to a signal that comes before the pause'
explore lost_signal
expect_out '^Think: the signal can come before the pause'

point 0 'where a process waits is said with the calls that led to it'
for level in 0 1; do
	explore suspended --optimise $level
	expect_out \
		'P1 waits at suspended.c:[0-9]+ \(in wait_for_go, called by'
done

point M2 'nothing is found in its correct twin'
for file in "$programs"/*.c; do
	explore "$(basename "$file" .c)" -DFIXED --strategy bounded --bound 3
	expect_status 0
	expect_out '^(all [0-9]+ schedules|the one schedule).* explored: none '
done

point M3 'a process that dies before a call is one more choice'
run conc explore --processes --invariant 'false' -DFIXED \
	"$programs/lost_item.c"
expect_status 1
expect_out '^invariant broken: false'
run conc explore --processes "$programs/lost_item.c"
expect_status 0
explore lost_item
expect_out 'is killed \(kill -9\) before open\(done, O_CREAT\)'
expect_out '^It takes no preemption: each process'
expect_out 'and 1 kill'
run conc explore --processes --kills 1 "$programs/claim.c"
expect_status 1

point M4 'a program that is built already; a shell and what it starts'
gcc -g -o claim "$programs/claim.c"
run conc explore --processes ./claim
expect_status 1
expect_out '^assertion failed'
cat >take.sh <<'END'
: >item
take() {
	if test -e item; then
		rm -f item
		: >"taken.$1"
	fi
}
take a &
take b &
wait
exit 0
END
run conc explore --processes --time 3s \
	--invariant 'test $(ls taken.* | wc -l) -eq 1' \
	/bin/sh "$PWD/take.sh"
expect_status 1

point M1 'an assertion is told once, with its line'
explore counter
expect_out '^assertion failed: assert\([^)]*\), in main at counter.c:[0-9]+$'

point M2 'what was tried is told, and what was not looked at'
run conc explore --processes --strategy bounded --bound 1 -DFIXED \
	"$programs/counter.c"
expect_status 0
expect_out '^all [0-9]+ schedules with at most 1 preemption explored: none'
expect_out '^  what it leaves in files was not looked at: --invariant'
expect_out '^[0-9]+ executions \(without preemptions first, then'
expect 'nothing by chance' sh -c "! grep -E 'chance|count once' '$out'"
run conc explore --processes --time 30ms -DFIXED "$programs/counter.c"
expect_status 0
expect_out '^  time ran out: give it more with --time'
run conc explore --processes -DFIXED "$programs/parents_end.c"
expect_status 0
expect_out '^all [0-9]+ schedules explored: none fails$'
expect 'no word of files' sh -c "! grep -q 'leaves in files' '$out'"
for option in '--strategy random' '--memory tso' --locks --outcomes; do
	run conc explore --processes $option "$programs/counter.c"
	expect_status 2
	expect_err "^conc explore: ${option% *}.* is about threads, not about"
	expect_hint
done

point M9 'memory that processes share is not looked at, and that is said'
cat >shares.c <<'END'
#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
	int *n = mmap(NULL, sizeof(*n), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 2; i++) {
		if (fork() == 0) {
			(*n)++;
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	return *n != 2;
}
END
run conc explore --processes shares.c
expect_status 0
expect_out '^all [0-9]+ orders of its calls were tried and none failed, which'
expect_out '^  its processes share memory .mmap.: what they do to that '
if have jq; then
	run conc explore --processes --json shares.c
	expect 'a doubt' jq -e '.doubts[0] | contains("share memory")' "$out"
fi
cat >waits.c <<'END'
#include <semaphore.h>
#include <stddef.h>
#include <sys/mman.h>
int main(void)
{
	sem_t *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	sem_init(s, 1, 1);
	sem_wait(s);
	return 0;
}
END
run conc explore --processes waits.c
expect_status 3
expect_out '^cannot be explored: shares a semaphore among processes'
cat >attribute.c <<'END'
#include <pthread.h>
int main(void)
{
	pthread_mutexattr_t attribute;
	pthread_mutexattr_init(&attribute);
	pthread_mutexattr_setpshared(&attribute, PTHREAD_PROCESS_PRIVATE);
	return pthread_mutexattr_setpshared(&attribute, PTHREAD_PROCESS_SHARED);
}
END
run conc explore --processes attribute.c
expect_status 3
expect_out '^cannot be explored: shares a mutex among processes: '
expect_out 'in main at attribute.c:7$'
expect_out '^Think: explore it with threads in place of the processes'

point M5 'exit status, a fault, no end, threads'
cat >ends.c <<'END'
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <pthread.h>
static void *run(void *arg) { return arg; }
int main(int argc, char **argv)
{
	pthread_t thread;
	if (fork() == 0) {
		switch (argv[argc - 1][0]) {
		case 'e': exit(3);
		case 'f': raise(SIGSEGV); _exit(0);
		case 'a': abort();
		case 'l': for (;;) access("x", 0);
		case 't': pthread_create(&thread, NULL, run, NULL);
		}
		_exit(0);
	}
	wait(NULL);
	return 0;
}
END
run conc explore --processes ends.c e
expect_status 1
expect_out '^wrong exit status: .* exit status 3, and nobody asked '
expect_out '^ +in P1 at ends.c:12$'
run conc explore --processes ends.c f
expect_status 1
expect_out '^crash: died of signal 11'
run conc explore --processes ends.c a
expect_status 1
expect_out '^abort'
run conc explore --processes --steps 100 ends.c l
expect_status 1
expect_out '^no end'
run conc explore --processes ends.c t
expect_status 3
expect_out '^cannot be explored: starts a thread'

point M5 'calls that wait for one of several, and loops that look again'
cat >several.c <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static volatile sig_atomic_t came;
static void on_signal(int number) { (void)number; came = 1; }
static int in, done;
static sigset_t set, open_set;
static void get(int how)
{
	struct pollfd fds[] = {{.fd = in, .events = POLLIN}, {.fd = -1}};
	struct epoll_event event = {.events = EPOLLIN};
	const struct timespec ms = {.tv_nsec = 1000000};
	int number, epoll;
	char *line = NULL;
	size_t size = 0;
	fd_set some;
	char byte;
	FD_ZERO(&some);
	FD_SET(in, &some);
	switch (how) {
	case 'p':
		done = poll(fds, 2, -1) == 1 && read(in, &byte, 1) == 1;
		break;
	case 't':
		while (poll(fds, 1, 10) == 0)
			;
		done = read(in, &byte, 1) == 1;
		break;
	case 's':
		done = select(in + 1, &some, NULL, NULL, NULL) == 1 &&
			FD_ISSET(in, &some) && read(in, &byte, 1) == 1;
		break;
	case 'e':
		epoll = epoll_create1(0);
		epoll_ctl(epoll, EPOLL_CTL_ADD, in, &event);
		done = epoll_wait(epoll, &event, 1, -1) == 1;
		break;
	case 'i':
		done = ppoll(fds + 1, 1, NULL, &open_set) < 0 && came;
		break;
	case 'w':
		done = sigwait(&set, &number) == 0 && number == SIGUSR1;
		break;
	case 'n':
		while (sigtimedwait(&set, NULL, &ms) < 0)
			;
		done = 1;
		break;
	case 'b':
		while (access("there", F_OK) != 0)
			;
		done = 1;
		break;
	case 'g':
		done = fgetc(fdopen(in, "r")) == 'x';
		break;
	case 'l':
		done = getline(&line, &size, fdopen(in, "r")) == 2;
		break;
	case 'c':
		pause();
	}
}
int main(int argc, char **argv)
{
	int ends[2];
	if (pipe(ends) < 0)
		return 1;
	in = ends[0];
	signal(SIGUSR1, on_signal);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &open_set);
	if (fork() == 0) {
		if (argv[argc - 1][0] != 'c')
			kill(getppid(), SIGUSR1);
		close(open("there", O_CREAT | O_WRONLY, 0600));
		write(ends[1], "x\n", 2);
		_exit(0);
	}
	get(argv[argc - 1][0]);
	wait(NULL);
	return !done;
}
END
gcc -g -o several several.c
for how in p t s e i w n b g l; do
	run conc explore --processes --strategy bounded --bound 1 \
		./several $how
	expect_status 0
	expect_out '^all [0-9]+ schedules.* explored: none fails$'
done
run conc explore --processes several.c c
expect_status 1
expect_out '^deadlock'
expect_out 'main waits at several.c:69 .* in pause\(\)$'

point M5 'who goes round while others could go on is not without an end'
run conc explore --processes --steps 90 --strategy bounded --bound 1 \
	./several b
expect_status 0
expect_out '^no failure found in [0-9]+ executions?, which is no proof:'
expect_out '^  an execution was cut at the step limit'
run conc explore --processes --steps 300 ends.c l
expect_status 1
expect_out '^no end'
expect_out '^ +300 '
if have jq; then
	run conc explore --processes --json ends.c l
	expect 'every step has its words' jq -e \
		'[.steps[] | select(.what == "" or .what == "a call")] == []' \
		"$out"
fi

point M5 'the clocks show what was slept, and who waits for a time comes to it'
run conc explore --processes --strategy bounded --bound 0 \
	"$programs/../processes_clocks.c"
expect_status 0
expect_out '^(all [0-9]+ schedules|the one schedule).* explored: none fails$'

point M10 'who was sent a signal has an exit status all the same'
cat >merged.c <<'END'
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile sig_atomic_t got;
static void count(int signal) { (void)signal; got++; }
int main(void)
{
	pid_t parent = getpid();
	signal(SIGUSR1, count);
	for (int i = 0; i < 2; i++) {
		if (fork() == 0) {
			kill(parent, SIGUSR1);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	return got != 2;
}
END
run conc explore --processes merged.c
expect_status 1
expect_out '^wrong exit status: a process ended with exit status 1'
expect_out '^Think: P1 makes kill.main, SIGUSR1. at step [0-9]+, and P2 at step'
expect_out '^ +has taken the first: signals that are pending are not counted'
expect_out '^Lesson: 02-signals'

point 19 'JSON is JSON'
if have jq; then
	run conc explore --processes --json "$programs/pipe_end.c"
	expect_status 1
	expect 'the answer' jq -e '.answer == "found" and .confirmed and
		(.waits | length == 2) and
		(.steps[0].what | startswith("fork"))' "$out"
fi

point M6 'no process and no folder is left, after Ctrl-C either'
mkdir tmp
TMPDIR=$PWD/tmp explore counter
TMPDIR=$PWD/tmp run_until_signal INT 'search|^conc' conc explore --processes \
	--time 60s --kills 3 -DFIXED "$programs/counter.c"
expect 'no folder' [ -z "$(ls tmp)" ]
expect 'no process' sh -c "! ls -l /proc/*/exe 2>&1 | grep '$PWD/tmp'"

point M8 'a program that writes to the desk reaches nobody but itself'
sleep 300 &
stranger=$!
ln -s "$here/../.." tree
run conc explore --processes --kills 1 --time 60s -Itree \
	tree/tests/explore/processes_desk.c $stranger
expect_status 1
expect_out '^deadlock'
expect 'the stranger lives' kill -0 $stranger
kill $stranger

# Under a sanitizer conc itself may not be loaded with another library first.
if [ "${SANITIZE:-}" ]; then
	skip M7 'two scanners of a queue' 'conc has a sanitizer inside'
	finish
fi
point M7 'our own queue: two that move an item never both have it'
cat >queue.sh <<'END'
FSQ_ROOT=$PWD
export FSQ_ROOT
conc fsq install q >/dev/null || exit 9
id=$(conc fsq enqueue q x) || exit 9
conc fsq done q "$id" >a 2>&1 || : &
conc fsq fail q "$id" >b 2>&1 || :
wait
exit 0
END
run conc explore --processes --time 5s --invariant \
	'[ $(find q -name "_*" | wc -l) -eq 1 ]' \
	/bin/sh "$PWD/queue.sh"
expect_status 0

point E20 'in a folder for files that is private, with a space in its name'
lessons=$(cd "$here/../../lessons" && pwd)
mkdir -p "$T/a private/tmp"
chmod 700 "$T/a private"
TMPDIR="$T/a private/tmp"
export TMPDIR
run conc lesson verify processes --lessons "$lessons"
expect_status 0
cat >shadow.c <<'END'
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	if (fork() == 0)
		_exit(7);
	wait(NULL);
}
END
run conc explore --processes shadow.c
expect_status 1
expect_out 'exit status 7'
gcc -pthread -o locks "$here/../explore/programs/two_locks.c" 2>/dev/null &&
	run conc explore ./locks
expect_status 1
expect_out '^deadlock'

finish
