#!/bin/sh
# shellcheck disable=SC2086 # a verb is two words
# every option of every command: arguments that are missing or wrong, and
# the places a value can come from
. "$(dirname "$0")/lib.sh"
unset CONC_LESSONS

# field ROW N: a row of `conc help --list COMMAND` has fields between tabs.
field() {
	printf '%s\n' "$1" | cut -f "$2"
}

usage=2

# each_option FUNCTION: FUNCTION COMMAND ROW for each option of each command,
# but those of every command only once.
each_option() {
	options help | sed '/^--list/d' >"$T/global"
	IFS='
'
	# shellcheck disable=SC2046
	set -- "$1" $(commands) $(verbs)
	unset IFS
	function=$1
	shift
	for c in "$@"; do
		usage=$(usage_status "$c")
		options "$c" >"$T/rows"
		[ "$c" = help ] || grep -vxFf "$T/global" "$T/rows" >"$T/own"
		[ "$c" = help ] && cp "$T/rows" "$T/own"
		while IFS= read -r row; do
			case "$c $row" in
			"fsq "*" --root$tab"* | "fsq "*" --print-config"*) ;;
			*) "$function" "$c" "$row" ;;
			esac
		done <"$T/own"
	done
}

# A verb has it from its command, and is not tried a second time.
has_print_config() {
	case $1 in *' '*) return 1 ;; esac
	options "$1" 2>/dev/null | cut -f 1 | grep -qx -e --print-config
}

is_number() { # KIND
	case $1 in count | number | bound | counts) ;; *) return 1 ;; esac
}

# expect_refusal REGEX: exit $usage, nothing on stdout, 10 lines at most that
# can be shown as they are, one of which matches, and a hint at the end. All in
# one awk, because thousands of refusals are looked at.
expect_refusal() {
	expect_status "$usage"
	expect_no_out
	fault=$(REGEX=$1 LC_ALL=C awk '
		$0 ~ ENVIRON["REGEX"] { found = 1 }
		/[\001-\010\013-\037\177]|\302[\200-\237]/ { control = 1 }
		{ size += length; last = $0 }
		END {
			if (!found) print "no line matches " ENVIRON["REGEX"]
			if (control) print "control bytes"
			if (NR > 10 || size > 2000) print "too long"
			if (last ~ /^conc/) print "no hint at the end"
		}' "$err")
	[ "$fault" ] && fault "$fault: $(head -n 3 "$err")"
}

check_missing() {
	case $(field "$2" 3) in flag | action) return ;; esac
	name=$(field "$2" 1)
	letter=$(field "$2" 2)
	run conc $1 "$name"
	expect_refusal "option '$name' requires an argument"
	[ "$letter" = -- ] && return
	run conc $1 "$letter"
	expect_refusal "option '$letter' requires an argument"
}

point 11 'an option whose argument is missing says so'
each_option check_missing

# Not a number in any notation, whatever the limits; one per line.
bad_numbers="-1
+4
abc
nan
NaN
inf
-inf
4x
x4
0x10
' 4'
'4 '
1.
.5
1e
1e-3
1.5
1e400
1e99999999999999999999
2**64
2^9999999999
99999999999999999999
18446744073709551616
1,5e
1_000
４
٣
½
--
-
;
%d
%s%n
'4'
${escape}[31m4
$return"

# Under a sanitizer each option is given every sixth of the bad values, the
# next one others: what differs from option to option is little, and slow.
turn=0
some() {
	[ "${SANITIZE:-}" ] || {
		cat
		return
	}
	awk -v turn="$turn" 'NR % 6 == turn % 6'
}

check_numbers() {
	kind=$(field "$2" 3)
	is_number "$kind" || return 0
	name=$(field "$2" 1)
	range=$(field "$2" 4)
	least=${range% to *}
	most=${range#* to }
	{
		printf '%s\n' "$bad_numbers"
		[ "$least" -gt 0 ] 2>/dev/null && echo 0 &&
			echo "$((least - 1))"
		[ "$most" = 18446744073709551615 ] || echo "${most}0"
		case $kind in
		count) printf '1e1\n10^1\n1k\n1+1\n1,2\n1-2\n' ;;
		number) printf '1+1\n2-1\n' ;;
		bound) printf '1+\n1--1\n1-2\n2**64-1+1\n' ;;
		counts) printf '1,,2\n,1\n1,\n2-1\n1-\n1-2-3\n1e1\n1-1000\n' ;;
		esac
	} | some >"$T/bad"
	turn=$((turn + 1))
	while IFS= read -r value; do
		run conc $1 "$name" "$value"
		expect_refusal "$name '.*from $least to $most\$"
	done <"$T/bad"
	run conc $1 "$name" ''
	expect_refusal "$name ''"
	run conc $1 "$name=1
2"
	expect_refusal "$name '1.n2'"
	limit=$((5 * slowness))
	run conc $1 "$name" "$(printf '%0100000d' 7 | tr 0 9)"
	expect_refusal "$name '999*\.\.\.' \(100000 bytes\)"
	limit=
	for variable in $(field "$2" 5); do
		run env "$variable=4x" conc $1
		expect_refusal "$variable '4x'"
	done
	echo "${1%% *}.${name#--} = 4x" >conc.conf
	run conc $1
	expect_refusal "\./conc\.conf:1: ${1%% *}\.${name#--} '4x'"
	rm conc.conf
}

