#!/bin/sh
# compare: every form of its result, and that neither ^C, kill -9 nor a full
# disk make it lie or leave anything behind
. "$(dirname "$0")/lib.sh"

small='conc compare queens --size 8 --runs 2'
models=$(conc primes --list-models | cut -d ' ' -f 1 | tr '\n' ' ' |
	sed 's/ $//')
nmodels=$(conc primes --list-models | wc -l)

# Every child of a process, and theirs.
descendants() {
	for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
		echo "$child"
		descendants "$child"
	done
}

# What is left of these processes, zombies apart.
alive() {
	for pid in "$@"; do
		state=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null)
		case $state in '' | Z*) ;; *) echo "$pid" ;; esac
	done
}

# Whether conc has its helper, which is then known as such.
has_child() {
	helper=$(cat "/proc/$conc/task/$conc/children" 2>/dev/null)
	helper=${helper% }
	[ "$helper" ]
}

# Whether the helper has a process to measure.
measured_child() {
	has_child || return 1
	measured=$(cat "/proc/$helper/task/$helper/children" 2>/dev/null)
	measured=${measured% }
	[ "$measured" ]
}

# until_true COMMAND...: within 10 seconds.
until_true() {
	for _ in $(seq 1000); do
		"$@" && return 0
		sleep 0.01
	done
	return 1
}

point 0 'each work is done by every model that can, and all agree'
for work in 'primes --size 1e5' 'queens --size 7' 'sleepers --size 4' \
	'counter --size 6400'; do
	# shellcheck disable=SC2086
	run conc compare $work --runs 1 --threads 2
	expect_status 0
	for model in $models; do
		expect_out "^$model  "
	done
	for word in WRONG FAILED; do
		expect "no $word" sh -c "! grep $word '$out'"
	done
	expect_out '^When to use which:'
	expect_out 'CPUs? usable'
done
expect_out '^procs .* n/a$'
expect_out '^procs: n/a: its workers share no memory'
expect_out '^threads, no lock: lost [0-9]+ of 6400 '
expect 'to lose none is luck' sh -c "tr '\n' ' ' <'$out' |
	grep -qE 'threads, no lock: lost ([1-9]|0 [^;]*; that was luck)'"
expect 'but not where one works alone' sh -c "tr '\n' ' ' <'$out' |
	grep -qE 'seq, no lock: lost 0 [^;]* ms\.'"

point 0 'the works are listed, the name first'
run conc compare --list-works
expect_status 0
for work in primes queens sleepers counter; do
	expect_out "^$work  "
done

point 0 'unknown names get a suggestion, and nothing is run'
run conc compare qeens
expect_status 2
expect_no_out
expect_err "'qeens'; most similar: queens"
expect_hint
run conc compare --models seq,thread
expect_status 2
expect_no_out
expect_err 'threads'
expect_hint
run conc compare --reference nobody
expect_status 2
for words in '--runs 0' '--runs 1001' '--threads 0' '--threads 1,x' \
	'--size 0' 'queens --size 19' 'primes queens' '--csv --json' \
	'--csv --markdown' '--json --chart' '--svg - --csv' '--svg='; do
	# shellcheck disable=SC2086
	run conc compare $words
	expect_status 2
	expect_no_out
	expect_hint
done

point 0 'the reference and the widths can be chosen'
run conc compare queens --size 7 --runs 1 --models shm --threads 1-3 \
	--reference threads --csv
expect_status 0
expect 'three of each' sh -c "[ \"\$(grep -cE \
	'^queens,7,(threads|shm),[123],' '$out')\" -eq 6 ]"
expect 'and no other' sh -c "[ \"\$(wc -l <'$out')\" -eq 7 ]"

