/*
 * Many threads on one bq, each item accounted for: every one that was pushed
 * is popped exactly once, whatever times out, closes or changes size meanwhile.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lib/rng.h"
#include "lib/sync.h"
#include "tests/bq_calls.h"

enum {
	NPRODUCERS = 3,
	NCONSUMERS = 3,
	NITEMS = 2000 /* of each producer */
};

/* How a torture is done; what it leaves to chance comes from the seed. */
struct plan {
	size_t capacity;
	enum bq_order order;
	bool hurry; /* deadlines so short that many calls time out */
};

struct rig {
	const struct plan *plan;
	struct bq *q;
	struct barrier gate;
	atomic_int npushed;
	atomic_int ntaken[NPRODUCERS][NITEMS];
	atomic_int ndisordered;
	atomic_int nodd; /* results that may not be */
};

struct worker {
	struct rig *rig;
	struct rng rng;
	pthread_t thread;
	int number;
};

struct parcel {
	int producer;
	int number;
};

static int compare_parcels(const void *a, const void *b)
{
	const struct parcel *x = a, *y = b;

	return (x->producer > y->producer) - (x->producer < y->producer);
}

static uint64_t some_deadline(struct worker *w)
{
	if (!w->rig->plan->hurry)
		return CLOCK_NEVER;
	switch (rng_below(&w->rng, 3)) {
	case 0:
		return 0;
	case 1:
		return clock_now() + rng_below(&w->rng, 100000);
	default:
		return CLOCK_NEVER;
	}
}

static bool in_vain(int result)
{
	return result == -EAGAIN || result == -ETIMEDOUT;
}

static void *produce(void *arg)
{
	struct worker *w = arg;
	int result = 0;

	barrier_wait(&w->rig->gate);
	for (int i = 0; i < NITEMS && !result; i++) {
		const struct parcel parcel = {w->number, i};

		do
			result = bq_push(w->rig->q, &parcel, some_deadline(w));
		while (in_vain(result));
		w->rig->npushed += result == 0;
	}
	w->rig->nodd += result != 0 && result != -EPIPE;
	return NULL;
}

/* What one consumer gets from one producer keeps its order, LIFO aside. */
static void account(
	struct rig *rig, const struct parcel *parcel, int last[NPRODUCERS])
{
	rig->ntaken[parcel->producer][parcel->number]++;
	if (rig->plan->order != BQ_LIFO)
		rig->ndisordered += parcel->number <= last[parcel->producer];
	last[parcel->producer] = parcel->number;
}

static void *consume(void *arg)
{
	struct worker *w = arg;
	int last[NPRODUCERS] = {-1, -1, -1}, result;
	struct parcel parcel;

	barrier_wait(&w->rig->gate);
	for (;;) {
		result = bq_pop(w->rig->q, &parcel, some_deadline(w));
		if (in_vain(result))
			continue;
		if (result)
			break;
		account(w->rig, &parcel, last);
		w->rig->nodd += bq_task_done(w->rig->q) != 0;
	}
	w->rig->nodd += result != -EPIPE;
	return NULL;
}

static void start(struct rig *rig, struct worker workers[], int nworkers)
{
	for (int i = 0; i < nworkers; i++) {
		workers[i].rig = rig;
		workers[i].number = i < NPRODUCERS ? i : i - NPRODUCERS;
		rng_init(&workers[i].rng, (uint64_t)i);
		ck_assert_int_eq(pthread_create(&workers[i].thread, NULL,
					 i < NPRODUCERS ? produce : consume,
					 &workers[i]),
			0);
	}
}

static void join(struct worker workers[], int from, int to)
{
	for (int i = from; i < to; i++)
		ck_assert_int_eq(pthread_join(workers[i].thread, NULL), 0);
}

static void set_up(struct rig *rig, const struct plan *plan, unsigned nextra)
{
	const struct bq_options options = {
		.capacity = plan->capacity,
		.item_size = sizeof(struct parcel),
		.order = plan->order,
		.compare = compare_parcels,
	};

	memset(rig, 0, sizeof(*rig));
	rig->plan = plan;
	ck_assert_int_eq(bq_create(&options, &rig->q), 0);
	barrier_init(&rig->gate, NPRODUCERS + NCONSUMERS + nextra);
}

/* Those that went in came out, once each; returns how many did. */
static int taken(struct rig *rig)
{
	int sum = 0;

	ck_assert_int_eq(rig->nodd, 0);
	ck_assert_int_eq(rig->ndisordered, 0);
	for (int p = 0; p < NPRODUCERS; p++)
		for (int i = 0; i < NITEMS; i++) {
			ck_assert_int_le(rig->ntaken[p][i], 1);
			sum += rig->ntaken[p][i];
		}
	return sum;
}

