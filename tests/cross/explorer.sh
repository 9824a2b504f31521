#!/bin/sh
# explorer - its runtime for aarch64 in an emulator: what it answers there
#
# How a thread is switched, what is known of the registers in a loop that
# waits, where a frame begins: that differs between processors. The answer to
# a program, with the number of schedules that there are, does not.

set -u
if [ "${SANITIZE:-}" ]; then
	echo 'skip all: the same in each variant'
	exit 0
fi
cd "$(dirname "$0")/../.." || exit 1
T=$(mktemp -d "${TMPDIR:-/tmp}/conc-cross.XXXXXX") || exit 1
trap 'rm -rf "$T"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
prefix=aarch64-linux-gnu
nfailed=0

for command in gcc ld nm objcopy; do
	if ! command -v $prefix-$command >"$T/found"; then
		echo "skip all: no $prefix-$command here"
		exit 0
	fi
done
if ! command -v qemu-aarch64 >"$T/found"; then
	echo 'skip all: no qemu-aarch64 here'
	exit 0
fi

unset MAKEFLAGS MAKELEVEL
if ! make -s BUILD="$T/build" CC=$prefix-gcc LD=$prefix-ld NM=$prefix-nm \
	OBJCOPY=$prefix-objcopy "$T/build/explore/runtime.o" \
	>"$T/log" 2>&1; then
	echo 'not ok the runtime is compiled'
	sed 's/^/    /' "$T/log"
	exit 1
fi
echo 'ok the runtime is compiled'

# The tools that `conc` calls, and who carries out what they make.
mkdir "$T/bin"
cat >"$T/bin/cross" <<END
#!/bin/sh
for argument; do
	shift
	case \$argument in
	*/runtime.o) argument=$T/build/explore/runtime.o ;;
	esac
	set -- "\$@" "\$argument"
done
exec $prefix-gcc "\$@"
END
chmod +x "$T/bin/cross"
ln -s "$(command -v $prefix-objcopy)" "$T/bin/objcopy"
ln -s "$(command -v $prefix-nm)" "$T/bin/nm"
cat >"$T/emulate.c" <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int execv(const char *path, char *const argv[])
{
	char *all[64] = {"qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"};
	int (*real)(const char *, char *const[]);
	const char *name = strrchr(path, '/');
	int n = 3;
	*(void **)&real = dlsym(RTLD_NEXT, "execv");
	if (!name || strcmp(name, "/program") != 0)
		return real(path, argv);
	unsetenv("LD_PRELOAD");
	all[n++] = (char *)path;
	for (int i = 1; argv[i] && n < 63; i++)
		all[n++] = argv[i];
	return execvp(all[0], all);
}
END
cc -shared -fPIC -w -o "$T/emulate.so" "$T/emulate.c" -ldl || exit 1

emulated() { # ARGUMENT...: of `conc explore`
	PATH=$T/bin:$PATH LD_PRELOAD=$T/emulate.so \
		"$CONC" explore --cc cross "$@" 2>&1
}

same() { # ARGUMENT...: the answer is the one that is given here
	"$CONC" explore "$@" 2>&1 | head -n 1 >"$T/here"
	emulated --time 60s "$@" | head -n 1 >"$T/there"
	if [ -s "$T/here" ] && cmp -s "$T/here" "$T/there"; then
		echo "ok $*"
	else
		echo "not ok $*"
		sed 's/^/    here: /' "$T/here"
		sed 's/^/    there: /' "$T/there"
		nfailed=$((nfailed + 1))
	fi
}

cd tests/explore || exit 1
same programs/lost_update.c
same programs/two_locks.c
same programs/missed_signal.c
for memory in sc tso c11; do
	for program in wait spin_lock; do
		same --memory $memory "weak/$program.c"
		same --memory $memory -DFIXED -O 2 "weak/$program.c"
	done
done
same --memory c11 weak/seqlock.c
[ "$nfailed" -eq 0 ]
