#!/bin/sh
# explore: values are shown as what they are by their types
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))

# racing FILE: T1 and main call `work`, and all that they did is shown.
racing() {
	{
		for header in assert pthread stdbool stdint stdlib string; do
			echo "#include <$header.h>"
		done
		cat
		cat <<'END'
static void *run(void *arg)
{
	work();
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, run, NULL);
	work();
	pthread_join(thread, NULL);
	abort();
}
END
	} >"$1"
}

# shows WORDS: one of the steps is that, and no more.
shows() {
	escaped=$(echo "$1" | sed 's/[][().*+?]/\\&/g')
	expect_out "^ +[0-9]+[>! ]+[a-zA-Z0-9]+ +$escaped( |\$)"
}

racing small.c <<'END'
struct pair { int a, b; };
struct four { short a, b, c, d; };
static struct pair one = {1, 2}, to;
static struct four many = {1, -2, 3, 4}, copy;
static struct { long x; struct pair in[3]; } big, from;
static char text[16] = "abcdefghijk";
static void work(void)
{
	one.a++;
	many.d++;
	from.x++;
	memcpy(&to, &one, sizeof(to));
	memcpy(&copy, &many, sizeof(copy));
	memcpy(&big, &from, sizeof(big));
	memcpy(&big.in[0].b, &from.in[0].b, 12);
	memcpy(text, "xy", 3);
	memset(text, 0, sizeof(text));
}
END

bits() {
	racing bits.c <<'END'
static struct { unsigned open : 1, full : 1; int count : 5; } door;
static union { long number; struct { int low, high; } half; } both;
static union { char c; int number; } small;
static void work(void)
{
	door.full = 1;
	door.count = -3;
	both.half.high = 7;
	both.number = 5;
	small.c = 'a';
	small.number = 6;
}
END
}

racing kinds.c <<'END'
enum state { IDLE, BUSY = 5, LATE = -1, FAR = 200 };
static enum state state = IDLE, other;
static bool done;
static char letter, low;
static uint8_t byte;
static unsigned long large;
static double real;
static float small;
static void work(void)
{
	state = BUSY;
	other = LATE;
	other = FAR;
	done = true;
	letter = 'x';
	low = 7;
	byte = 65;
	large = 0x10000000000;
	real = 2.5;
	small = 0.25F;
}
END

racing pointers.c <<'END'
struct list { long length; pthread_mutex_t lock; };
static int counter, tab[5], grid[2][3];
static struct list list;
static int *one, **two;
static void *any;
static struct list *whole;
static pthread_mutex_t *lock;
static long number;
static const char *name, *long_name = "all of this is not shown";
static void (*handler)(void);
static void work(void)
{
	one = &counter;
	one = &tab[3];
	one = &grid[1][2];
	one = NULL;
	any = &list;
	whole = &list;
	lock = &list.lock;
	two = &one;
	handler = work;
	number = (long)&counter;
	name = "a, b";
	name = long_name + 2;
	any = (void *)0x123456789;
}
END

racing blocks.c <<'END'
struct node { int key; struct node *next; };
static struct node *first;
static int *one, *count;
static void work(void)
{
	struct node *node = calloc(1, sizeof(*node));
	int local = 5;
	first = node;
	one = &node->key;
	node->next = first;
	count = malloc(sizeof(*count));
	*count = 3;
	one = &local;
	*one = 6;
}
END

racing copies.c <<'END'
struct pair { int a, b; };
struct five { int a, b, c, d, e; };
static struct pair one, to;
static struct five all[3], *from = all, *into = all + 1;
static int i;
static void work(void)
{
	one.a++;
	all[2].c++;
	to = one;
	*into = *from;
	all[i] = all[i + 2];
	i = 0;
}
END

# in_order WORDS WORDS: the step that is the one comes before the other.
in_order() {
	expect "$1 before $2" awk -v first="$1" -v second="$2" '
		index($0, first) && !at { at = NR }
		index($0, second) && !later { later = NR }
		END { exit !(at && at < later) }' "$out"
}

