#!/bin/sh
# selftest - plant each fault that lint should name into a small house
#
# The house below is clean. Each plant changes one thing in a copy of it, and
# lint has to print the words that the plant expects, and to fail.

set -u
lint=$(cd "$(dirname "$0")/.." && pwd)/lint.sh
format=$(cd "$(dirname "$0")/../.." && pwd)/.clang-format
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

header() { # NAME: a header that answers the three questions
	cat <<-END
		/*
		 * $1 - one noun
		 *
		 * Threads:  any.
		 * Blocking: never.
		 * Memory:   none.
		 */
	END
}

build_house() {
	mkdir -p lib/models cmd tests lessons slides
	printf 'low\nhigh\n' >lib/ORDER
	for m in low high; do
		header $m >lib/$m.h
		echo "#include \"lib/$m.h\"" >lib/$m.c
		echo "#include \"lib/$m.h\"" >tests/test_$m.c
	done
	echo '/* inside */' >lib/low_impl.h
	echo '#include "lib/low.h"' >>lib/high.c
	echo '#include "lib/high.h"' | tee lib/models/seq.c >lib/models/gil.c
	printf 'MODEL(seq)\nMODEL(gil)\n' >lib/models/list.def
	echo 'COMMAND(run)' >cmd/list.def
	echo '#include "cmd/opt.h"' | tee cmd/run.c cmd/main.c >cmd/opt.c
	echo '/* options */' >cmd/opt.h
	printf '\n/* tag::whole[] */\n' >>lib/low.c
	printf 'int low(void)\n{\n\treturn 1;\n}\n' >>lib/low.c
	printf '/* end::whole[] */\n' >>lib/low.c
	echo '---?code=lib/low.c&lang=c&tags=whole' >slides/01-low.md
	cat >README.md <<-'END'
		## Adding things
		| model | `lib/models/x.c` | `lib/models/list.def` |
	END
	cp "$format" .
}

# plant WORDS COMMAND: after COMMAND, lint says WORDS.
plant() {
	rm -rf "$work/now"
	cp -R "$work/house" "$work/now"
	(cd "$work/now" && eval "$2") || echo "not ok cannot plant: $2"
	if sh "$lint" "$work/now" >"$work/out" 2>/dev/null; then
		echo "not ok lint passes after: $2"
		failed=1
	elif ! grep -qF -- "$1" "$work/out"; then
		echo "not ok lint does not say '$1' after: $2"
		sed 's/^/      | /' "$work/out"
		failed=1
	else
		echo "ok lint: $1"
	fi
}

lines() { # N TEXT: the text N times
	awk -v n="$1" -v text="$2" 'BEGIN { while (n--) print text }'
}

function_of() { # N: a function with N lines in it
	printf 'int longish(void)\n{\n'
	lines "$1" '	low();'
	echo '}'
}

mkdir "$work/house"
(cd "$work/house" && build_house)
if sh "$lint" "$work/house" >"$work/out" 2>/dev/null; then
	echo "ok a clean house passes"
else
	echo "not ok a clean house passes"
	sed 's/^/      | /' "$work/out"
	failed=1
fi

plant 'low includes lib/high.h, which lib/ORDER has below' \
	'echo "#include \"lib/high.h\"" >>lib/low.c'
plant 'is not written from the root' 'echo "#include \"low.h\"" >>lib/high.c'
plant 'lib/none.h does not exist' \
	'echo "#include \"lib/none.h\"" >>lib/low.c'
plant 'lib includes cmd/opt.h' 'echo "#include \"cmd/opt.h\"" >>lib/low.c'
plant 'a mechanism includes a part, lib/models/seq.h' \
	'echo >lib/models/seq.h
	echo "#include \"lib/models/seq.h\"" >>lib/low.c'
plant 'a part includes another, lib/models/gil.h' \
	'echo >lib/models/gil.h
	echo "#include \"lib/models/gil.h\"" >>lib/models/seq.c'
plant 'lib/models/seq.c:2: the inside of another module, lib/low_impl.h' \
	'echo "#include \"lib/low_impl.h\"" >>lib/models/seq.c'
