#!/bin/sh
# installed - check that what was installed works from where it is
#
# usage: sh tests/installed.sh DESTDIR BINDIR LIBDIR INCLUDEDIR MANDIR
#
# DESTDIR may be empty. CC and PKG_CONFIG as in the Makefile.

set -eu
: "${CC:=cc}" "${PKG_CONFIG:=pkg-config}"
dest=$1 bin=$1$2/conc lib=$1$3 man=$1$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$bin" --version | grep -q '^conc [0-9]'
echo 'ok the installed program starts'

[ "$("$bin" primes 1000 --count --quiet)" = 168 ]
echo 'ok the installed program counts'

"$bin" lesson list | grep -q '^05-data-race '
echo 'ok the lessons are there'

for page in "$man"/man1/conc*.1; do
	head -n 5 "$page" | grep -q '^\.TH'
done
echo 'ok the man pages are there'

cat >"$work/example.c" <<-'END'
	#include "lib/rng.h"

	int main(void)
	{
		struct rng rng;

		rng_init(&rng, 1);
		return rng_next(&rng) == rng_next(&rng);
	}
END
PKG_CONFIG_PATH=$lib/pkgconfig
export PKG_CONFIG_PATH
[ -z "$dest" ] || export PKG_CONFIG_SYSROOT_DIR="$dest"
# shellcheck disable=SC2046
for h in "$1$4"/conc/lib/*.h; do
	case $h in *_impl.h) continue ;; esac
	echo "#include \"lib/$(basename "$h")\"" |
		$CC -std=c11 -D_GNU_SOURCE -fsyntax-only -x c - \
			$($PKG_CONFIG --cflags conc)
done
echo 'ok each installed header compiles alone'

# shellcheck disable=SC2046
$CC -o "$work/example" "$work/example.c" \
	$($PKG_CONFIG --cflags --libs conc)
"$work/example"
echo 'ok a program is built with the library by pkg-config'
