#!/bin/sh
# help, version, unknown commands, and that help, man page and completions
# say the same, for every command that there is
. "$(dirname "$0")/lib.sh"

point 1 'conc alone shows how to go on'
run conc
expect_status 2
expect_no_out
expect_err '^Usage: conc COMMAND'
expect_err "conc --help"
expect 'fewer than 25 lines' [ "$(wc -l <"$err")" -lt 25 ]
expect 'two examples' [ "$(grep -c '^  conc ' "$err")" -eq 2 ]

point 2 'three ways to ask for help give the same'
run conc --help
expect_status 0
expect_no_err
expect_out '^Report bugs: '
cp "$out" "$T/long"
for form in -h help; do
	run conc $form
	expect_status 0
	expect_no_err
	expect_same "--help and $form" "$T/long" "$out"
done
expect 'bugs in the last line' grep -q '^Report bugs' <<END
$(tail -n 1 "$T/long")
END

point 3 'conc help COMMAND, --help and -h are the same'
for c in $(commands); do
	run conc help "$c"
	expect_status 0
	cp "$out" "$T/help"
	for form in --help -h; do
		run conc "$c" $form
		expect_status 0
		expect_no_err
		expect_same "help $c and $c $form" "$T/help" "$out"
	done
	run conc --help "$c"
	expect_same "help $c and --help $c" "$T/help" "$out"
done

point 2 'help fits 80 columns, with examples before options'
for c in '' $(commands); do
	# shellcheck disable=SC2086
	run conc help $c
	expect "help $c within 80 columns" \
		awk 'length > 80 { print; bad = 1 } END { exit bad }' "$out"
	expect "help $c has examples first" awk '
		/^Examples:/ { examples = NR }
		/^Options/ && !options { options = NR }
		END { exit !(examples && examples < options) }' "$out"
	expect "help $c ends with where bugs go" \
		sh -c "tail -n 1 '$out' | grep -q '^Report bugs'"
done

point 4 '--help beats wrong options'
for c in $(commands); do
	run conc help "$c"
	cp "$out" "$T/help"
	for words in '--bogus --help' '-Z -h' '--color --help' \
		'--color=red --help' 'a b c d e f --help' '--he'; do
		# shellcheck disable=SC2086
		run conc "$c" $words
		expect_status 0
		expect_no_err
		expect_same "help and $words" "$T/help" "$out"
	done
done

point 5 'the first line of --version ends in the number'
run conc --version
expect_status 0
expect_no_err
expect 'conc X.Y.Z' \
	sh -c "head -n 1 '$out' | grep -qE '^conc [0-9]+\.[0-9]+\.[0-9]+\$'"
cp "$out" "$T/version"
for words in 'help --version' '--version --bogus' '--bogus --version' \
	'--version nosuch'; do
	# shellcheck disable=SC2086
	run conc $words
	expect_status 0
	expect_same "--version and $words" "$T/version" "$out"
done

point 6 '--version --json tells how it was built'
run conc --version --json
expect_status 0
expect_clean "$out"
for key in schema version commit compiler libc features; do
	expect_out "^  \"$key\": "
done
if have jq; then
	expect 'valid JSON' jq -e . "$out"
	expect 'the version is the number' test \
		"$(jq -r .version "$out")" = \
		"$(awk 'NR == 1 { print $NF }' "$T/version")"
fi

point 7 'a mistyped command gets a suggestion'
run conc hlep --threads 4
expect_status 2
expect_no_out
expect_err "'hlep' is not a conc command.*most similar: help"
expect_hint
run conc compeltion
expect_err 'most similar: completion'

point 8 'nonsense gets none'
run conc zzzzzz
expect_status 2
expect_no_out
expect_err "'zzzzzz' is not a conc command\$"
expect_err "'conc help'"
for word in '' - -- x 100000; do
	run conc help -- "$word"
	expect_status 2
done

point 9 'the name of a command cannot be shortened'
for c in $(commands); do
	short=$(printf %s "$c" | cut -c 1-2)
	[ "$c" = "$short" ] && continue
	run conc "$short"
	expect_status 2
	expect_no_out
done
run conc complet
expect_err 'most similar: completion'

point 10 'a long option can be shortened, as help says'
run conc help --li
expect_status 0
expect_out "^help$tab"
run conc help help
expect_out 'may be shortened'
run conc help --p
expect_status 2
expect_err 'short for more than one'
run conc help --lits
expect_status 2
expect_err "unknown option '--lits'; most similar: --list"
expect_hint

point 15 'a double dash ends the options'
run conc help -- --list
expect_status 2
expect_err "'--list' is not a conc command"
run conc help -- help
expect_status 0

