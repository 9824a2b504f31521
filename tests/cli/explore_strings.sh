#!/bin/sh
# conc explore: functions of strings and blocks read what there is at their step
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))

program() { # FILE: the program of the input, with what all of them include
	{
		printf '#include <%s.h>\n' pthread stdio string stdlib
		cat
	} >"$1"
}

outcomes() { # FILE OPTION...: what can be printed, sorted
	run conc explore --outcomes --strategy dpor "$@"
	expect_status 1 # a data race
	expect_out 'and no others are possible'
	sed -n 's/^ *[0-9][0-9]*  //p' "$out" | sort
}

same_as_by_hand() { # WHAT
	diff by_hand library >&2 || fault "what is possible by hand differs: $1"
}

# The same in steps of one byte each: nothing more and nothing less may come.
as_by_hand() { # FILE
	outcomes "$1" >library
	outcomes "$1" -DBY_HAND >by_hand
	same_as_by_hand "$1"
}

point S1 'what a comparison has read of one side stays, as others write both'
program compares.c <<'END'
static char a[2], b[2];
static int differ(void)
{
#ifdef BY_HAND
	return a[0] - b[0];
#elif defined BLOCKS
	return memcmp(a, b, 1);
#else
	return strcmp(a, b);
#endif
}
static void *fill(void *arg)
{
	a[0] = 'x';
	b[0] = 'x';
	return arg;
}
int main(void)
{
	pthread_t thread;
	int d;
	pthread_create(&thread, NULL, fill, NULL);
	d = differ();
	pthread_join(thread, NULL);
	printf("%d\n", (d > 0) - (d < 0));
	return 0;
}
END
as_by_hand compares.c
outcomes compares.c -DBLOCKS >library
same_as_by_hand memcmp

point S2 'what was read is what is copied'
program copies.c <<'END'
static char from[2] = "0", to[2] = "7";
static void copy(void)
{
#ifdef BY_HAND
	to[0] = from[0];
#elif defined BLOCKS
	memcpy(to, from, 1);
#elif defined PRINTS
	sprintf(to, "%s", from);
#else
	strcpy(to, from);
#endif
}
static void *change(void *arg)
{
	from[0] = '1';
	to[0] = '8';
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, change, NULL);
	copy();
	pthread_join(thread, NULL);
	printf("%s\n", to);
	return 0;
}
END
as_by_hand copies.c
for way in BLOCKS PRINTS; do
	outcomes copies.c -D$way >library
	same_as_by_hand "$way"
done

point S3 'a string is as long as it is when its turn comes'
program grows.c <<'END'
static char text[2];
static int length(void)
{
#ifdef BY_HAND
	return text[0] ? 1 : 0;
#elif defined NUMBER
	return atoi(text);
#elif defined COPY
	char *copy = strdup(text);
	int n = copy[0] != 0;
	free(copy);
	return n;
#else
	return (int)strlen(text);
#endif
}
static void *fill(void *arg)
{
	text[0] = '1';
	return arg;
}
int main(void)
{
	pthread_t thread;
	int n;
	pthread_create(&thread, NULL, fill, NULL);
	n = length();
	pthread_join(thread, NULL);
	printf("%d\n", n);
	return 0;
}
END
as_by_hand grows.c
for way in NUMBER COPY; do
	outcomes grows.c -D$way >library
	same_as_by_hand "$way"
done

point S4 'what is printed is what was read, also when printing is a step'
program prints.c <<'END'
static char text[2] = "0";
static void *change(void *arg)
{
	text[0] = '1';
	puts("2");
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, change, NULL);
#ifdef BY_HAND
	char read = text[0];
	putchar(read);
#else
	fputs(text, stdout);
#endif
	pthread_join(thread, NULL);
	return 0;
}
END
as_by_hand prints.c

point S5 'a struct is copied as it was read, by either compiler'
program structs.c <<'END'
struct pair { int a, b, c; };
static struct pair from = {0, 0, 0}, to = {7, 7, 7};
static void *change(void *arg)
{
	from.b = 1;
	to.b = 8;
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, change, NULL);
#ifdef BY_HAND
	to.b = from.b;
#else
	to = from;
#endif
	pthread_join(thread, NULL);
	printf("%d\n", to.b);
	return 0;
}
END
for cc in gcc clang; do
	command -v $cc >/dev/null || continue
	CC=$cc
	export CC
	as_by_hand structs.c
done
finish