static void tear_down(struct rig *rig)
{
	bq_destroy(rig->q);
	barrier_fini(&rig->gate);
}

static struct rig the_rig;

static void everything_arrives(const struct plan *plan)
{
	struct worker workers[NPRODUCERS + NCONSUMERS];

	set_up(&the_rig, plan, 0);
	start(&the_rig, workers, NPRODUCERS + NCONSUMERS);
	join(workers, 0, NPRODUCERS);
	bq_close(the_rig.q, BQ_DRAIN);
	join(workers, NPRODUCERS, NPRODUCERS + NCONSUMERS);
	ck_assert_int_eq(bq_join(the_rig.q, 0), 0);
	ck_assert_int_eq(taken(&the_rig), NPRODUCERS * NITEMS);
	tear_down(&the_rig);
}

static const struct plan plans[] = {
	{1, BQ_FIFO, false},
	{1, BQ_FIFO, true},
	{2, BQ_LIFO, true},
	{5, BQ_PRIORITY, false},
	{5, BQ_PRIORITY, true},
	{1024, BQ_FIFO, false},
};

START_TEST(everything_arrives_once)
{
	for (size_t i = 0; i < sizeof(plans) / sizeof(*plans); i++)
		everything_arrives(&plans[i]);
}
END_TEST

/* Where nobody spins to any purpose, and every lock holder is interrupted. */
START_TEST(everything_arrives_once_on_one_cpu)
{
	cpu_set_t all, one;
	int cpu = 0;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(all), &all), 0);
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	for (size_t i = 0; i < sizeof(plans) / sizeof(*plans); i++)
		everything_arrives(&plans[i]);
}
END_TEST

static void *change_size(void *arg)
{
	struct worker *w = arg;

	barrier_wait(&w->rig->gate);
	for (int i = 0; i < 300; i++) {
		w->rig->nodd += bq_set_capacity(w->rig->q,
					1 + (size_t)rng_below(&w->rng, 40)) !=
				0;
		sched_yield();
	}
	return NULL;
}

START_TEST(everything_arrives_though_the_size_changes)
{
	static const struct plan plan = {3, BQ_FIFO, true};
	struct worker workers[NPRODUCERS + NCONSUMERS];
	struct worker changer = {.rig = &the_rig};

	set_up(&the_rig, &plan, 1);
	rng_init(&changer.rng, 9);
	pthread_create(&changer.thread, NULL, change_size, &changer);
	start(&the_rig, workers, NPRODUCERS + NCONSUMERS);
	join(workers, 0, NPRODUCERS);
	join(&changer, 0, 1);
	bq_close(the_rig.q, BQ_DRAIN);
	join(workers, NPRODUCERS, NPRODUCERS + NCONSUMERS);
	ck_assert_int_eq(taken(&the_rig), NPRODUCERS * NITEMS);
	tear_down(&the_rig);
}
END_TEST

/* Closed in full flight: what a push said is in comes out, or is dropped. */
static void close_in_flight(enum bq_close how, int after)
{
	static const struct plan plan = {4, BQ_FIFO, false};
	struct worker workers[NPRODUCERS + NCONSUMERS];
	int ntaken;

	set_up(&the_rig, &plan, 1);
	start(&the_rig, workers, NPRODUCERS + NCONSUMERS);
	barrier_wait(&the_rig.gate);
	while (the_rig.npushed < after)
		sched_yield();
	bq_close(the_rig.q, how);
	join(workers, 0, NPRODUCERS + NCONSUMERS);
	ntaken = taken(&the_rig);
	ck_assert_int_le(ntaken, the_rig.npushed);
	ck_assert_int_ge(ntaken,
		the_rig.npushed - (how == BQ_DRAIN ? 0 : (int)plan.capacity));
	ck_assert_int_eq(bq_join(the_rig.q, 0), 0);
	tear_down(&the_rig);
}

START_TEST(q5_q6_closing_in_full_flight)
{
	for (int i = 0; i < 20; i++) {
		close_in_flight(BQ_DRAIN, i * 50);
		close_in_flight(BQ_DISCARD, i * 50);
	}
}
END_TEST

int main(void)
{
	return suite_run("bq_torture", 120,
		(const TTest *const[]){
			everything_arrives_once,
			everything_arrives_once_on_one_cpu,
			everything_arrives_though_the_size_changes,
			q5_q6_closing_in_full_flight,
			NULL,
		});
}
