#!/bin/sh
# distcheck - what a packager does with a source archive, and expects of it
#
# usage: sh tests/distcheck.sh ARCHIVE
#
# From the archive alone, in a tree that cannot be written to: build, check,
# install to a DESTDIR, look at every file there, try it, uninstall. Then
# build in another folder, and find the same bytes.

set -eu
archive=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
: "${MAKE:=make}"
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
unset MAKEFLAGS MAKELEVEL

fail() {
	echo "not ok distcheck: $1"
	exit 1
}

unpack() { # FOLDER
	mkdir -p "$work/$1"
	gzip -dc "$archive" | tar -xf - -C "$work/$1" --strip-components=1
}

quietly() {
	"$@" >"$work/log" 2>&1 || {
		tail -n 40 "$work/log"
		fail "$*"
	}
}

# Root may write anywhere: only a read-only mount, where that is to be had,
# stops it. The names of files tell of writing all the same.
unpack 'first tree'
cd "$work/first tree"
find . | sort >"$work/before"
chmod -R a-w .
built=$work/built
export ANOTHER_TREE=yes
quietly $MAKE -s -j"$jobs" BUILD="$built" all check
tail -n 1 "$work/log"
find . | sort | cmp -s - "$work/before" || fail 'the source tree was written to'
echo 'ok distcheck: builds and passes in a tree that is left alone'

into="BUILD=$built DESTDIR=$work/dest prefix=/usr"
# shellcheck disable=SC2086
quietly $MAKE $into install
grep -E '^ +(CC|LINK|AR) ' "$work/log" && fail 'install compiled something'
find "$work/dest" ! -type d | sed "s|^$work/dest||" | sort >"$work/found"
# shellcheck disable=SC2086
$MAKE -s $into manifest | sort >"$work/wanted"
diff "$work/wanted" "$work/found" || fail 'installed files are not as listed'
echo "ok distcheck: installs $(wc -l <"$work/found") files, those listed"
# shellcheck disable=SC2086
quietly $MAKE -s $into installcheck
echo 'ok distcheck: what is installed works'
# shellcheck disable=SC2086
quietly $MAKE -s $into uninstall
[ -z "$(find "$work/dest" -mindepth 1)" ] || fail 'uninstall leaves something'
echo 'ok distcheck: uninstall leaves nothing'

unpack second
cd "$work/second"
quietly $MAKE -s -j"$jobs" all
for f in conc libconc.a; do
	cmp "build/$f" "$built/$f" || fail "$f differs from folder to folder"
done
echo 'ok distcheck: two folders give the same bytes'
