#!/bin/sh
# cover - per file, the share of lines that the tests reached
#
# usage: GCOV=gcov sh tests/cover.sh FOLDER SOURCE...
#
# FOLDER holds the objects that were compiled with --coverage and have run.
# What a child that ends by _exit or a signal has done is not counted.

set -eu
folder=$1
shift
for source in "$@"; do
	${GCOV:-gcov} -n -o "$folder/${source%.c}.o" "$source" 2>/dev/null |
		awk -v source="$source" '
		/^File / { mine = index($0, "\047" source "\047") }
		mine && /^Lines executed:/ {
			gsub(/Lines executed:|%/, "")
			print source, $1, $3
			exit
		}
		/^No executable lines/ { exit }'
done | sort | awk '
{
	printf "%6.1f %% of %4d  %s\n", $2, $3, $1
	reached += $2 / 100 * $3
	lines += $3
}
END {
	if (!lines)
		exit 1
	printf "%6.1f %% of %4d  in all\n", 100 * reached / lines, lines
}'
