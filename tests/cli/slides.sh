#!/bin/sh
# the decks: each command that a slide names can be run
. "$(dirname "$0")/lib.sh"

root=$(cd "$here/../.." && pwd)
FSQ_ROOT=$T/queues
XDG_STATE_HOME=$T/state
export FSQ_ROOT XDG_STATE_HOME
mkdir "$FSQ_ROOT"

# What compares models takes a while; tests/cli/compare.sh sees to it.
quick() {
	case $1 in
	'conc compare '*) echo "$1 --size 30 --runs 1" ;;
	*) echo "$1" ;;
	esac
}

for deck in "$root"/slides/*.md; do
	name=${deck##*/}
	point 0 "$name: with its code in it, for tools that know only Markdown"
	(cd "$root" && awk -f slides/plain.awk "slides/$name") >"$T/$name" ||
		fault 'it quotes what is not there'
	expect 'all is quoted' sh -c "! grep -E '^(---.|@\[|Note:)' '$T/$name'"
	expect 'as many slides' [ "$(grep -c '^---$' "$deck")" = \
		"$(grep -c '^---$' "$T/$name")" ]
	expect 'code in each quotation' awk '
		/^```c$/ { inside = 1; lines = 0; next }
		/^```$/ && inside { bad += lines == 0; inside = 0 }
		inside { lines++ }
		END { exit bad + inside }' "$T/$name"
	have cmark && expect 'as many rules' [ \
		"$(cmark "$T/$name" | grep -c '^<hr />')" = \
		"$(grep -c '^---$' "$deck")" ]
done

if [ "${SANITIZE:-}" ]; then
	skip 0 'the commands of the decks' 'they are the same everywhere'
	finish
fi
ln -s "$root/lessons" lessons
conc lesson start course >/dev/null
for deck in "$root"/slides/*.md; do
	point 0 "${deck##*/}: what is to be typed"
	# shellcheck disable=SC2016
	grep -v '^Note:' "$deck" | grep -o '`conc [^`]*`' | tr -d '`' \
		>"$T/commands"
	expect 'some commands' [ -s "$T/commands" ]
	while IFS= read -r command; do
		# shellcheck disable=SC2046
		run $(quick "$command")
		[ "$status" -le 1 ] ||
			fault "status $status of $command: $(head -n 2 "$err")"
	done <"$T/commands"
done
finish
