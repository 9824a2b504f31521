#!/bin/sh
# lint - check the rules of the house that a program can check
#
# usage: sh tests/lint.sh [ROOT]
#
# Needs sh, awk and find; uses clang-format and shellcheck where they are
# and says so where they are not; looks into build/libconc.a if that is
# built. Prints FILE:LINE: WHAT for each fault; the last line counts.
# tests/lint/selftest.sh plants each fault and looks for it.

set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")/lint" && pwd) || exit 1
cd "${1:-.}" || exit 1

# Files by suffix, from the folders of the house.
files() {
	pattern=
	for suffix in "$@"; do
		pattern="$pattern -o -name *$suffix"
	done
	set -f
	# shellcheck disable=SC2086
	find cmd lib lessons slides tests -type f \( ${pattern# -o } \) \
		2>/dev/null | sort
	set +f
}

c_files=$(files .c .h)
lists=$(find lib cmd -name list.def | sort)

# "lib/models/ cmd/": the folders with a list; "lib/models/seq": what is in it.
parts=
listed=
for list in $lists; do
	parts="$parts ${list%list.def}"
	listed="$listed $(awk -v folder="${list%list.def}" -F '[(),]' \
		'/^[A-Z_]+\(/ { printf "%s%s ", folder, $2 }' "$list")"
done

check_layers() {
	explorer=lib/explore/ORDER
	[ -f "$explorer" ] || explorer=
	# shellcheck disable=SC2086
	grep -n '^ *# *include *"' $c_files /dev/null |
		awk -v parts=" $parts " -v listed=" $listed " \
			-f "$here/layers.awk" lib/ORDER $explorer -
}

# Each entry has its file. Each file is an entry, belongs to one (x_more.c to
# x), or, in cmd/, is main.c or has a header, its own or x.h for x_more.c.
check_lists() {
	for entry in $listed; do
		[ -f "$entry.c" ] ||
			echo "${entry%/*}/list.def:1: $entry.c does not exist"
	done
	for folder in $parts; do
		for f in "$folder"*.c; do
			[ -f "$f" ] && check_listed "$folder" "${f%.c}"
		done
	done
}

check_listed() {
	for entry in $listed; do
		case $2 in "$entry" | "$entry"_*) return ;; esac
	done
	if [ "$1" = cmd/ ]; then
		[ "$2" = cmd/main ] && return
		[ -f "$2.h" ] && return
		[ -f "${2%_*}.h" ] && return
	fi
	echo "$2.c:1: not in ${1}list.def"
}

# Every mechanism has a header that answers three questions, and a test. A
# file x_more.c is of module x: x.h declares what it defines.
check_mechanisms() {
	while read -r module; do
		[ -f "lib/$module.h" ] || [ -f "lib/${module%_*}.h" ] ||
			echo "lib/ORDER:1: lib/$module.h does not exist"
	done <lib/ORDER
	for h in lib/*.h; do
		case $h in *_impl.h) continue ;; esac
		module_of "${h%.h}" >/dev/null ||
			echo "$h:1: its module is not in lib/ORDER"
		for word in Threads Blocking Memory; do
			grep -q "^ \* $word:  *[^ ]" "$h" ||
				echo "$h:1: no line '$word:'"
		done
	done
	for c in lib/*.c; do
		check_tested "${c%.c}"
	done
}

check_tested() {
	module_of "$1" >/dev/null ||
		echo "$1.c:1: its module is not in lib/ORDER"
	name=${1#lib/}
	while :; do
		[ -f "tests/test_$name.c" ] && return
		grep -q "^$name: " "$here/untested" && return
		case $name in
		*_*) name=${name%_*} ;;
		*) break ;;
		esac
	done
	echo "$1.c:1: neither tests/test_${1#lib/}.c nor a reason in" \
		"tests/lint/untested"
}

module_of() {
	name=${1#lib/}
	until grep -qx "$name" lib/ORDER; do
		case $name in
		*_*) name=${name%_*} ;;
		*) return 1 ;;
		esac
	done
	echo "$name"
}

# The table "Adding things" of README.md names what exists. A name with a
# variable in it (lib/models/x.c, lessons/NN-slug/) has its folder.
check_readme() {
	[ -f README.md ] || {
		echo "README.md:1: does not exist"
		return
	}
	rows=$(awk '/^#/ { on = /Adding things/ } on && /^\|/' README.md)
	[ "$rows" ] || echo "README.md:1: no table 'Adding things'"
	echo "$rows" | grep -oE '`[a-zA-Z_-]+/[^` ]*`' | tr -d '`' | sort -u |
		while read -r path; do
			case $path in
			*/x.* | */test_x.* | *NN-slug*) path=${path%/*} ;;
			esac
			case $path in *NN-slug*) path=${path%/*} ;; esac
			[ -e "$path" ] ||
				echo "README.md:1: $path does not exist"
		done
}

# Two functions of one name in the archive link as long as no program needs
# both files; then whoever comes first wins, or it does not link any more.
check_symbols() {
	archive=build/libconc.a
	if [ ! -f "$archive" ] || ! command -v nm >/dev/null; then
		echo "skipped: no $archive, or no nm" >&2
		return
	fi
	nm -A -g "$archive" | awk -v archive="$archive" '
		$(NF - 1) ~ /^[TDBRC]$/ {
			n = split($1, part, ":")
			member = part[n - 1]
			if ($NF in seen)
				printf "%s:1: %s is in %s and in %s\n",
					archive, $NF, seen[$NF], member
			seen[$NF] = member
		}'
}

scripts() {
	files .sh
	ls .ci/run tests/bench/run 2>/dev/null
}

# shellcheck disable=SC2046,SC2086
check_format() {
	if command -v clang-format >/dev/null; then
		clang-format --dry-run -Werror $c_files 2>&1 |
			sed -n 's/: error: /: /p'
	else
		echo 'skipped: clang-format is not installed' >&2
	fi
	if command -v shellcheck >/dev/null; then
		shellcheck -S warning -e SC2034,SC2154,SC3043 -f gcc $(scripts)
	else
		echo 'skipped: shellcheck is not installed' >&2
	fi
}

# shellcheck disable=SC2046,SC2086
{
	check_layers
	check_lists
	check_mechanisms
	check_readme
	check_symbols
	check_format
	awk -f "$here/code.awk" $(files .c .h .def .awk .md ORDER) \
		$(scripts) $(ls Makefile README.md 2>/dev/null)
	awk -f "$here/tags.awk" $(files .c .h .def .sh |
		grep -v '^tests/lint') /dev/null $(files .md)
} | awk '{ print } END { printf "lint: %d faults\n", NR; exit NR > 0 }'
