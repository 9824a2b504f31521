#!/bin/sh
# explore: values are shown as what they are by their types
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
done
unset CC

finish
