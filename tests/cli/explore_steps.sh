#!/bin/sh
# explore, replay: what a step, a wait and a failure say is what happened
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))

point X1 'the write that races is shown with what it writes'
cat >flag.c <<'END'
#include <pthread.h>
#include <stdio.h>
static int ready;
static void *set(void *arg)
{
	ready = 7;
	puts("set");
	return arg;
}
int main(void)
{
	pthread_t a;
	pthread_create(&a, NULL, set, NULL);
	int seen = ready;
	pthread_join(a, NULL);
	return seen && 0;
}
END
run conc explore --plain flag.c
expect_status 1
expect_out ' writes ready = 7 \(was 0\) +6: ready = 7;$'
expect 'nothing comes behind it' sh -c "! grep -q prints '$out'"
schedule=$(sed -n 's/^Schedule: //p' "$out")
run conc replay --plain "$schedule" flag.c
expect_status 1
expect_out ' writes ready = 7 \(was 0\) +6: ready = 7;$'
cat >goes_on.c <<'END'
#include <pthread.h>
static int ready;
static void *set(void *arg)
{
	ready = 7;
	*(volatile char *)arg = 1;
	return arg;
}
int main(void)
{
	pthread_t a;
	pthread_create(&a, NULL, set, (void *)8);
	int seen = ready;
	pthread_join(a, NULL);
	return seen && 0;
}
END
run conc explore --plain goes_on.c
expect_status 1
expect_out ' writes ready = 7 \(was 0\) '

point X2 'a read that crashes has read nothing'
cat >nowhere.c <<'END'
#include <pthread.h>
#include <stddef.h>
struct node {
	int value;
	struct node *next;
};
struct node *head;
static void *run(void *arg)
{
	return arg ? arg : (void *)head->next;
}
int main(void)
{
	pthread_t a;
	pthread_create(&a, NULL, run, NULL);
	pthread_join(a, NULL);
	return 0;
}
END
run conc explore --plain nowhere.c
expect_status 1
expect_out ' reads 0x8: no such memory \(NULL \+ 8\) '

point X3 'the broadcast that counts, and whom it wakes'
cat >stop.c <<'END'
#include <pthread.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t stopped = PTHREAD_COND_INITIALIZER;
static int stop;
static void *work(void *arg)
{
	pthread_mutex_lock(&mutex);
	while (!stop)
		pthread_cond_wait(&stopped, &mutex);
	pthread_mutex_unlock(&mutex);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, work, NULL);
	pthread_create(&b, NULL, work, NULL);
	stop = 1;
	pthread_cond_broadcast(&stopped);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
run conc replay --plain "$(conc explore stop.c | sed -n 's/^Schedule: //p')" \
	stop.c