if have jq; then
	point 19 '--json is valid and has all that hyperfine writes'
	run $small --json
	expect_status 0
	expect_clean "$out"
	expect 'schema and version' jq -e \
		'.schema == "conc.compare" and .version == 1' "$out"
	expect 'a result for each model' jq -e \
		".results | map(.model) | sort ==
		(\"$models\" | split(\" \") | sort)" "$out"
	expect "hyperfine's members" jq -e '.results | all(
		(.command, .parameters.model | type == "string") and
		([.mean, .stddev, .median, .user, .system, .min, .max] |
			all(type == "number")) and
		(.times | length == 2) and (.exit_codes == [0, 0]) and
		(.memory_usage_byte | length == 2 and all(. > 0)))' "$out"
	expect 'columns of our own' jq -e '.results | all(
		.status == "right" and .rank > 0 and .speedup > 0 and
		.voluntary_switches >= 0 and .minor_faults > 0 and
		.checksum == "83bf6d216a5bd2b9")' "$out"
	expect 'the machine' jq -e '.environment |
		.cpus_usable > 0 and (.cpu | length > 0)' "$out"
	expect 'what was made' jq -e '.results |
		map({(.model): (.threads + .processes)}) | add |
		.seq == 0 and .procs >= 1 and .shm >= 1' "$out"

	point 20 '--json in a terminal is JSON, progress only on stderr'
	pty "$small --json 2>'$T/progress'"
	expect_status 0
	tr -d '\r' <"$out" >"$T/json"
	expect 'valid' jq -e '.results | length > 0' "$T/json"

	point 0 'the twin without a lock is apart from the results'
	run conc compare counter --size 6400 --runs 1 --json
	expect 'not among the results' jq -e \
		'.results | all(.parameters.work == "counter")' "$out"
	expect 'lost updates' jq -e '.without_lock | length > 0 and
		all(.lost >= 0 and .rank == null)' "$out"
	expect 'null for what there is not' jq -e '.results[] |
		select(.model == "procs") | .status == "impossible" and
		.mean == null and .times == []' "$out"
else
	skip 19 'the JSON' 'jq is not installed'
fi

point 0 'CSV and Markdown have a line for each row'
run $small --csv
expect_status 0
expect_clean "$out"
expect 'as many fields everywhere' awk -F, \
	'NR == 1 { n = NF } NF != n { exit 1 }' "$out"
expect_out '^work,size,model,workers,'
expect 'a heading and a row for each model' \
	[ "$(wc -l <"$out")" -eq $((nmodels + 1)) ]
run $small --markdown
expect_status 0
expect_out '^\| model \|'
expect_out '^\| --- '
expect 'a heading, a rule and a row for each model' \
	[ "$(wc -l <"$out")" -eq $((nmodels + 2)) ]
expect 'a table only' sh -c "! grep -v '^|.*|\$' '$out'"

point 22 'in a pipe there are neither escapes nor returns'
run sh -c "$small 2>&1 | cat"
expect_clean "$out"
run sh -c "$small --chart --wide --progress=plain 2>&1 | cat"
expect_clean "$out"

point 0 '--quiet leaves the table'
run $small --quiet
expect_status 0
expect 'a heading, a rule and a row for each model' \
	[ "$(wc -l <"$out")" -eq $((nmodels + 2)) ]

# A run of some two seconds, which shows progress.
long='conc compare sleepers --models seq,async --size 60 --runs 1'

