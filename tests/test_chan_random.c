/*
 * Tasks that send numbered items into random channels, give up at times, and
 * receive at the same time; the books are balanced at the end.
 */
#include "lib/chan.h"

#include "lib/rng.h"
#include "tests/green.h"

enum {
	NCHANS = 3,
	NTASKS = 12,
	NSTEPS = 400
};

static struct chan *open_chan(size_t capacity)
{
	struct chan *result = NULL;

	must_zero(chan_create(tasks, "c", sizeof(int), capacity, &result));
	return result;
}

static struct chan *chans[NCHANS];
static int nsent[NTASKS], nreceived[NTASKS], last_seen[NTASKS][NTASKS][NCHANS];
static struct rng dice;

/* An item is its sender and its number, which only grows. */
static void take_note(int who, int item, int from)
{
	int sender = item % NTASKS, number = item / NTASKS;

	must(number > last_seen[who][sender][from]);
	last_seen[who][sender][from] = number;
	nreceived[sender]++;
}

static void one_step(int who, int number)
{
	struct chan_case cases[NCHANS];
	int items[NCHANS], which;
	size_t n = 1 + rng_below(&dice, NCHANS);
	uint64_t patience = rng_below(&dice, 4);

	for (size_t i = 0; i < n; i++) {
		items[i] = number * NTASKS + who;
		cases[i] = (struct chan_case){
			.chan = chans[rng_below(&dice, NCHANS)],
			.way = rng_below(&dice, 2) ? CHAN_SEND : CHAN_RECEIVE,
			.item = &items[i]};
	}
	which = chan_select(cases, n, patience ? green_now() + patience : 0);
	if (which < 0) {
		must(which == (patience ? -ETIMEDOUT : -EAGAIN));
		return;
	}
	if (cases[which].way == CHAN_SEND)
		nsent[who]++;
	for (int c = 0; c < NCHANS && cases[which].way == CHAN_RECEIVE; c++)
		if (cases[which].chan == chans[c])
			take_note(who, items[which], c);
}

BODY(wander)
{
	int who = *(int *)arg;

	UNUSED_BODY_ARGS;
	for (int number = 1; number <= NSTEPS; number++) {
		one_step(who, number);
		if (rng_below(&dice, 3) == 0)
			must_zero(task_sleep(rng_below(&dice, 3)));
	}
	return 0;
}

static int take_left(struct chan *chan)
{
	int item = 0;

	must_zero(chan_receive(chan, &item, 0));
	return item;
}

BODY(wander_main)
{
	struct task *wanderers[NTASKS];
	int who[NTASKS], left = 0;

	UNUSED_BODY_ARGS;
	for (size_t c = 0; c < NCHANS; c++)
		chans[c] = open_chan(c * c);
	for (int i = 0; i < NTASKS; i++) {
		who[i] = i;
		wanderers[i] = green_spawn("wanderer", wander, &who[i]);
	}
	for (int i = 0; i < NTASKS; i++)
		green_join(wanderers[i]);
	for (int c = 0; c < NCHANS; c++) {
		must(chan_nwaiting(chans[c]) == 0);
		for (; chan_length(chans[c]); left++)
			nreceived[take_left(chans[c]) % NTASKS]++;
		chan_destroy(chans[c]);
	}
	must(left <= 5);
	return 0;
}

START_TEST(every_item_arrives_once_and_in_order)
{
	for (uint64_t seed = 0; seed < 20; seed++) {
		rng_init(&dice, seed);
		memset(nsent, 0, sizeof nsent);
		memset(nreceived, 0, sizeof nreceived);
		memset(last_seen, 0, sizeof last_seen);
		ck_assert_int_eq(green_run(wander_main, NULL), 0);
		for (int i = 0; i < NTASKS; i++) {
			ck_assert_int_gt(nsent[i], 0);
			ck_assert_int_eq(nsent[i], nreceived[i]);
		}
	}
}
END_TEST

int main(void)
{
	return suite_run("chan_random", 60,
		(const TTest *const[]){
			every_item_arrives_once_and_in_order,
			NULL,
		});
}