expect_status 1
tr -s '\n ' ' ' <"$out" >line
mv line "$out"
expect_out 'main broadcast at step [0-9]+ .* (before it waited|when nobody)'
cat >again.c <<'END'
#include <pthread.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int here;
static void *meet(void *arg)
{
	for (int i = 0; i < 2; i++) {
		pthread_mutex_lock(&mutex);
		if (++here == 2) {
			here = 0;
			pthread_cond_broadcast(&changed);
		} else {
			while (here != 0)
				pthread_cond_wait(&changed, &mutex);
		}
		pthread_mutex_unlock(&mutex);
	}
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, meet, NULL);
	pthread_create(&b, NULL, meet, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
run conc explore --plain again.c
expect_status 1
expect_out ' wakes all that wait on changed: T[12] '
tr -s '\n ' ' ' <"$out" >line
mv line "$out"
expect_out ' woke it at step [0-9]+ .*, and it has waited again since step '

point X4 'a data race is not between two reads'
cat >update.c <<'END'
#include <assert.h>
#include <pthread.h>
static int n;
static void *in_one(void *arg)
{
	__sync_fetch_and_add(&n, 1);
	return arg;
}
static void *in_two(void *arg)
{
	n = n + 1;
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, in_one, NULL);
	pthread_create(&b, NULL, in_two, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(n == 2);
	return 0;
}
END
run conc explore --plain update.c
expect_status 1
tr -s '\n ' ' ' <"$out" >line
mv line "$out"
expect_out ' T1 changes it at update.c:6, '

point X5 'who ends the program early, how, and where'
cat >early.c <<'END'
#include <pthread.h>
#include <stdlib.h>
static void *run(void *arg)
{
	return malloc(8) ? malloc(8) : arg;
}
static void *leave(void *arg)
{
	exit(arg != NULL);
}
int main(void)
{
	pthread_t a, b;
#ifdef EXIT
	pthread_create(&b, NULL, leave, NULL);
#endif
	pthread_create(&a, NULL, run, NULL);
#if defined(EXIT) || defined(JOIN)
	pthread_join(a, NULL);
#endif
	return leave != NULL && (void *)&b == NULL;
}
END
run conc explore --plain --strict early.c
expect_status 1
expect_out '^ended early: main returns while T1 still runs, in main at early.c'
expect_out ' main ended early +(20: return|21: )'
run conc explore --plain --strict -DEXIT early.c
expect_status 1
expect_out '^ended early: (T1 calls exit|main returns) while T[12] still runs'
cat >leaves.c <<'END'
#include <pthread.h>
#include <stdlib.h>
static void *leave(void *arg)
{
	exit(arg != NULL);
}
int main(void)
{
	pthread_t a;
	pthread_create(&a, NULL, leave, NULL);
	pthread_join(a, NULL);
	return 0;
}
END
run conc explore --strict leaves.c
expect_status 0
run conc explore --plain -DJOIN early.c
tr -s '\n ' ' ' <"$out" >line
mv line "$out"
expect_out 'memory leak: 8 bytes are never freed, at early.c:5'
cat >lost.c <<'END'
#include <stdlib.h>
int main(void)
{
	for (int i = 0; i < 3; i++) {
		char *p = malloc(8);
		p[0] = 1;
	}
	return 0;
}
END
run conc explore --plain lost.c
tr -s '\n ' ' ' <"$out" >line
mv line "$out"
expect_out 'memory leak: 24 bytes in 3 blocks are never freed, at lost.c:5'

point X6 'what was overwritten, overflows or is too long is the program'"'"'s'
cat >smash.c <<'END'
#include <pthread.h>
#include <string.h>
static const char *text = "much too long for that room";
static void *copy(void *arg)
{
	char room[8];
	strcpy(room, text);
	return room[0] == 'x' ? arg : NULL;
}
int main(void)
{
	pthread_t a;
	pthread_create(&a, NULL, copy, NULL);
	pthread_join(a, NULL);
	return 0;
}
END
run conc explore --plain smash.c
expect_status 1
expect 'no line of ours' sh -c "! grep -q threads.c '$out'"
cat >deep.c <<'END'
#include <pthread.h>
static int sum(int n)
{
	volatile char room[1000];
	room[n % 1000] = (char)n;
	return n < 0 ? 0 : sum(n + 1) + room[0];
}
static void *run(void *arg)
{
	return sum(1) ? arg : NULL;
}
int main(void)
{
	pthread_t a;
	pthread_create(&a, NULL, run, NULL);
	pthread_join(a, NULL);
	return 0;
}
END
run conc explore --plain deep.c
expect_status 1
expect_out '^crash: the stack of T1 overflows, in T1 at deep.c:[3-6]$'
cat >smash.c <<'END'
#include <pthread.h>
#include <string.h>
static void *run(void *arg)
{
	char word[8];
	memset(word, 1, SIZE);
	return word[0] ? arg : NULL;
}
int main(void)
{
	pthread_t a;
	pthread_create(&a, NULL, run, NULL);
	pthread_join(a, NULL);
	return 0;
}
END
run conc explore --plain -DSIZE=500000 smash.c
expect_status 1
expect_out '^crash: the stack of T1 was overwritten, in T1 at smash.c:6$'
run conc explore --plain -DSIZE=64 smash.c
expect_status 1
expect_out '^crash: the stack of T1 was overwritten, in T1 at smash.c:8$'
cat >prints.c <<'END'
#include <stdio.h>
int main(void)
{
	for (;;)
		printf("hello\n");
}
END
run conc explore --plain prints.c
expect_status 1
expect 'no zero bytes' sh -c "! grep -qF '\\x00' '$out'"

point X7 'several members at once have no value, and temporaries are no steps'
cat >copy.c <<'END'
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
static struct {
	int a, b, c, d;
} from = {1, 2, 3, 4}, to;
static atomic_int ready;
static void *copy(void *arg)
{
	memcpy(&to, &from, sizeof(to));
	atomic_store(&ready, 1);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, copy, NULL);
	pthread_create(&b, NULL, copy, NULL);
	int seen = atomic_load(&ready);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return seen && 0;
}
END
run conc explore --plain copy.c
expect_status 1
expect_out ' writes to, 16 bytes '
expect 'no temporary' sh -c "! grep -q __atomic '$out'"
cat >words.c <<'END'
#include <pthread.h>
#include <string.h>
static void *split(void *arg)
{
	return strtok(arg, ",");
}
int main(void)
{
	char one[] = "1,2", two[] = "3,4";
	pthread_t a, b;
	pthread_create(&a, NULL, split, one);
	pthread_create(&b, NULL, split, two);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
run conc explore --plain words.c
expect_status 1
expect_out "^data race on strtok's own static"

point X8 'a try says what came of it, and a wait that it is over'
cat >tries.c <<'END'
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static int ready;
static void *run(void *arg)
{
	pthread_mutex_lock(&mutex);
	ready = 1;
	pthread_cond_signal(&done);
	pthread_mutex_unlock(&mutex);
	return arg;
}
int main(void)
{
	pthread_t a;
	pthread_create(&a, NULL, run, NULL);
	if (pthread_mutex_trylock(&mutex) != 0)
		return 0;
	while (!ready)
		pthread_cond_wait(&done, &mutex);
	pthread_mutex_unlock(&mutex);
	pthread_join(a, NULL);
	assert(!"reached");
}
END
run conc explore --plain tries.c
expect_status 1
expect_out ' main tries to lock mutex, and gets it +18: '
program=$here/../explore/programs/if_stolen.c
run conc explore --plain "$program"
expect_out ' is back from the wait, locks '
printf '0 q\n' >typed
run sh -c 'conc play tries.c <typed'
expect 'not before it came' sh -c "! grep -q '^  0 .*gets it' '$out'"

point 0 'a text of eight bytes is no value of its first character'
cat >title.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <string.h>
static char title[20];
static void *name(void *arg)
{
	memcpy(title, "Ulysses", 8);
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, name, NULL);
	pthread_join(thread, NULL);
	assert(!title[0]);
	return 0;
}
END
run conc explore --plain title.c
expect_status 1
expect_out ' T1 +writes title = "Ulysses" .was "". '

finish
