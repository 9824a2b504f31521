/*
 * bench_queue - what it costs to hand an item from thread to thread
 *
 *	bench_queue [ITEMS]	(2,000,000)
 *
 * Each row is the median of some rounds in which all rows of its table take
 * turns, and so is its ratio to the peer. GLib's queue is unbounded: it never
 * makes a producer wait, and pays with memory. It is opened at run time, if
 * it is there; ck_ring is a header, and compiled in if it is there.
 */
#include "lib/bq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/must.h"
#include "lib/sync.h"

enum {
	NROUNDS = 7,
	CAPACITY = 1024,
	MOST_SIDES = 2
};

/* A queue to measure: how to make, use and free one. */
struct kind {
	const char *name;
	void *(*create)(void);
	void (*push)(void *queue, uint64_t item);
	uint64_t (*pop)(void *queue);
	void (*destroy)(void *queue);
};

static void *create_bq(void)
{
	const struct bq_options options = {.capacity = CAPACITY,
		.item_size = sizeof(uint64_t),
		.order = BQ_FIFO};
	struct bq *q;

	must_zero(bq_create(&options, &q));
	return q;
}

static void push_bq(void *queue, uint64_t item)
{
	must_zero(bq_push(queue, &item, CLOCK_NEVER));
}

static uint64_t pop_bq(void *queue)
{
	uint64_t item = 0;

	must_zero(bq_pop(queue, &item, CLOCK_NEVER));
	return item;
}

static void destroy_bq(void *queue)
{
	bq_destroy(queue);
}

/* GLib, as far as it is used here. */
static struct {
	void *(*create)(void);
	void (*push)(void *queue, void *item);
	void *(*pop)(void *queue);
	void (*unref)(void *queue);
} glib;

static bool open_glib(void)
{
	void *library = dlopen("libglib-2.0.so.0", RTLD_NOW);

	if (!library)
		return false;
	*(void **)&glib.create = dlsym(library, "g_async_queue_new");
	*(void **)&glib.push = dlsym(library, "g_async_queue_push");
	*(void **)&glib.pop = dlsym(library, "g_async_queue_pop");
	*(void **)&glib.unref = dlsym(library, "g_async_queue_unref");
	return glib.create && glib.push && glib.pop && glib.unref;
}

static void *create_glib(void)
{
	return glib.create();
}

static void push_glib(void *queue, uint64_t item)
{
	glib.push(queue, (void *)(uintptr_t)item);
}

static uint64_t pop_glib(void *queue)
{
	return (uint64_t)(uintptr_t)glib.pop(queue);
}

static void destroy_glib(void *queue)
{
	glib.unref(queue);
}

static const struct kind kind_bq = {
	"bq, capacity 1024", create_bq, push_bq, pop_bq, destroy_bq};
static const struct kind kind_glib = {"GAsyncQueue, unbounded", create_glib,
	push_glib, pop_glib, destroy_glib};

/* One run: nsides producers and as many consumers. */
struct run {
	const struct kind *kind;
	void *queue;
	uint64_t nitems; /* for each */
	struct barrier gate;
	_Atomic uint64_t sum;
};

static void *produce(void *arg)
{
	struct run *run = arg;

	barrier_wait(&run->gate);
	for (uint64_t i = 1; i <= run->nitems; i++)
		run->kind->push(run->queue, i);
	return NULL;
}

static void *consume(void *arg)
{
	struct run *run = arg;
	uint64_t sum = 0;

	barrier_wait(&run->gate);
	for (uint64_t i = 0; i < run->nitems; i++)
		sum += run->kind->pop(run->queue);
	atomic_fetch_add(&run->sum, sum);
	return NULL;
}

/* Returns nanoseconds for each item. */
static double measure(const struct kind *kind, unsigned nsides, uint64_t total)
{
	struct run run = {.kind = kind, .nitems = total / nsides};
	pthread_t threads[2 * MOST_SIDES];
	uint64_t begin;

	run.queue = kind->create();
	barrier_init(&run.gate, 2 * nsides + 1);
	for (unsigned i = 0; i < 2 * nsides; i++)
		must_zero(pthread_create(
			&threads[i], NULL, i % 2 ? produce : consume, &run));
	barrier_wait(&run.gate);
	begin = clock_now();
	for (unsigned i = 0; i < 2 * nsides; i++)
		pthread_join(threads[i], NULL);
	begin = clock_now() - begin;
	must(run.sum == nsides * (run.nitems * (run.nitems + 1) / 2));
	barrier_fini(&run.gate);
	kind->destroy(run.queue);
	return (double)begin / (double)(run.nitems * nsides);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double values[NROUNDS])
{
	qsort(values, NROUNDS, sizeof(*values), compare);
	return values[NROUNDS / 2];
}

static void print_goal(double ratio, double goal)
{
	printf("  %.2f of its time, goal: <= %.2f %s\n", ratio, goal,
		ratio <= goal ? "reached" : "MISSED");
}

/* Two kinds in turn, A B A B. */
static void compare_kinds(const struct kind *ours, const struct kind *peer,
	unsigned nsides, double goal, uint64_t total)
{
	double a[NROUNDS], b[NROUNDS], ratios[NROUNDS];

	for (int i = 0; i < NROUNDS; i++) {
		a[i] = measure(ours, nsides, total);
		b[i] = peer ? measure(peer, nsides, total) : 0;
		ratios[i] = peer ? a[i] / b[i] : 0;
	}
	printf("%u to %u  %-24s %7.1f ns\n", nsides, nsides, ours->name,
		median(a));
	if (!peer)
		return;
	printf("        %-24s %7.1f ns", peer->name, median(b));
	print_goal(median(ratios), goal);
}

int main(int argc, char **argv)
{
	uint64_t total = argc > 1 ? strtoull(argv[1], NULL, 10) : 2000000;
	const struct kind *peer = &kind_glib;

	if (!open_glib()) {
		peer = NULL;
		printf("not installed: GLib (Debian: libglib2.0-0); rows that "
		       "need it are left out\n");
	}
	compare_kinds(&kind_bq, peer, 1, 0.5, total);
	compare_kinds(&kind_bq, peer, 2, 0.5, total);
	return 0;
}