point 12 'a wrong number names option, value and range'
each_option check_numbers

check_durations() {
	case $(field "$2" 3) in duration | durations) ;; *) return ;; esac
	name=$(field "$2" 1)
	range=$(field "$2" 4)
	{
		printf '%s\n' "$bad_numbers" | grep -vx '1\.5'
		printf '1m\n1 s\n1S\n0.1ns\n1mss\nms\n1e1\n'
		echo '99999999999h'
	} | some >"$T/bad"
	turn=$((turn + 1))
	while IFS= read -r value; do
		run conc $1 "$name" "$value"
		expect_refusal "$name '.*from $range\$"
	done <"$T/bad"
	run conc $1 "$name" ''
	expect_refusal "$name ''"
}

point 12 'so does a wrong time'
each_option check_durations

check_fractions() {
	[ "$(field "$2" 3)" = fraction ] || return
	name=$(field "$2" 1)
	range=$(field "$2" 4)
	for value in -1 1.5e3 4x NaN '' .5 1. 0.1s 0,5 0.0000000001 99999999; do
		run conc $1 "$name" "$value"
		expect_refusal "$name '.*' is not a fraction .*from $range\$"
	done
}

point 12 'so does a wrong fraction'
each_option check_fractions

usage=2
point 12 'so does a wrong operand'
printf '%s\n' "$bad_numbers" | grep -v '^-' >"$T/bad"
while IFS= read -r value; do
	run conc primes "$value"
	expect_refusal "HI '"
	run conc primes "$value" 5
	expect_refusal "LO '"
done <"$T/bad"
run conc primes "$(printf '%0100000d' 7 | tr 0 9)"
expect_refusal "HI '999*\.\.\.' \(100000 bytes\)"

check_choices() {
	case $(field "$2" 3) in choice | choices) ;; *) return ;; esac
	name=$(field "$2" 1)
	first=$(field "$2" 4 | sed 's/[, ].*//')
	for value in '' zzzzzz "${first}q" "${escape}[31m" 1 -- "é"; do
		run conc $1 "$name" "$value"
		expect_refusal "$name '"
		expect_err "is not one of .* or "
	done
	run conc $1 "$name" "${first}q"
	expect_err "most similar is '$first'"
	run conc $1 "$name" "$(printf '%05000d' 0)"
	expect_refusal "$name '000"
}

point 12 'a wrong choice names option, value and choices'
each_option check_choices

check_no_argument() {
	case $(field "$2" 3) in flag | action) ;; *) return ;; esac
	name=$(field "$2" 1)
	case $name in --help | --version) return ;; esac
	run conc $1 "$name=yes"
	expect_refusal "option '$name' takes no argument"
}

point 12 'a flag takes no argument'
each_option check_no_argument

point 12 'an unknown option names itself and the nearest'
for c in $(commands); do
	usage=$(usage_status "$c")
	run conc "$c" --colro never
	expect_refusal "unknown option '--colro'; most similar: --color"
	run conc "$c" --zzzzzzzz
	expect_refusal "unknown option '--zzzzzzzz'\$"
	run conc "$c" -Z
	expect_refusal "unknown option '-Z'"
	run conc "$c" "-$escape"
	expect_refusal 'unknown option'
	run conc "$c" "--${escape}[31m"
	expect_refusal 'unknown option'
	run conc "$c" "--$(printf '%0100000d' 0)"
	expect_refusal 'unknown option'
	run conc "$c" -5
	expect_refusal "negative number, such as -5"
done
usage=2
run conc --threads 4 help
expect_refusal "unknown option '--threads'"

# A value within the row's limits; the n-th one, counted round where there
# are few.
good_value() { # ROW N
	case $(field "$1" 3) in
	count | number | bound | counts)
		least=$(field "$1" 4)
		most=${least#* to }
		least=${least% to *}
		nth=$2
		[ ${#most} -eq 1 ] && nth=$((nth % (most - least + 1)))
		echo $((least + nth))
		;;
	duration | durations)
		least=$(field "$1" 4 | sed 's/ to .*//')
		unit=$(echo "$least" | tr -d 0-9)
		echo "$((${least%"$unit"} + $2))$unit"
		;;
	fraction) echo "0.$(($2 + 1))" ;;
	choice | choices)
		field "$1" 4 | sed 's/, /\n/g; s/ or /\n/' |
			awk -v n="$2" '{ c[NR - 1] = $0 }
			END { print c[n % NR] }'
		;;
	*)
		echo "value$2"
		;;
	esac
}

