#!/bin/sh
# conc explore --outcomes: the executions of all lines are all that there were
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/programs

# expect_sum: the column comes to what the last line says.
expect_sum() {
	expect 'the sum' awk '
		/^[0-9,]+ outcomes?/ { table = 0 }
		table { sum += $1 }
		/^executions  output$/ { table = 1 }
		/^[0-9]+ executions?[ ,]/ { all = $1 }
		END { exit !(sum > 0 && sum == all) }' "$out"
}

# expect_json_sum: likewise, in JSON.
expect_json_sum() {
	have jq || return 0
	expect 'the sum' jq -e '([.outcomes[].executions] | add) +
		.executions_unlisted + .executions_cut +
		.executions_learning == .executions' "$out"
}

# try OPTION... PROGRAM
try() {
	run conc explore --outcomes "$@"
	expect_sum
	run conc explore --outcomes --json "$@"
	expect_json_sum
}

point 1 'every execution is in a line, with failures among the outcomes'
try "$programs/output_varies.c"
try "$programs/lost_update.c"
try "$programs/use_after_free.c"

point 2 'one that was cut, as it would go on like one before, has its line'
try "$programs/two_mutexes.c"
run conc explore --outcomes "$programs/two_mutexes.c"
expect_out '^ +[0-9]+  \(cut short: the rest is as in one above\)$'
expect_out 'and no others are possible$'

point 3 'so has what a search of choice tries before'
for strategy in bounded dpor delay random; do
	try --strategy "$strategy" --time 0.2 "$programs/lost_update.c"
done
run conc explore --outcomes --strategy bounded --bound 0 \
	"$programs/lost_update.c"
expect_out '^ +[0-9]+  \(by chance, only to see what races\)$'

point 4 'a bound of time or steps'
try --time 0.05 "$programs/philosophers.c"
try --steps 12 "$programs/two_mutexes.c"
run conc explore --outcomes --steps 12 "$programs/two_mutexes.c"
expect_out '; there may be others$'

point 5 'the outcomes that are left out of a long list, in one line'
cat >many.c <<'END'
#include <pthread.h>
#include <stdio.h>
static int n, seen;
static void *count(void *arg)
{
	for (int i = 0; i < 60; i++)
		__atomic_fetch_add(&n, 1, __ATOMIC_SEQ_CST);
	return arg;
}
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, count, NULL);
	seen = __atomic_load_n(&n, __ATOMIC_SEQ_CST);
	pthread_join(thread, NULL);
	printf("%d\n", seen);
	return 0;
}
END
try many.c
run conc explore --outcomes many.c
expect_out '^ +[0-9]+  \.\.\. and 21 more outcomes \(--json has them\)$'

point 6 'memory models, processes apart, and locks'
try --memory c11 "$programs/publish_early.c"
try --memory tso "$programs/peterson.c"
try --isolate "$programs/output_varies.c"
try --locks "$programs/two_mutexes.c"

point 7 'more outcomes than there is room for were not cut short'
cat >hash.c <<'END'
#include <pthread.h>
#include <stdio.h>
static _Atomic unsigned hash = 1;
static void *work(void *arg)
{
	for (int i = 0; i < 6; i++)
		hash = hash * 3 + (arg != NULL) + 2;
	return arg;
}
int main(void)
{
	pthread_t a, b;
	pthread_create(&a, NULL, work, NULL);
	pthread_create(&b, NULL, work, &a);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	printf("%u\n", hash);
	return 0;
}
END
run conc explore --outcomes --strategy random --time 1 hash.c
expect_sum
expect_out '^ +[0-9]+  \(more outcomes than are counted one by one\)$'
expect 'none cut' sh -c '! grep "cut short" "$1"' sh "$out"

finish
