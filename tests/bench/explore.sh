# shellcheck shell=sh
# explore - how many executions a second the explorer makes, sourced by run

programs=$(dirname "$0")/../explore

# explore_rate LABEL GOAL COMMAND...: executions a second, and steps in each.
explore_rate() {
	label=$1
	goal=$2
	shift 2
	"$CONC" explore --json --strategy random --time 1s "$@" \
		>"$work/explored" || wrong=1
	awk -v label="$label" -v goal="$goal" '
	{ gsub(/[",:]/, "") }
	$1 == "executions" { n = $2 }
	$1 == "steps_taken" { steps = $2 }
	$1 == "elapsed_s" { s = $2 }
	END {
		said = n / s >= goal ? "reached" : "MISSED"
		printf "%-36s %10.0f %10.1f %9s %s\n", label, n / s,
			steps / n, goal, said
	}' "$work/explored"
}

# explore_demo LABEL PROGRAM: seconds from the compiled program to its failure.
explore_demo() {
	"$CONC" explore --json "$programs/programs/$2.c" >"$work/explored"
	[ $? -eq 1 ] || wrong=1
	awk -v label="$1" '
	{ gsub(/[",:]/, "") }
	$1 == "elapsed_s" { s = $2 }
	END {
		said = s < 0.1 ? "reached" : "MISSED"
		printf "%-36s %10.4f s %8s %9s %s\n", label, s, "", 0.1, said
	}' "$work/explored"
}

explorer() {
	printf '\n%-36s %10s %10s %9s\n' 'The explorer' 'runs/s' \
		'steps each' 'goal >='
	explore_rate 'two threads, a lock each' 500000 "$programs/turns.c" 1
	explore_rate 'two threads, twice each' 500000 "$programs/turns.c" 2
	explore_rate 'two threads, 36 times' 50000 "$programs/turns.c" 36
	explore_rate 'two threads, a process each time' 300 --isolate \
		"$programs/turns.c" 1
	printf '\n%-36s %10s %10s %9s\n' 'Until it is shown' 'seconds' '' \
		'goal <'
	explore_demo 'lost update' lost_update
	explore_demo 'two locks' two_locks
	explore_demo 'missed signal' missed_signal
}
