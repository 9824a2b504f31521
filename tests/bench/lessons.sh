# shellcheck shell=sh
# lessons - how long a learner waits for a verdict, sourced by run

# Seconds from `check` to the verdict, the compiler included, as a learner has
# them: the exercise as it is given, and the solution.
lesson_verdict() { # LESSON WHAT
	start=$(date +%s%N)
	"$CONC" lesson check "$1" -q >/dev/null 2>&1
	end=$(date +%s%N)
	awk -v label="$1, $2" -v ns=$((end - start)) 'BEGIN {
		s = ns / 1e9
		printf "%-36s %10.2f s %8s %9s %s\n", label, s, "", 2,
			(s < 2 ? "reached" : "MISSED")
	}'
}

lessons() {
	XDG_STATE_HOME=$work/state
	CONC_WORKSHOP=$work/workshop
	export XDG_STATE_HOME CONC_WORKSHOP
	"$CONC" lesson start >/dev/null || wrong=1
	printf '\n%-36s %10s %10s %9s\n' 'A verdict' 'seconds' '' 'goal <'
	for folder in "$(dirname "$0")"/../../lessons/*/; do
		[ -f "$folder/lesson.conf" ] || continue
		lesson=$(basename "$folder")
		file=$(sed -n 's/^file = //p' "$folder/lesson.conf")
		lesson_verdict "$lesson" 'as given'
		cp "$folder/solution/$file" "$CONC_WORKSHOP/$lesson"
		lesson_verdict "$lesson" 'solved'
	done
}
