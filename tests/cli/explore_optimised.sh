#!/bin/sh
# conc explore: what is said of code that the compiler has moved about
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))

point 0 'a part that the compiler has split off a function is no call of it'
cat >part.c <<'END_C'
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
static int total, calls;
static void add(int n)
{
	if (n < 0)
		return;
	total += n;
	calls++;
	printf("%d", total);
	printf("%d", calls);
	printf("%d", total);
	printf("%d", calls);
	assert(total == calls);
	printf("%d", total);
	printf("%d", calls);
	printf("%d", total);
	printf("%d", calls);
	printf("%d", total);
	printf("%d", calls);
}
static void *one(void *arg)
{
	add(1);
	add(*(int *)arg);
	add(1);
	return arg;
}
int main(void)
{
	int n = 1;
	pthread_t a, b;
	pthread_create(&a, NULL, one, &n);
	pthread_create(&b, NULL, one, &n);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	add(-1);
	return 0;
}
END_C
cat >head.c <<'END_C'
#include <assert.h>
#include <pthread.h>
static int wants[2], on_bridge, crossed;
static void *cross(void *arg)
{
	int me = arg != NULL;
	while (wants[!me])
		;
	wants[me] = 1;
	on_bridge++;
	assert(on_bridge == 1);
	crossed++;
	on_bridge--;
	wants[me] = 0;
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, cross, NULL);
	pthread_create(&b, NULL, cross, &b);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
END_C
for program in part head; do
	run conc explore --plain --optimise 2 $program.c
	expect_status 1
	expect 'no call of itself' sh -c "tr -s '\n ' ' ' <'$out' |
		grep -vqE 'in (add|cross), called by (add|cross) '"
done

point 0 'code of no line has the name of its function'
cat >results.c <<'END_C'
#include <assert.h>
#include <pthread.h>
static int seen[3];
static void *look(void *arg)
{
	seen[*(int *)arg]++;
	return arg;
}
int main(void)
{
	pthread_t threads[3];
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, look, &i);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 3; i++)
		assert(seen[i] == 1);
	return 0;
}
END_C
for cc in gcc clang; do
	have $cc || continue
	for level in 0 1 2; do
		run conc explore --plain --cc $cc --optimise $level results.c
		expect_status 1
		expect 'no line 0' \
			sh -c "! grep -E '[.]c:0|  0: |line 0' '$out'"
	done
done

point 0 'what is left of a variable has the name that the linker knows'
cat >parts.c <<'END_C'
#include <assert.h>
#include <pthread.h>
static struct {
	int is_loaded, width;
} settings;
static void *load(void *arg)
{
	settings.is_loaded = 1;
	settings.width = 640;
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, load, NULL);
	if (settings.is_loaded)
		assert(settings.width == 640);
	pthread_join(thread, NULL);
	return 0;
}
END_C
for cc in gcc clang; do
	have $cc || continue
	run conc explore --plain --cc $cc --optimise 2 parts.c
	expect_status 1
	expect_out ' T1 +writes settings[.][a-z0-9_]+ = '
	expect 'no address' sh -c "! grep ' 0x' '$out'"
	! grep -q ' settings[.][0-9]' "$out" ||
		expect_out 'is what the compiler has made of a variable, and'
	run conc explore --plain --cc $cc parts.c
	expect_out ' T1 +writes settings.is_loaded = 1'
	expect 'nothing of the compiler' sh -c "! grep 'made of' '$out'"
done

finish
