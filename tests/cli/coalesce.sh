#!/bin/sh
# conc coalesce: few polls for many updates, and who forgets one
. "$(dirname "$0")/lib.sh"

# figure NAME: what was told of it.
figure() {
	sed -n "s/.*\b$1=\([0-9]*\).*/\1/p" "$out"
}

point P6 'under the policy each every update polls'
run conc coalesce --policy each --updaters 4 --updates 25 --poll-cost 10us
expect_status 0
expect_no_err
expect_out '^updates=100 polls=100 applied=100 stranded=0$'

point P6 'few polls serve many updates'
for policy in recheck pool; do
	run conc coalesce --policy $policy --updaters 4 --updates 1000 \
		--poll-cost 1ms
	expect_status 0
	expect_out '^updates=4000 polls=[0-9]+ applied=4000 stranded=0$'
	expect "few polls: $(figure polls)" [ "$(figure polls)" -lt 400 ]
done

point P6 'a read shows the old value before a poll and the new one after'
run conc coalesce --scenario read
expect_status 0
expect_out '^read_before_poll=0 read_after_poll=1$'

point P7 'an update in the middle of a poll, every time'
for policy in each trylock recheck pool; do
	for _ in 1 2 3 4 5; do
		run conc coalesce --scenario stranded --policy $policy
		expect_status 0
		if [ $policy = trylock ]; then
			expect_out '^updates=2 polls=1 applied=1 stranded=1$'
		else
			expect_out '^updates=2 polls=2 applied=2 stranded=0$'
		fi
	done
done

if have jq; then
	point 19 'JSON is JSON'
	run conc coalesce --scenario stranded --policy trylock --json
	expect 'one is stranded' jq -e '.stranded == 1 and
		.policy == "trylock" and .scenario == "stranded"' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

finish
