#!/bin/sh
# conc rw: readers together, writers alone, nobody left out
. "$(dirname "$0")/lib.sh"

point P4 'readers are inside together, a writer is alone'
run conc rw --readers 4 --writers 1 --n 2000
expect_status 0
expect_no_err
expect_out '^kind=rwlock reads=8000 writes=2000 '
expect_out '^peak_readers=4 mixed=0 torn=0$'
for i in 0 1 2 3; do
	expect_out "^reader-$i +2000 +[0-9]+\$"
done
expect_out '^writer-0 +2000 +[0-9]+$'

point P4 'whoever they are'
while read -r readers writers; do
	run conc rw --readers "$readers" --writers "$writers" --n 300
	expect_status 0
	expect_out " reads=$((300 * readers)) writes=$((300 * writers)) "
	expect_out "^peak_readers=$readers mixed=0 torn=0\$"
done <<'END'
1 1
8 8
32 2
2 32
0 3
3 0
0 0
END

point P4 'under a mutex one reader at a time'
run conc rw --kind mutex --readers 4 --writers 2 --n 500
expect_status 0
expect_out '^kind=mutex reads=2000 writes=1000 '
expect_out '^peak_readers=1 mixed=0 torn=0$'

if have jq; then
	point 19 'JSON is JSON'
	run conc rw --n 100 --json
	expect 'five threads' jq -e '(.threads | length == 5) and
		.reads == 400 and .torn == 0' "$out"
else
	skip 19 'JSON is JSON' 'no jq'
fi

finish
