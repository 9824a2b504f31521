# shellcheck shell=sh
# said - what the answers say, and do not say; sourced after lib.sh

# explored FILE: what is said of it is in one line.
explored() {
	run conc explore --plain "$1"
	expect_status 1
	tr -s '\n\t ' ' ' <"$out" >line
}

# says WORDS, says_not WORDS
says() {
	expect "$1" grep -qF "$1" line
}
says_not() {
	expect "not: $1" sh -c "! grep -qF '$1' line"
}
