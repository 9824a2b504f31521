# shellcheck shell=sh
# names - what memory is called in the answers; sourced after lib.sh

# program NAME: its lines have their own numbers, for they are read again.
program() {
	{
		echo '#include <assert.h>'
		echo '#include <pthread.h>'
		echo '#include <stdlib.h>'
		echo '#include <string.h>'
		cat
	} >"$1"
}

# What is raced on, each once, from JSON.
raced() {
	awk -F '"' '/"kind": "data race"/ { race = 1 }
		race && $2 == "object" { print $4; race = 0 }' "$out" |
		sort -u >raced
}

# names_are NAME...
names_are() {
	raced
	printf '%s\n' "$@" | sort -u >wanted
	expect "the names $*" diff wanted raced
}