for cc in gcc clang; do
	have "$cc" || continue
	export CC="$cc"

	point V1 "several members at once each have their value, by $cc"
	run conc explore --plain small.c
	expect_status 1
	shows 'reads one.a = 2, one.b = 2'
	shows 'writes to.a = 2 (was 0), to.b = 2 (was 0)'
	shows 'reads many.a = 1, many.b = -2, many.c = 3, many.d = 5'
	shows 'reads from, 32 bytes'
	shows 'writes big, 32 bytes'
	shows 'writes 12 bytes at big.in[0].b'
	shows 'writes 3 bytes at text[0]'
	shows 'writes text, 16 bytes'

	point V2 "so do bit-fields; a part of a number has none, by $cc"
	bits
	run conc explore --plain bits.c
	expect_status 1
	expect_out 'writes door.open = 0 \(was 0\), door.full = 1 \(was 0\), '
	expect_out 'door.count = -3 \(was 0\)  '
	shows 'writes 4 bytes at both.number'
	shows "writes small.c = 'a' (was 0)"
	shows 'writes small, 4 bytes'
	expect_out 'writes both.number = 5 \(was 30064771072\)  '

	point V3 "numbers are what their types say, by $cc"
	run conc explore --plain kinds.c
	expect_status 1
	shows 'writes state = BUSY (was IDLE)'
	shows 'writes other = LATE (was IDLE)'
	shows 'writes other = FAR (was LATE)'
	shows 'writes done = true (was false)'
	shows "writes letter = 'x' (was 0)"
	shows 'writes low = 7 (was 0)'
	shows 'writes byte = 65 (was 0)'
	shows 'writes large = 1099511627776 (was 0)'
	shows 'writes real = 2.5 (was 0)'
	shows 'writes small = 0.25 (was 0)'

	point V4 "a pointer is what it leads to, or an address, by $cc"
	run conc explore --plain pointers.c
	expect_status 1
	for step in 'one = &counter (was NULL)' \
		'one = &tab[3] (was &counter)' \
		'one = &grid[1][2] (was &tab[3])' \
		'one = NULL (was &grid[1][2])' 'any = &list (was NULL)' \
		'whole = &list (was NULL)' 'lock = &list.lock (was NULL)' \
		'two = &one (was NULL)' 'handler = work (was NULL)' \
		'name = "a, b" (was NULL)' \
		'name = "l of this is not shown" (was "a, b")' \
		'any = 0x123456789 (was &list)'; do
		shows "writes $step"
	done
	expect_out 'writes number = [0-9]+ \(was 0\)  '

	point V5 "into memory from malloc and the stacks, too, by $cc"
	run conc explore --plain blocks.c
	expect_status 1
	for step in 'first = node#1 (was NULL)' \
		'one = &node#1->key (was NULL)' \
		'node#1->next = node#1 (was NULL)' \
		'count = count#1 (was NULL)' '*count#1 = 3 (was not set)' \
		'one = &local of main (was &node#1->key)'; do
		shows "writes $step"
	done

	point V6 "what a function does last is seen before it returns, by $cc"
	shows 'writes local = 6 (was 5)'
	expect 'no other' sh -c "! grep -E 'local = [^56]' '$out'"

	for level in 0 1 2; do
		point V7 "a copy reads before it writes, by $cc -O$level"
		run conc explore -O "$level" --plain copies.c
		expect_status 1
		[ "$level" != 0 ] ||
			in_order ' reads one.a = ' ' writes to.a = '
		in_order ' reads all[0], ' ' writes all[1], '
		in_order ' reads all[2], ' ' writes all[0], '
	done
done
unset CC