check_spellings() {
	case $(field "$2" 3) in flag | action | texts) return ;; esac
	has_print_config "$1" || return 0
	name=$(field "$2" 1)
	letter=$(field "$2" 2)
	value=$(good_value "$2" 1)
	run conc "$1" "$name=$value" --print-config
	expect_status 0
	expect_out "^${name#--} = $value  \(from $name\)\$"
	cp "$out" "$T/equals"
	run conc "$1" --print-config "$name" "$value"
	expect_same "$name=$value and $name $value" "$T/equals" "$out"
	[ "$letter" = -- ] && return
	run conc "$1" "$letter$value" --print-config
	expect_same "$name=$value and $letter$value" "$T/equals" "$out"
	run conc "$1" "$letter" "$value" --print-config
	expect_same "$name=$value and $letter $value" "$T/equals" "$out"
}

point 13 'each spelling of an option means the same'
each_option check_spellings

expect_setting() { # NAME VALUE ORIGIN
	expect_status 0
	expect_out "^$1 = $2  \(from $3\)\$"
}

# The four places from weakest to strongest; a fifth is the system's file.
check_origin() {
	case $(field "$2" 3) in flag | action | texts) return ;; esac
	has_print_config "$1" || return 0
	name=$(field "$2" 1)
	key=${name#--}
	user=$T/home/.config/conc
	mkdir -p "$user"
	good_value "$2" 0 | sed "s/^/$key = /" >"$user/conc.conf"
	run conc "$1" --print-config
	expect_setting "$key" "$(good_value "$2" 0)" "$user/conc.conf:1"
	mkdir -p "$T/xdg/conc"
	good_value "$2" 1 | sed "s/^/$key=/" >"$T/xdg/conc/conc.conf"
	run env XDG_CONFIG_HOME="$T/xdg" conc "$1" --print-config
	expect_setting "$key" "$(good_value "$2" 1)" "$T/xdg/conc/conc.conf:1"
	{
		echo '# a comment, and then an empty line'
		echo
		good_value "$2" 2 | sed "s/^/  $1.$key  =  /; s/\$/  $return/"
	} >conc.conf
	run conc "$1" --print-config
	expect_setting "$key" "$(good_value "$2" 2)" './conc.conf:3'
	for variable in $(field "$2" 5); do
		run env "$variable=$(good_value "$2" 3)" \
			conc "$1" --print-config
		expect_setting "$key" "$(good_value "$2" 3)" "$variable"
		run env "$variable=" conc "$1" --print-config
		expect_setting "$key" "$(good_value "$2" 2)" './conc.conf:3'
		run env "$variable=$(good_value "$2" 3)" \
			conc "$1" --print-config "$name" "$(good_value "$2" 4)"
		expect_setting "$key" "$(good_value "$2" 4)" "$name"
	done
	run conc "$1" --print-config "$name" "$(good_value "$2" 4)"
	expect_setting "$key" "$(good_value "$2" 4)" "$name"
	rm -r conc.conf "$T/xdg" "$user"
}

point 39 'a value is the strongest one given, and knows its origin'
each_option check_origin

reader=$(for c in $(commands); do
	has_print_config "$c" && echo "$c"
done | head -n 1)
if [ "$reader" ]; then
	point 39 'a wrong line of conc.conf is named'
	for line in threads nonsense=1 '= 4' 'color' 'color = red' \
		'help = yes' "nosuch.color = never" 'plain = maybe' \
		"${escape}[31m = 1" 'print-config = yes' "$reader.zzz = 1"; do
		printf '# fine\n%s\n' "$line" >conc.conf
		run conc "$reader" --print-config
		expect_status 2
		expect_no_out
		expect_err '\./conc\.conf:2: '
		expect_hint
		expect_clean "$err"
	done
	printf 'color = never\0\n' >conc.conf
	run conc "$reader" --print-config
	expect_status 2
	rm conc.conf

	point 39 'a conc.conf that cannot be a settings file does no harm'
	mkfifo conc.conf
	run conc "$reader" --print-config
	expect_status 3
	expect_err 'cannot read'
	rm conc.conf
	mkdir conc.conf
	run conc "$reader" --print-config
	expect_status 3
	rmdir conc.conf
	head -c 100000 /dev/zero | tr '\0' '#' >conc.conf
	run conc "$reader" --print-config
	expect_status 3
	expect_err 'File too large'
	rm conc.conf
	for home in '' relative /nosuch "$T/work"; do
		run env HOME="$home" conc "$reader" --print-config
		expect_status 0
	done
	run env -u HOME conc "$reader" --print-config
	expect_status 0

	point 39 'settings in JSON'
	run conc "$reader" --print-config --json --color never
	expect_status 0
	expect_out '"schema": "conc.config"'
	if have jq; then
		expect 'the origin of a setting' sh -c "jq -e '.settings[] |
			select(.name == \"color\") |
			.value == \"never\" and .from == \"--color\"' '$out'"
	fi

	point 26 'what stands for accessible is a setting too'
	run env ACCESSIBLE=1 conc "$reader" --print-config
	expect_setting plain yes ACCESSIBLE
	run env ACCESSIBLE=1 CONC_ACCESSIBLE=0 conc "$reader" --print-config
	expect_setting plain no CONC_ACCESSIBLE
	run env ACCESSIBLE= conc "$reader" --print-config
	expect_setting plain no default
else
	skip 39 'settings' 'no command has --print-config yet'
fi

finish
