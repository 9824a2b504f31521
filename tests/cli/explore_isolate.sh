#!/bin/sh
# conc explore --isolate: a process and a folder of its own for each execution
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/programs

# All but what it took, and what the options make of the schedule.
what_is_told() {
	sed '/executions, /d
		s/^Schedule: [^-]*-\([^-]*\)-.*/\1/' "$out"
}

point I1 'what is found is the same as without'
for name in lost_update two_locks missed_signal rendezvous use_after_free; do
	run conc explore "$programs/$name.c"
	what_is_told >"$T/without"
	run conc explore --isolate "$programs/$name.c"
	expect_status 1
	what_is_told >"$T/with"
	expect_same "$name with and without" "$T/with" "$T/without"
	schedule=$(sed -n 's/^Schedule: //p' "$out")
	run conc replay "$schedule" "$programs/$name.c"
	expect_status 1
done
run conc explore --isolate --strategy dpor -DFIXED "$programs/two_locks.c"
expect_status 0

point I2 'files: a name is claimed twice; by rename it is not'
cat >claim.c <<'END'
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static int ntaken;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *claim(void *arg)
{
#ifdef FIXED
	int got = rename("item", arg) == 0;
#else
	(void)arg;
	int got = access("item", F_OK) == 0;
	if (got)
		unlink("item");
#endif
	pthread_mutex_lock(&lock);
	ntaken += got;
	pthread_mutex_unlock(&lock);
	return NULL;
}
int main(void)
{
	pthread_t a, b;
	FILE *out = fopen("item", "wx");
	assert(out);
	fprintf(out, "an item\n");
	assert(fclose(out) == 0);
	pthread_create(&a, NULL, claim, "a");
	pthread_create(&b, NULL, claim, "b");
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(ntaken == 1);
	return 0;
}
END
mkdir tmp
TMPDIR=$PWD/tmp run conc explore --isolate claim.c
expect_status 1
expect_out '^assertion failed: assert\(ntaken == 1\)'
TMPDIR=$PWD/tmp run conc explore --isolate --time 1s -DFIXED claim.c
expect_status 0
expect_out 'it uses files'
expect 'nothing is left' [ -z "$(ls tmp)" ]
expect 'nothing is left here' [ ! -e item ]
run conc explore claim.c
expect_status 3
expect_out '^cannot be explored: calls fopen: '
expect_out 'in main at claim.c:26$'
expect_out '^Think: try it with --isolate'

point I3 'much data, and a process that ends by itself'
cat >much.c <<'END'
#include <pthread.h>
#include <string.h>
static char much[64 << 20];
static void *run(void *arg) { much[0]++; return arg; }
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, run, NULL);
	much[sizeof(much) - 1]++;
	pthread_join(thread, NULL);
	return 0;
}
END
run conc explore --isolate --strategy dpor much.c
expect_status 0
cat >raise.c <<'END'
#include <pthread.h>
#include <signal.h>
static void *run(void *arg) { raise(SIGKILL); return arg; }
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, run, NULL);
	pthread_join(thread, NULL);
	return 0;
}
END
run conc explore --isolate raise.c
expect_status 1
expect_out '^crash: the program ended its process, by signal 9'

point I4 'Ctrl-C leaves nothing behind'
mkdir stop
TMPDIR=$PWD/stop run_until_signal INT 'search|^conc' conc explore --isolate \
	--time 60s --strategy random -DFIXED claim.c
expect 'no folder' [ -z "$(ls stop)" ]

finish