point 14 'options of every command stand before or after its name'
run conc --color never help man
cp "$out" "$T/before"
run conc help man --color never
expect_same 'before and after' "$T/before" "$out"
run conc help --color=never man
expect_same 'before and between' "$T/before" "$out"

# unmentioned HELP MAN BASH ZSH FISH: reads options, and prints those that one
# of these texts does not have.
unmentioned() {
	awk -F '\t' '
	function want(name, file, found) {
		if (!found)
			print name " is not in " file
	}
	FILENAME != "-" { text[FILENAME] = text[FILENAME] "\n" $0; next }
	{
		help = text[ARGV[1]] "\n"
		roff = $1
		gsub(/-/, "\\-", roff)
		want($1, "help", help ~ "\n [^\n]* " $1 "[ =\n]")
		want($1, "man", index(text[ARGV[2]], "fB" roff "\\fR"))
		want($1, "bash", text[ARGV[3]] ~ " " $1 "[ \047]")
		want($1, "zsh", text[ARGV[4]] ~ $1 "(=|\\[|})")
		want($1, "fish", index(text[ARGV[5]], " -l " substr($1, 3) " "))
		if ($2 != "--")
			want($2, "help", index(help, $2 ", " $1))
		if ($1 in seen || ($2 != "--" && $2 in seen))
			print $1 ", " $2 ": twice"
		seen[$1]
		seen[$2]
	}' "$@" -
}

# same_options WHOM: help, man and the sections of the completions for it.
same_options() {
	options "$1" >"$T/options"
	expect "$1 has options" test -s "$T/options"
	unmentioned "$T/help" "$T/man" "$T/bash-part" "$T/zsh-part" \
		"$T/fish" <"$T/options" >"$T/missing"
	expect "options of $1" sh -c "! grep . '$T/missing'"
}

point 44 'help, man page and completions have the same options'
conc completion bash >"$T/bash"
conc completion zsh >"$T/zsh"
conc completion fish >"$T/fish"
for c in $(commands); do
	conc help "$c" >"$T/help"
	conc man "$c" >"$T/man"
	awk "/^\t$c:\\*\\)/ { on = 1 } on { print } /;;/ { on = 0 }" \
		"$T/bash" >"$T/bash-part"
	awk "/^\t$c\\)/ { on = 1 } on { print } /;;/ { on = 0 }" \
		"$T/zsh" >"$T/zsh-part"
	same_options "$c"
	expect "$c in bash" grep -qE "[[:space:]]$c( \||\))" "$T/bash"
	expect "$c in zsh" grep -q "^		'$c:" "$T/zsh"
	expect "$c in fish" grep -q -e "-a $c " "$T/fish"
done

# members COMMAND WORD...: all that it prints with --json are in its page.
members() {
	conc man "$1" | sed -n '/^\.SH JSON/,/^\.SH EXAMPLES/p' >"$T/members"
	run conc --json "$@"
	expect_status 0
	for key in $(grep -o '^ *"[a-z_]*":' "$out" | tr -d '": ' | sort -u); do
		expect "$key in man $1" grep -qw "$key" "$T/members"
	done
}

point 44 'the man page has the members of all JSON documents'
members primes 100 --sum --twins --triplets --quadruplets --quintuplets \
	--sextuplets
members primes --nth 5
members primes 100 --print
members primes 1000 --pipeline --block 10 --trace --check
members primes --list-models
members primes --list-sieves
members primes --print-config
members race --n 1000
members race --schedule 1,2,2,1
members race --print-config
members gil --work 0
members switchcost --time 0
members switchcost --threads 1,2 --work 0
members philosophers --meals 1
members philosophers --fix order --meals 1
for demo in contention abba release '--handoff sem'; do
	# shellcheck disable=SC2086
	members lock $demo --n 1000
done
members rw --n 10
members queue --items 10
members coalesce --updates 1
members coalesce --scenario stranded
members coalesce --scenario read
for words in '' --trace '--cancel pending' '--shutdown drain' '--nested help' \
	'--nested refuse' '--resize 2' --detached; do
	# shellcheck disable=SC2086
	members pool --work 0 $words
done
members pool isolate --work 0
members map 0 0
members pfor --work 0
members futures --delays 0,0
members to-thread --job 0
members file lines /dev/null
members to-thread --job 10ms --cancel-after 0 --abandon
for words in '' --await-inside --cancel --decorated calls call-async; do
	# shellcheck disable=SC2086
	members switch --block 0 $words