point V8 'the handle of a thread is no number'
cat >handle.c <<'END'
#include <pthread.h>
static pthread_t threads[2];
static void *run(void *arg)
{
	pthread_join(threads[0], NULL);
	return arg;
}
static void *none(void *arg)
{
	return arg;
}
int main(void)
{
	pthread_create(&threads[0], NULL, none, NULL);
	pthread_create(&threads[1], NULL, run, NULL);
	pthread_join(threads[1], NULL);
	return 1;
}
END
run conc explore --check-exit --plain handle.c
expect_status 1
shows 'writes threads[0], the handle of T1'
shows 'reads threads[0] = T1'

point V9 'what strtok keeps has the values that it had'
cat >tokens.c <<'END'
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
static void *run(void *arg)
{
	char own[] = "1,2,3";
	strtok(own, ",");
	strtok(NULL, ",");
	rand();
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, run, NULL);
	pthread_create(&b, NULL, run, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	abort();
}
END
run conc explore --plain tokens.c
expect_status 1
shows "writes strtok's own static = &own[2] of T1 (was NULL)"
expect_out " reads strtok's own static = &own\[2\] of T1 "
expect_out " strtok's own static = &own\[4\] of T1 .was &own\[2\] of T1. "
expect_out " changes rand's own static  "

point V10 'what localtime returns is called so'
cat >times.c <<'END'
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
static void *run(void *arg)
{
	time_t t = 1000000000;
	return localtime(&t)->tm_year == 101 ? arg : NULL;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, run, NULL);
	run(NULL);
	pthread_join(thread, NULL);
	abort();
}
END
run conc explore --plain times.c
expect_status 1
shows "writes localtime's (and gmtime's) own result, 56 bytes"
shows "reads tm_year of localtime's (and gmtime's) own result = 101"

point V11 'a byte that nobody has written to is not set, whatever its type'
racing bytes.c <<'END'
static struct { char tag; bool done; unsigned char flags; } *p;
static void work(void)
{
	if (!p) {
		p = malloc(sizeof(*p));
		p->tag = 'a';
		p->done = true;
		p->flags = 2;
	}
}
END
run conc explore bytes.c
shows "writes p->tag = 'a' (was not set)"
shows 'writes p->done = true (was not set)'
shows 'writes p->flags = 2 (was not set)'

point V12 'what lay on the stack before is nothing that a pointer was'
cat >stack.c <<'END'
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
struct node { struct node *next; int v; };
static _Atomic(struct node *) top;
#define SWAP(to) atomic_compare_exchange_weak(&top, &t, to)
#define TOP struct node *t = atomic_load(&top)
static void push(struct node *n) { TOP; do n->next = t; while (!SWAP(n)); }
static struct node *pop(void) { TOP; while (t && !SWAP(t->next)); return t; }
static void *take(void *arg)
{
	struct node *node = pop();
	if (node)
		node->v++;
	free(node);
	return arg;
}
int main(void)
{
	pthread_t a, b;
	for (int i = 0; i < 2; i++)
		push(calloc(1, sizeof(struct node)));
	pthread_create(&a, NULL, take, NULL);
	pthread_create(&b, NULL, take, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END
run conc explore stack.c
expect_status 1
expect_out 'writes t = node#2 '
expect 'no bare address' sh -c "! grep -q 'was 0x' '$out'"

point V13 'what the compiler reads on its way, and a string literal, is no step'
cat >orders.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
struct heater { atomic_int orders; };
static char name[8];
static void *heat(void *arg)
{
	struct heater *heater = arg;
	if (heater->orders > 0)
		heater->orders--;
	strcpy(name, "maze");
	return NULL;
}
int main(void)
{
	struct heater heater = {2};
	pthread_t thread;
	pthread_create(&thread, NULL, heat, &heater);
	heater.orders++;
	pthread_join(thread, NULL);
	assert(heater.orders == 3);
	return 0;
}
END
for cc in gcc clang; do
	have $cc || continue
	run conc explore --cc $cc orders.c
	expect_status 1
	expect_out 'changes heater.orders from [23] to [123] '
	expect 'no local' sh -c "! grep -q 'a local of' '$out'"
	expect 'no text' sh -c "! grep -q 'reads .maze' '$out'"
done

finish
