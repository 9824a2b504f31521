#!/bin/sh
# completions, driven in each shell that is installed
. "$(dirname "$0")/lib.sh"

# bash_completes WORD...: what bash would offer for the last word.
bash_completes() {
	ran="bash, completing: $*"
	bash --norc --noprofile -c '
		source "$0"
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		COMP_LINE=$* COMP_POINT=${#COMP_LINE}
		_conc
		printf "%s\n" "${COMPREPLY[@]}"' \
		"$T/bash" "$@" >"$out" 2>"$err"
}

if have bash; then
	point 43 'bash completes without the bash-completion package'
	conc completion bash >"$T/bash"
	expect 'bash -n' bash -n "$T/bash"
	bash_completes conc compl
	expect_no_err
	expect 'a command' [ "$(cat "$out")" = completion ]
	bash_completes conc ''
	for c in $(commands); do
		expect_out "^$c\$"
	done
	bash_completes conc help comple
	expect 'an operand' [ "$(cat "$out")" = completion ]
	bash_completes conc completion ''
	expect_out '^zsh$'
	bash_completes conc help --li
	expect 'an option' [ "$(cat "$out")" = --list ]
	bash_completes conc --js
	expect 'an option of every command' [ "$(cat "$out")" = --json ]
	for words in 'help --color' 'help --json --color' '--color'; do
		# shellcheck disable=SC2086
		bash_completes conc $words ne
		expect 'a choice' [ "$(cat "$out")" = never ]
		# shellcheck disable=SC2086
		bash_completes conc $words = ne
		expect 'a choice after =' [ "$(cat "$out")" = never ]
		# shellcheck disable=SC2086
		bash_completes conc $words =
		expect_out '^always$'
	done
	bash_completes conc --color never hel
	expect 'a command after an option' [ "$(cat "$out")" = help ]

	point 43 'bash completes verbs and their options'
	bash_completes conc fsq enq
	expect 'a verb' [ "$(cat "$out")" = enqueue ]
	bash_completes conc fsq ls --fol
	expect 'an option of a verb' [ "$(cat "$out")" = --folder ]
	bash_completes conc fsq --root x ls --folder 'do'
	expect 'a choice of a verb' [ "$(cat "$out")" = 'done' ]
	bash_completes conc fsq ls --roo
	expect 'an option of all verbs' [ "$(cat "$out")" = --root ]

	point 43 'bash completes each choice of each option'
	for c in $(commands); do
		options "$c" | grep "${tab}choice" >"$T/rows"
		while IFS=$tab read -r name _ _ range _; do
			last=${range##* }
			bash_completes conc "$c" "$name" "$last"
			expect_out "^$last\$"
		done <"$T/rows"
		options "$c" | grep "${tab}choices" >"$T/rows"
		while IFS=$tab read -r name _ _ range _; do
			last=${range##* }
			bash_completes conc "$c" "$name" "$last,$last"
			expect_out "^$last,$last\$"
		done <"$T/rows"
	done
else
	skip 43 'completion in bash' 'bash is not installed'
fi

if have zsh; then
	point 43 'zsh takes the completions'
	conc completion zsh >"$T/_conc"
	run zsh -n "$T/_conc"
	expect_status 0
	expect_no_err
	run zsh -f -c "autoload -Uz compinit && compinit -u -D &&
		source $T/_conc && [[ \$_comps[conc] == _conc ]]"
	expect_status 0
	expect_no_err
else
	skip 43 'completion in zsh' 'zsh is not installed'
fi

if have fish; then
	point 43 'fish completes'
	conc completion fish >"$T/fish"
	run fish --no-config -n "$T/fish"
	expect_status 0
	expect_no_err
	run fish --no-config -c "source $T/fish; complete -C 'conc comp'"
	expect_out '^completion'
	expect_no_err
	run fish --no-config -c "source $T/fish; complete -C 'conc help --li'"
	expect_out '^--list'
	run fish --no-config -c "source $T/fish
		complete -C 'conc help --color=ne'"
	expect_out 'never'
	run fish --no-config -c "source $T/fish
		complete -C 'conc completion z'"
	expect_out '^zsh'
else
	skip 43 'completion in fish' 'fish is not installed'
fi

finish