if have script; then
	point 21 'a terminal shows progress with an ETA, and erases it'
	pty "$long"
	expect_status 0
	expect 'progress' grep -q "${return}compare: .*ETA" "$out"
	expect 'erased' sh -c "tr '\r' '\n' <'$out' | grep 'compare:' -A 1 |
		tail -n 1 | grep -q '^$escape\[K'"

	point 23 'NO_COLOR takes the colours away'
	pty "NO_COLOR=1 $small"
	expect_status 0
	expect 'no colour' sh -c "! grep '$escape\[[0-9;]*m' '$out'"

	point 24 'an empty NO_COLOR does not'
	pty "NO_COLOR= $small"
	expect 'colour' grep -q "$escape\[[0-9;]*m" "$out"

	point 25 'a dumb terminal gets no escapes'
	pty "TERM=dumb $long"
	expect_status 0
	expect 'no escapes' sh -c "! grep '$escape' '$out'"

	point 26 '--color=always beats all'
	run sh -c "NO_COLOR=1 $small --color=always | cat"
	expect 'colour' grep -q "$escape\[[0-9;]*m" "$out"

	point 27 'stdout is judged by itself'
	pty "$small 2>/dev/null | cat"
	expect 'no escapes' sh -c "! grep '$escape' '$out'"

	point 41 'forty columns suffice, and nothing is lost'
	pty "COLUMNS=40 $small 2>/dev/null"
	expect_status 0
	tr -d '\r' <"$out" | sed "s/$escape\[[0-9;]*m//g" >"$T/narrow"
	expect 'no line is wider' awk \
		'length > 40 { print; bad = 1 } END { exit bad }' "$T/narrow"
	for word in workers wall speed-up efficiency CPU memory answer; do
		expect "$word is there" grep -qi "^ *$word" "$T/narrow"
	done
	expect 'values are whole' grep -qE '^wall.*: .*[0-9]\+-[0-9.]+' \
		"$T/narrow"

	point 41 'eighty columns hold the table'
	pty "$small 2>/dev/null"
	expect 'a line per model' grep -qE '^seq +1 .* right' "$out"
else
	skip 21 'a terminal' 'script is not installed'
fi

point 42 'bars are ASCII in the C locale, blocks in UTF-8'
run env LC_ALL=C $small --chart
expect_status 0
expect_clean "$out"
expect 'bars of #' grep -qE '^[a-z]+ .*##' "$out"
expect 'ASCII only' sh -c "! LC_ALL=C grep -q '[^ -~]' '$out'"
run env LC_ALL=C.UTF-8 $small --chart
expect 'blocks' grep -q '█' "$out"
run $small --chart --plain
expect 'no bars' sh -c "! grep -q '##' '$out'"
expect_out '^threads: [0-9.]+ ms'

point 0 'an SVG is written as well, or alone'
run $small --svg chart.svg
expect_status 0
expect_out '^threads '
expect 'an SVG' grep -q '^</svg>$' chart.svg
expect 'with words for who cannot see it' grep -q '<desc id="desc">' chart.svg
run $small --svg -
expect_status 0
expect 'an SVG alone' sh -c "head -n 1 '$out' | grep -q '^<svg' &&
	tail -n 1 '$out' | grep -q '^</svg>\$'"
if have xmllint; then
	expect 'well-formed' xmllint --noout chart.svg
fi

point 0 'a file that cannot be written is refused, before the work'
run conc compare --svg no/such/folder/chart.svg
expect_status 3
expect_no_out
expect_err "no/such/folder/chart.svg': No such file or directory"
expect_hint
run conc compare --svg .
expect_status 3
expect_err 'Is a directory'

point 33 'a full disk is said so'
run $small --svg /dev/full
expect_status 3
expect_err "/dev/full': No space left on device"
for form in '' --json --csv --markdown '--svg -'; do
	run sh -c "$small $form >/dev/full"
	expect_status 3
	expect_err 'write error: No space left on device'
done

point 34 'a closed stdout is no crash'
run sh -c "$small >&-"
expect_status 3

# Some sixty seconds, were it not interrupted.
endless='conc compare sleepers --models seq,procs,threads --size 600 --runs 9'

point 29 'an interrupt before the first result says so'
begun=$(date +%s%N)
run_until_signal INT interrupted $endless
took=$((($(date +%s%N) - begun) / 1000000))
expect_status 130
expect_no_out
expect_err 'interrupted before anything was measured'
expect "soon: $took ms" [ $took -lt 20000 ]