plant 'cmd/run.c:2: the inside of another module, lib/low_impl.h' \
	'echo "#include \"lib/low_impl.h\"" >>cmd/run.c'
plant 'tests/test_high.c:2: the inside of another module' \
	'echo "#include \"lib/low_impl.h\"" >>tests/test_high.c'
plant 'a part is reached through its list' \
	'echo >lib/models/seq.h
	echo "#include \"lib/models/seq.h\"" >>cmd/run.c'
plant 'lib/models/extra.c:1: not in lib/models/list.def' \
	'cp lib/models/seq.c lib/models/extra.c'
plant 'cmd/extra.c:1: not in cmd/list.def' 'cp cmd/run.c cmd/extra.c'
plant 'lib/models/none.c does not exist' \
	'echo "MODEL(none)" >>lib/models/list.def'
plant 'lib/none.h does not exist' 'echo none >>lib/ORDER'
plant 'low twice' 'echo low >>lib/ORDER'
plant 'lib/odd.h:1: its module is not in lib/ORDER' 'cp lib/low.h lib/odd.h'
plant "lib/low.h:1: no line 'Blocking:'" \
	'grep -v Blocking lib/high.h >lib/low.h'
plant 'neither tests/test_low.c nor a reason' 'rm tests/test_low.c'
plant "no table 'Adding things'" 'echo text >README.md'
plant 'lib/works/list.def does not exist' \
	'echo "| work | \`lib/works/list.def\` |" >>README.md'
plant "tag 'whole' a second time" \
	'sed -n "/tag::/,/end::/p" lib/low.c >t; cat t >>lib/low.c; rm t'
plant "tag 'open' is never closed" 'echo "/* tag::open[] */" >>lib/low.c'
plant "end of tag 'shut', which is not open" \
	'echo "/* end::shut[] */" >>lib/low.c'
plant "tag 'bare' holds nothing" \
	'printf "/* tag::bare[] */\n\n/* end::bare[] */\n" >>lib/low.c'
plant "quotes 'none', which is no region of lib/low.c" \
	'echo "---?code=lib/low.c&tags=whole,none" >slides/02-x.md'
plant "quotes 'step', which is no region of lib/low.c" \
	'echo "@[tag:step](text)" >>slides/01-low.md'
plant 'quotes lib/gone.c, which does not exist' \
	'echo "---?code=lib/gone.c" >slides/02-x.md'
plant 'a lesson includes lib/low.h' \
	'mkdir -p lessons/01-x; echo "#include \"lib/low.h\"" >lessons/01-x/x.c'
plant 'volatile orders nothing' 'echo "volatile int x;" >>lib/low.c'
plant 'sleep orders nothing' 'echo "int y = sleep(1);" >>lib/low.c'
plant 'time comes from clock_now()' 'echo "int y = time(0);" >>cmd/run.c'
plant 'chance comes from the seeded rng' 'echo "int y = rand();" >>cmd/run.c'
plant 'lib does not print' 'echo "int y = printf(0);" >>lib/low.c'
plant 'the time of compiling' 'echo "int y = sizeof(__DATE__);" >>cmd/run.c'
plant 'a function of 61 lines' 'function_of 61 >>lib/low.c'
plant '501 lines' 'lines 501 "int x;" >lib/low.c'
plant '81 columns' 'printf "/* %75s */\n" . >>lib/low.c'
plant 'white space at the end' 'printf "int x; \n" >>lib/low.c'

archive() { # NAME...: an archive of files that each define a function of NAME
	mkdir build
	for name in "$@"; do
		file=build/$((n += 1))
		echo "int $name(void) { return 1; }" >$file.c
		"${CC:-cc}" -c -o $file.o $file.c
		ar r build/libconc.a $file.o
		rm $file.c
	done 2>/dev/null
}
plant 'build/libconc.a:1: same is in 1.o and in 3.o' \
	'archive same other same'
if command -v clang-format >/dev/null; then
	plant 'code should be clang-formatted' 'echo "int  x ;" >>lib/low.c'
fi
exit $failed
