#!/bin/sh
# argument lists by chance, for every command and verb: what a list asks for
# is done, refused, or interrupted. CLI_FUZZ_RUNS=10000 tries that many,
# CLI_FUZZ_SEED=N others.
. "$(dirname "$0")/lib.sh"

lister=$(dirname "$CONC")/tests/faults/lists
runs=2000
[ "${SANITIZE:-}" ] && runs=300
runs=${CLI_FUZZ_RUNS:-$runs}
seed=${CLI_FUZZ_SEED:-1}

# Rows of "WHOM tab WORD" or "WHOM tab OPTION tab KIND tab RANGE", for all
# that has options: the words of its examples, and its options.
rows() {
	{
		commands
		conc help --verbs
	} | while IFS= read -r whom; do
		# shellcheck disable=SC2086
		conc help $whom | sed -n 's/^  conc //p' | tr ' ' '\n' |
			sed "s/^/$whom$tab/"
		options "$whom" | cut -f 1,3,4 | sed "s/^/$whom$tab/"
		options "$whom" | cut -f 2-4 | grep -v '^--' |
			sed "s/^/$whom$tab/"
	done
}

random_lists() { # N SEED
	rows | awk -F '\t' -v n="$1" -v seed="$2" '
	function pick(text,    part) {
		return part[1 + int(rand() * split(text, part, ";"))]
	}
	function junk() {
		return pick("-;--;---;-=;=;--=;-1;0;1;4x;1e3;2**64;1-8;1,2;" \
			"a,b;*;%s%n;\\;$HOME;--color;never;-t4;-qqq;-hq;" \
			"--he;--no-color;\303\251;\342\200\256;\377;\033[31m")
	}
	function value(kind, range) {
		if (rand() < 0.2)
			return junk()
		if (kind ~ /^choice/) {
			gsub(/, | or /, ";", range)
			return pick(range)
		}
		if (kind ~ /^duration/)
			return pick("1ms;0.01;2s;1us")
		if (kind == "fraction")
			return pick("0.1;0.5;1")
		if (kind == "text" || kind == "texts")
			return pick("a;b;x.svg;-;seven")
		return pick("1;2;3;5;7;10;100;1000")
	}
	function word(whom,    row, field, kind) {
		if (rand() < 0.1)
			return junk()
		row = rowof[whom, 1 + int(rand() * nrows[whom])]
		split(row, field, "\t")
		kind = field[2]
		if (kind == "" || kind == "flag" || kind == "action")
			return field[1]
		return field[1] (rand() < 0.2 ? "=" : "\t") \
			value(kind, field[3])
	}
	# A command first, then one of its verbs.
	!($1 in nrows) && $1 ~ / / {
		split($1, field, " ")
		verb[field[1], ++nverbs[field[1]]] = $1
	}
	!($1 in nrows) && $1 !~ / / { names[++nnames] = $1 }
	{ rowof[$1, ++nrows[$1]] = substr($0, length($1) + 2) }
	END {
		srand(seed)
		for (i = 0; i < n; i++) {
			whom = names[1 + int(rand() * nnames)]
			k = nverbs[whom]
			if (k && rand() < 0.9)
				whom = verb[whom, 1 + int(rand() * k)]
			line = rand() < 0.1 ? junk() : whom
			sub(/ /, "\t", line)
			for (k = int(rand() * 6); k > 0; k--)
				line = line "\t" word(whom)
			print line
		}
	}'
}

# Programs that a list names are not found, so that none is run.
point R43 "$runs argument lists by chance, seed $seed, end as documented"
random_lists "$runs" "$seed" >"$T/lists"
expect 'lists' [ "$(wc -l <"$T/lists")" -eq "$runs" ]
mkdir "$T/root"
env PATH="$T/bin" FSQ_ROOT="$T/root" CONC_NUM_THREADS=3 TMPDIR="$T/work" \
	"$lister" $((100 * slowness)) "$T/bin/conc" \
	<"$T/lists" >"$out" 2>&1 || fault "$(cat "$out")"
ran='argument lists by chance'
expect_out "^$runs lists, [1-9][0-9]* interrupted, [1-9][0-9]* with status 0"
tail -n 1 "$out"

finish