point 29 'an interrupt later shows what there is, as partial'
run_until_signal INT partial conc compare queens --size 9 --runs 1000 --json
expect_status 130
expect_err 'interrupted: the result is partial'
if have jq; then
	expect 'valid and partial' jq -e \
		'.partial and (.results | any(.times | length > 0))' "$out"
fi
run_until_signal INT partial conc compare queens --size 9 --runs 1000
expect_status 130
expect_out 'the result is partial'

point 31 'no process is left after INT, TERM, HUP or KILL'
for signal in INT:130 TERM:143 HUP:129 KILL:137; do
	code=${signal#*:}
	signal=${signal%:*}
	# timeout makes INT count again, which a shell's & has ignored.
	timeout --preserve-status 20 $endless 2>"$err" &
	shell=$!
	until_true sh -c "cat /proc/$shell/task/*/children | grep -q ." ||
		fault 'conc did not start'
	conc=$(cat /proc/$shell/task/*/children)
	conc=${conc% }
	until_true measured_child || fault 'no measurement was begun'
	family=$(descendants "$conc")
	expect 'a helper and a measured process' \
		[ "$(echo "$family" | wc -l)" -ge 2 ]
	kill -s $signal "$conc"
	wait $shell
	status=$?
	ran="kill -$signal"
	expect_status "$code"
	gone() {
		# shellcheck disable=SC2086
		[ -z "$(alive $family)" ]
	}
	until_true gone || fault "left: $(alive $family)"
done

point R 'a measured process that is killed is reported, the others go on'
conc compare sleepers --models seq,async --size 60 --runs 2 --threads 2 \
	>"$out" 2>"$err" &
conc=$!
until_true has_child || fault 'no helper was started'
until_true measured_child || fault 'no measurement was begun'
kill -9 "$measured"
wait $conc
status=$?
ran='kill -9 of a measured process'
expect_status 3
expect_err '^conc compare: no answer from: seq; '
expect_out '^seq .* FAILED$'
expect_out '^seq: FAILED: killed by signal 9'
expect_out '^async .* right$'

point R 'a worker that is killed is reported, and the answer is right'
conc compare sleepers --models procs --reference procs --size 60 --runs 1 \
	--threads 2 >"$out" 2>"$err" &
conc=$!
# The second child of conc's helper: the first only asked seq for the truth.
worker_of() {
	has_child || return 1
	measured=$(cat "/proc/$helper/task/$helper/children" 2>/dev/null)
	measured=${measured% }
	workers=$(cat "/proc/$measured/task/$measured/children" 2>/dev/null)
	[ "${workers% }" ] && [ "$measured" != "$last" ]
}
last=
until_true worker_of || fault 'no worker was started'
last=$measured
until_true worker_of || fault 'no second run was begun'
kill -9 "${workers%% *}"
wait $conc
status=$?
ran='kill -9 of a worker'
expect_status 0
expect_out '^procs .* right$'
expect_out '^procs: 1 worker died'

point R 'a helper that is killed is an error with a name'
conc compare sleepers --size 60 >"$out" 2>"$err" &
conc=$!
until_true has_child || fault 'no helper was started'
kill -9 "$helper"
wait $conc
status=$?
ran='kill -9 of the helper'
expect_status 3
expect_no_out
expect_err 'takes the measurements was killed'
expect_hint

# The leak sanitizer would need a process of its own.
point Y 'no process may be started: an error with a name'
if have prlimit && have setpriv && [ "$(id -u)" -eq 0 ] &&
	[ -z "${SANITIZE:-}" ]; then
	chmod 755 "$T" "$T/bin" "$T/work"
	cp "$CONC" "$T/conc"
	if setpriv --reuid 65533 --regid 65533 --clear-groups \
		"$T/conc" --version >/dev/null 2>&1; then
		run setpriv --reuid 65533 --regid 65533 --clear-groups \
			prlimit --nproc=0 "$T/conc" compare
		expect_status 3
		expect_no_out
		expect_err 'cannot start the process.*Resource temporarily'
		expect_hint
	fi
fi

finish
