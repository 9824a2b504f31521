#!/bin/sh
# conc explore PROGRAM: what was built elsewhere, taken over when it starts
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/programs
: "${CC:=gcc}"

# build OUT SOURCE FLAG...: with the compiler that has libtsan as a library.
build() {
	program=$1
	source=$2
	shift 2
	gcc -g -pthread -o "$program" "$@" "$programs/$source.c"
}

have gcc || {
	skip B1 'programs that gcc built' 'there is no gcc'
	finish
}

point B1 'built with -fsanitize=thread: each bug is found, its twin is cleared'
for source in "$programs"/*.c; do
	found=$(sed -n '1s,/\* finds: \(.*\) \*/,\1,p' "$source")
	name=$(basename "$source" .c)
	[ "$found" ] || continue
	# Variables have names, and ends, where conc compiles itself.
	case $found in
	'dead local'* | *'in front of '[a-z]*', which' | \
		*'past the end of '[a-z]*', which') continue ;;
	esac
	# An invariant is compiled with the source.
	case $found in invariant*) continue ;; esac
	build bad "$name" -O0 -fsanitize=thread
	run conc explore ./bad
	expect_status 1
	found=${found%% on *} # where is in a line of another length
	expect_out "^${found%%, in *}"
	build good "$name" -O2 -fsanitize=thread -DFIXED
	run conc explore ./good
	expect_status 0
	expect_out 'no failure (possible|found)'
done

point B2 'built without: deadlocks and lost wake-ups show'
for name in two_locks missed_signal rendezvous one_condition philosophers; do
	build bad "$name" -O2
	run conc explore ./bad
	expect_status 1
	expect_out '^deadlock'
	build good "$name" -O2 -DFIXED
	run conc explore ./good
	expect_status 0
	expect_out 'of its calls w(ere|as) tried .*, which is no proof:$'
done

point B3 'what is between the calls is not seen, and that is said'
build bad lost_update -O0
run conc explore ./bad
expect_status 0
expect_out 'which is no proof'
expect_out 'not seen: no lost update, no data'
build bad checks_apart -O0
run conc explore ./bad
expect_status 1
expect_out '^assertion failed'
expect_out '^Think: only its calls are seen, and not what it does to memory'

point B4 'at fixed addresses, and without names'
build bad lost_update -O1 -no-pie -fsanitize=thread
run conc explore ./bad
expect_status 1
expect_out 'counter\+\+;'
build bad two_locks -fsanitize=thread
strip bad
run conc explore ./bad
expect_status 1
expect_out 'main waits at address 0x'

point B5 'the schedule is replayed, and refused by another program'
build bad two_locks -fsanitize=thread
run conc explore ./bad
schedule=$(sed -n 's/^Schedule: //p' "$out")
run conc replay "$schedule" ./bad
expect_status 1
expect_out '^deadlock'
build bad two_locks -O2
run conc replay "$schedule" ./bad
expect_status 1
expect_err 'has changed since this schedule was found, and fails all the same'
build bad lost_update -O2
run conc replay "$schedule" ./bad
expect_status 3
expect_err 'it has changed, or is another program'

point B6 'arguments, output and the heap of one execution'
cat >heap.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static char *text;
static void *run(void *arg)
{
	free(text);
	text = strdup(arg);
	return NULL;
}
int main(int argc, char **argv)
{
	pthread_t thread;
	char *line = NULL;
	assert(argc == 3 && !text);
	asprintf(&line, "%s-%s", argv[1], argv[2]);
	text = malloc(10);
	pthread_create(&thread, NULL, run, line);
	pthread_join(thread, NULL);
	puts(text);
	free(text);
	free(line);
	return 0;
}
END
for flags in -fsanitize=thread -O2; do
	gcc -g -w -pthread $flags -o heap heap.c
	run conc explore --outcomes ./heap one two
	expect_status 0
	expect_out '  one-two.n$'
	expect_out '^1 outcome[,;]'
done

point B7 'what cannot be taken over is named'
refused() { # REGEX FILE
	run conc explore "./$2"
	expect_status 3
	expect_err "$1"
	expect_hint
}
gcc -static -pthread -o static "$programs/two_locks.c" &&
	refused 'is linked statically' static
gcc -static-pie -pthread -o static "$programs/two_locks.c" &&
	refused 'is linked statically' static
gcc -shared -fPIC -o library "$programs/two_locks.c"
refused 'is a library' library
build bad two_locks
chmod -x bad
refused 'may not be executed' bad
chmod u+sx bad
refused 'rights of somebody else' bad
build bad two_locks -fsanitize=thread -static-libtsan
refused 'sanitizer inside' bad
if have clang; then
	clang -fsanitize=thread -o bad "$programs/two_locks.c"
	refused 'sanitizer inside' bad
fi
gcc -fsanitize=address -o bad "$programs/two_locks.c"
refused 'address sanitizer' bad
build bad two_locks
printf '\000' | dd of=bad bs=1 seek=19 conv=notrunc 2>/dev/null
printf '\377' | dd of=bad bs=1 seek=18 conv=notrunc 2>/dev/null
refused 'for another machine' bad
printf 'int main(void) { return 0; }\n' | gcc -x c -o small -
head -c 1000 small >bad
chmod +x bad
refused 'is damaged|is no program' bad
run conc explore -DX ./small
expect_status 2
expect_err 'compiled already'
echo text >plain
run conc explore ./plain
expect_status 2
expect_err 'neither a C file nor a program'

point B8 'no temporary file is left'
mkdir tmp
build bad lost_update -fsanitize=thread
TMPDIR=$PWD/tmp run conc explore ./bad
expect_status 1
expect 'nothing' [ -z "$(ls tmp)" ]

point B9 'C++, whose library has threads and memory of its own'
if have g++; then
	cat >vector.cc <<'END'
#include <mutex>
#include <string>
#include <thread>
#include <vector>
std::mutex lock;
std::vector<std::string> list{"a string that does not fit into itself"};
static void add()
{
#ifdef FIXED
	std::lock_guard<std::mutex> guard(lock);
#endif
	list.push_back("another string that does not fit into itself");
}
int main()
{
	std::thread a(add), b(add);
	a.join();
	b.join();
	return list.size() != 3;
}
END
	g++ -g -O1 -fsanitize=thread -o bad vector.cc
	run conc explore ./bad
	expect_status 1
	expect_out 'race on list'
	g++ -g -O1 -fsanitize=thread -DFIXED -o good vector.cc
	run conc explore ./good
	expect_status 0
	expect_out 'no failure possible'
fi

finish
