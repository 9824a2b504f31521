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
#include "lib/mpmc.h"
#include "lib/must.h"
#include "lib/relax.h"
#include "lib/ring.h"
#include "lib/sync.h"

#ifdef __has_include
#if __has_include(<ck_ring.h>)
#include <ck_ring.h>
#define HAVE_CK 1
#endif
#endif

enum {
	NROUNDS = 7,
	CAPACITY = 1024,
	PATIENCE = 200, /* looks, before others may run */
	MOST_SIDES = 2
};

/* A queue to measure: how to make, use and free one. */
struct kind {
	const char *name;
	void *(*create)(void);
	void (*produce)(void *queue, uint64_t nitems); /* 1, 2, ... */
	uint64_t (*consume)(void *queue, uint64_t nitems); /* their sum */
	void (*destroy)(void *queue);
};

static void *some_memory(size_t size)
{
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);

	must(memory);
	memset(memory, 0, size);
	return memory;
}

/* Between two looks at a queue that does not wait itself. */
static void wait_a_little(unsigned nlooks)
{
	if (nlooks % PATIENCE == 0)
		sched_yield();
	else
		relax(1);
}

static void *create_bq(void)
{
	const struct bq_options options = {.capacity = CAPACITY,
		.item_size = sizeof(uint64_t),
		.order = BQ_FIFO};
	struct bq *q;

	must_zero(bq_create(&options, &q));
	return q;
}

static void produce_bq(void *queue, uint64_t nitems)
{
	for (uint64_t i = 1; i <= nitems; i++)
		must_zero(bq_push(queue, &i, CLOCK_NEVER));
}

static uint64_t consume_bq(void *queue, uint64_t nitems)
{
	uint64_t item = 0, sum = 0;

	for (uint64_t i = 0; i < nitems; i++, sum += item)
		must_zero(bq_pop(queue, &item, CLOCK_NEVER));
	return sum;
}

static void destroy_bq(void *queue)
{
	bq_destroy(queue);
}

static void *create_ring(void)
{
	struct ring *ring = some_memory(sizeof(*ring));

	must_zero(ring_init(ring, CAPACITY));
	return ring;
}

static void produce_ring(void *ring, uint64_t nitems)
{
	for (uint64_t i = 1; i <= nitems; i++)
		for (unsigned n = 1; ring_push(ring, i); n++)
			wait_a_little(n);
}

static uint64_t consume_ring(void *ring, uint64_t nitems)
{
	uint64_t item = 0, sum = 0;

	for (uint64_t i = 0; i < nitems; i++, sum += item)
		for (unsigned n = 1; ring_pop(ring, &item); n++)
			wait_a_little(n);
	return sum;
}

static void destroy_ring(void *ring)
{
	ring_fini(ring);
	free(ring);
}

static void *create_mpmc(void)
{
	struct mpmc *mpmc = some_memory(sizeof(*mpmc));

	must_zero(mpmc_init(mpmc, CAPACITY));
	return mpmc;
}

static void produce_mpmc(void *mpmc, uint64_t nitems)
{
	for (uint64_t i = 1; i <= nitems; i++)
		for (unsigned n = 1; mpmc_push(mpmc, i); n++)
			wait_a_little(n);
}

static uint64_t consume_mpmc(void *mpmc, uint64_t nitems)
{
	uint64_t item = 0, sum = 0;

	for (uint64_t i = 0; i < nitems; i++, sum += item)
		for (unsigned n = 1; mpmc_pop(mpmc, &item); n++)
			wait_a_little(n);
	return sum;
}

static void destroy_mpmc(void *mpmc)
{
	mpmc_fini(mpmc);
	free(mpmc);
}

static const struct kind kind_bq = {
	"bq, capacity 1024", create_bq, produce_bq, consume_bq, destroy_bq};
static const struct kind kind_ring = {
	"ring", create_ring, produce_ring, consume_ring, destroy_ring};
static const struct kind kind_mpmc = {
	"mpmc", create_mpmc, produce_mpmc, consume_mpmc, destroy_mpmc};

#if HAVE_CK
/* Its ring of capacity n holds n - 1. */
struct ck {
	ck_ring_t ring;
	ck_ring_buffer_t slots[CAPACITY];
};

