#!/bin/sh
# explore, replay, play: what each thread of a deadlock asked for is a step
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((30 * slowness))
programs=$here/../explore/programs

# rows: the steps of the last output, as "THREAD WORDS".
rows() {
	sed -n 's/^ *[0-9][0-9]*\([>!x]*\) *\([mT][a-z0-9]*\) */\1 \2 /p' "$out"
}

# one_row REGEX: there is one step like that, and no more.
one_row() {
	n=$(rows | grep -cE -e "$1")
	[ "$n" -eq 1 ] || fault "$n steps like $1"
}

point S1 'the thread that closes the cycle is seen to ask, at its line'
program=$programs/two_locks.c
run conc explore --plain "$program"
expect_status 1
schedule=$(sed -n 's/^Schedule: //p' "$out")
one_row '^x main waits for b, which T1 has held since line 18 +19: '
one_row '^x T1 waits for a, which main has held since line 18 +19: '
expect_out '^Who waits at a step marked x waits for ever\.$'
cp "$out" explored
run conc replay --plain "$schedule" "$program"
expect_status 1
one_row '^x main waits for b, which T1 has held since line 18 +19: '
one_row '^x T1 waits for a, which main has held since line 18 +19: '

point S2 'a wide table, a page and a document have that step, too'
COLUMNS=200
export COLUMNS
run conc explore "$program"
unset COLUMNS
expect_out '^ *6x \| 19: pthread_mutex_lock\(to\); +\| +\| waits for b, which '
run conc explore --html page.html "$program"
expect_status 1
expect 'a row' grep -qE '<td class="nr">6</td><td class="mark">x</td>' page.html
expect 'its words' grep -q '>waits for b, which T1 has held since line 18' \
	page.html
expect 'what the mark means' grep -q '<dt>x</dt>' page.html
run conc explore --json "$program"
expect_status 1
expect 'the step' sh -c "tr -d ' \n' <'$out' | grep -q \
'\"thread\":0,.*\"line\":19,.*\"what\":\"waitsforb,whichT1.*\"stuck\":true'"
expect 'a step that goes on' sh -c "tr -d ' \n' <'$out' | grep -q \
'\"what\":\"locksa\",.*\"stuck\":false'"

point S3 'somebody who plays sees it where the steps end'
printf '0 1 1 0\n' >typed
run sh -c "conc play '$program' <typed"
expect_out '^ +[0-9]x main +waits for b, which T1 has held since line 18'

point S4 'a cycle of three, with the calls that lead there'
cat >three.c <<'PROGRAM'
#include <pthread.h>
struct module {
	pthread_mutex_t lock;
	struct module *next;
};
static struct module net, disk, tape;
static void note(struct module *m)
{
	pthread_mutex_lock(&m->lock);
	pthread_mutex_unlock(&m->lock);
}
static void *run(void *arg)
{
	struct module *m = arg;
	pthread_mutex_lock(&m->lock);
	note(m->next);
	pthread_mutex_unlock(&m->lock);
	return arg;
}
int main(void)
{
	struct module *all[] = {&net, &disk, &tape};
	pthread_t t[3];
	for (int i = 0; i < 3; i++) {
		pthread_mutex_init(&all[i]->lock, NULL);
		all[i]->next = all[(i + 1) % 3];
	}
	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, run, all[i]);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	return 0;
}
PROGRAM
run conc explore --plain three.c
expect_status 1
one_row '^!?x main waits for T[123] '
one_row '^!?x T1 waits for disk.lock, which T2 has held since line 15 +9: '
one_row '^!?x T2 waits for tape.lock, which T3 has held since line 15 +9: '
one_row '^!?x T3 waits for net.lock, which T1 has held since line 15 +9: '

point S5 'who sleeps for ever has its wait marked, and no step more'
run conc explore --plain "$programs/missed_signal.c"
expect_status 1
one_row '^!?x [mT][a-z0-9]* releases the mutex and waits on '
expect_out '^Only a wake-up without a signal could help'

point S5 'a signal before the wait is told where no access is seen, too'
gcc -g -pthread -o unseen "$programs/tests_and_locks.c"
run conc explore --plain ./unseen
expect_status 1
tr -s '\n ' ' ' <"$out" >line
expect 'what is lost' grep -qE 'T2 signals bell at step [0-9]+, before T1' line
expect 'what keeps it' grep -q 'let T2 set a variable while it holds hall' line
expect 'no more' sh -c "! grep -q 'less often' line"

point S6 'who is woken and then cannot have the mutex asks for it again'
cat >kept.c <<'PROGRAM'
#include <pthread.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static int is_ready;
static void *tell(void *arg)
{
	pthread_mutex_lock(&mutex);
	is_ready = 1;
	pthread_cond_signal(&ready);
	return arg;
}
int main(void)
{
	pthread_t a;
	pthread_create(&a, NULL, tell, NULL);
	pthread_mutex_lock(&mutex);
	while (!is_ready)
		pthread_cond_wait(&ready, &mutex);
	pthread_mutex_unlock(&mutex);
	pthread_join(a, NULL);
	return 0;
}
PROGRAM
run conc explore --plain kept.c
expect_status 1
schedule=$(sed -n 's/^Schedule: //p' "$out")
one_row 'main .*waits for mutex, which T1 has held since line 7 '

point S7 'what is locked to read is waited for to write'
run conc explore --plain "$programs/asks_to_write.c"
expect_status 1
expect_out 'x +T[12] +waits to write under cache.lock, which T[12] has held '

point S8 'what fails otherwise has no such mark'
run conc explore --plain "$programs/lost_update.c"
expect_status 1
expect 'no mark' sh -c "! grep -qE '^ *[0-9]+[>!]*x' '$out'"
expect 'nor a word of it' sh -c "! grep -q 'marked x' '$out'"

point S9 'a process that waits for ever is seen in its call'
run conc explore --plain --processes \
	"$here/../explore/processes/pipe_end.c"
expect_status 1
expect_out '^ *[0-9]+x +(main|P1) +has to wait in '

point S10 'main that returned, and has to wait for all, waits for the others'
cat >left.c <<'PROGRAM'
#include <pthread.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void *take(void *arg)
{
	pthread_mutex_lock(&mutex);
	return arg;
}
int main(void)
{
	pthread_t a;
	pthread_mutex_lock(&mutex);
	pthread_create(&a, NULL, take, NULL);
	return 0;
}
PROGRAM
run conc explore --plain --wait-all left.c
expect_status 1
expect_out '^  main waits at .* for the others to end$'
one_row '^!?x main waits for the others to end'

finish