done
members cpus
members cpus --set 2 --then 1 --work 0
members compare counter --size 6400 --runs 1 --models seq,threads
members compare --list-works
members compare --print-config
members procs crash
members procs zombies
members procs pipes
members procs status
members procs noshare
FSQ_ROOT=$T/queues
export FSQ_ROOT
mkdir "$FSQ_ROOT"
conc fsq install -a h q
members fsq enqueue -e q x
members fsq ls q
members fsq stat -A h q
members fsq host-dist q
members fsq --print-config
touch -d '40 hours ago' "$FSQ_ROOT/q/tmp/old"
members fsq sweep q
unset FSQ_ROOT

point 44 'help, man page and completions have the options of verbs'
conc help --verbs >"$T/verbs"
while read -r c v; do
	conc help "$c" "$v" >"$T/help"
	conc man "$c" >"$T/man"
	roff=$(printf %s "$v" | sed 's/-/\\-/g')
	expect "$v in man $c" grep -qxF ".SS $roff" "$T/man"
	grep -A 3 "^	$c-$v:\*)" "$T/bash" >"$T/bash-part"
	awk "/^\t\t$v\\)/ { on = 1 } on { print } /;;/ { on = 0 }" \
		"$T/zsh" >"$T/zsh-part"
	same_options "$c $v"
done <"$T/verbs"

point 45 'every man page has its sections'
for c in '' $(commands); do
	# shellcheck disable=SC2086
	conc man $c >"$T/man"
	for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' \
		ENVIRONMENT FILES EXAMPLES 'SEE ALSO'; do
		expect "$section in man $c" grep -qx ".SH $section" "$T/man"
	done
done

if have mandoc; then
	point 45 'mandoc has nothing to say about the man pages'
	for c in '' $(commands); do
		# shellcheck disable=SC2086
		conc man $c >"$T/conc.1"
		expect "man $c" sh -c \
			"mandoc -T lint -W style '$T/conc.1' >'$T/lint' &&
			! grep . '$T/lint'"
	done
else
	skip 45 'mandoc and the man pages' 'mandoc is not installed'
fi

point 33 'output that cannot be written is no success'
for words in --version help --help 'help --list' man 'completion zsh'; do
	run sh -c "conc $words >/dev/full"
	expect_status 3
	expect_err 'write error: No space left on device'
	expect_hint
done

point 34 'a closed stdout is no crash'
for words in --version help man; do
	run sh -c "conc $words >&-"
	expect_status 3
	expect_err 'write error: Bad file descriptor'
	run sh -c "conc $words <&- >&- 2>&-"
	expect_status 3
	run sh -c "conc $words <&-"
	expect_status 0
	run sh -c "conc $words 2>&-"
	expect_status 0
done

point 28 'a reader that leaves ends conc in silence'
if have bash; then
	run bash -c 'for i in 1 2 3 4 5 6 7 8; do
		conc help; done | head -n 1 >/dev/null
		conc man | head -n 0
		exit 0'
	expect_no_err
fi

# The best of 200 at most, so that a busy machine does not decide.
case $(date +%N) in
[0-9]*)
	point 46 'the program starts at once'
	best=1000
	for _ in $(seq 200); do
		[ "$best" -lt 20 ] && break
		start=$(date +%s%N)
		conc --version >/dev/null
		took=$((($(date +%s%N) - start) / 1000000))
		[ "$took" -lt "$best" ] && best=$took
	done
	expect "$best ms is under 20" [ "$best" -lt $((20 * slowness)) ]
	;;
*)
	skip 46 'the program starts at once' 'date knows no nanoseconds'
	;;
esac

if [ "${SANITIZE:-}" ]; then
	skip 48 'no network' 'sanitizers do not bear being traced'
elif have strace && strace -o "$T/probe" true 2>/dev/null; then
	point 48 'nothing looks at the network'
	for words in --version help man; do
		run strace -f -e trace=network -o "$T/trace" conc "$words"
		expect_status 0
		expect 'no network call' sh -c \
			"! grep -v '^[0-9 ]*+++' '$T/trace'"
	done
	for m in $(conc primes --list-models | cut -d ' ' -f 1); do
		run strace -f -e trace=network -o "$T/trace" \
			conc primes 1000 --model "$m"
		expect_status 0
		expect "no network call by $m" sh -c \
			"! grep -v -e '^[0-9 ]*+++' -e '^[0-9 ]*---' '$T/trace'"
	done
	run strace -f -e trace=network -o "$T/trace" \
		conc compare queens --size 6 --runs 1
	expect_status 0
	expect 'nothing but a pair of sockets for itself' sh -c \
		"! grep -e 'socket(' -e 'bind(' -e 'connect(' '$T/trace'"
else
	skip 48 'no network' 'strace does not work here'
fi

finish