static void *create_ck(void)
{
	struct ck *ck = some_memory(sizeof(*ck));

	ck_ring_init(&ck->ring, CAPACITY);
	return ck;
}

static void produce_ck_spsc(void *queue, uint64_t nitems)
{
	struct ck *ck = queue;

	for (uint64_t i = 1; i <= nitems; i++)
		for (unsigned n = 1; !ck_ring_enqueue_spsc(
			     &ck->ring, ck->slots, (void *)(uintptr_t)i);
			n++)
			wait_a_little(n);
}

static uint64_t consume_ck_spsc(void *queue, uint64_t nitems)
{
	struct ck *ck = queue;
	uint64_t sum = 0;
	void *item = NULL;

	for (uint64_t i = 0; i < nitems; i++, sum += (uintptr_t)item)
		for (unsigned n = 1;
			!ck_ring_dequeue_spsc(&ck->ring, ck->slots, &item); n++)
			wait_a_little(n);
	return sum;
}

static void produce_ck_mpmc(void *queue, uint64_t nitems)
{
	struct ck *ck = queue;

	for (uint64_t i = 1; i <= nitems; i++)
		for (unsigned n = 1; !ck_ring_enqueue_mpmc(
			     &ck->ring, ck->slots, (void *)(uintptr_t)i);
			n++)
			wait_a_little(n);
}

static uint64_t consume_ck_mpmc(void *queue, uint64_t nitems)
{
	struct ck *ck = queue;
	uint64_t sum = 0;
	void *item = NULL;

	for (uint64_t i = 0; i < nitems; i++, sum += (uintptr_t)item)
		for (unsigned n = 1;
			!ck_ring_dequeue_mpmc(&ck->ring, ck->slots, &item); n++)
			wait_a_little(n);
	return sum;
}

static const struct kind kind_ck_spsc = {"ck_ring, one to one", create_ck,
	produce_ck_spsc, consume_ck_spsc, free};
static const struct kind kind_ck_mpmc = {"ck_ring, many to many", create_ck,
	produce_ck_mpmc, consume_ck_mpmc, free};
#endif

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

static void produce_glib(void *queue, uint64_t nitems)
{
	for (uint64_t i = 1; i <= nitems; i++)
		glib.push(queue, (void *)(uintptr_t)i);
}

static uint64_t consume_glib(void *queue, uint64_t nitems)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < nitems; i++)
		sum += (uintptr_t)glib.pop(queue);
	return sum;
}

static void destroy_glib(void *queue)
{
	glib.unref(queue);
}

static const struct kind kind_glib = {"GAsyncQueue, unbounded", create_glib,
	produce_glib, consume_glib, destroy_glib};

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
	run->kind->produce(run->queue, run->nitems);
	return NULL;
}

static void *consume(void *arg)
{
	struct run *run = arg;

	barrier_wait(&run->gate);
	atomic_fetch_add(
		&run->sum, run->kind->consume(run->queue, run->nitems));
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

static void compare_blocking(uint64_t total)
{
	const struct kind *peer = open_glib() ? &kind_glib : NULL;

	if (!peer)
		printf("not installed: GLib (Debian: libglib2.0-0); rows that "
		       "need it are left out\n");
	compare_kinds(&kind_bq, peer, 1, 0.5, total);
	compare_kinds(&kind_bq, peer, 2, 0.5, total);
}

static void compare_spinning(uint64_t total)
{
	const struct kind *spsc = NULL, *mpmc = NULL;

#if HAVE_CK
	spsc = &kind_ck_spsc;
	mpmc = &kind_ck_mpmc;
#else
	printf("not compiled in: ck (Debian: libck-dev); rows that need it "
	       "are left out\n");
#endif
	compare_kinds(&kind_ring, spsc, 1, 1.1, total);
	compare_kinds(&kind_mpmc, mpmc, 1, 1, total);
	compare_kinds(&kind_mpmc, mpmc, 2, 1, total);
}

int main(int argc, char **argv)
{
	uint64_t total = argc > 1 ? strtoull(argv[1], NULL, 10) : 2000000;

	compare_blocking(total);
	compare_spinning(total);
	return 0;
}
