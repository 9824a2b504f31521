/*
 * The small programs that tell memory models apart, each by what it can read.
 *
 *	litmus NAME STORE LOAD FENCE
 *
 * STORE and LOAD are the orders of those that matter (rlx, rel, acq, sc), and
 * FENCE of the fences between them, or -. The first letters of the registers
 * are a, b, c and d; the program prints them and what x and y are at the end.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum {
	MAX_THREADS = 4
};

static atomic_int x, y;
static int a, b, c, d;
static memory_order store_order, load_order, fence_order;
static int fences;

static void store(atomic_int *place, int value)
{
	atomic_store_explicit(place, value, store_order);
}

static int load(atomic_int *place)
{
	return atomic_load_explicit(place, load_order);
}

static void put(atomic_int *place, int value)
{
	atomic_store_explicit(place, value, memory_order_relaxed);
}

static int get(atomic_int *place)
{
	return atomic_load_explicit(place, memory_order_relaxed);
}

static void fence(void)
{
	if (fences)
		atomic_thread_fence(fence_order);
}

#define THREAD(name, ...)            \
	static void *name(void *arg) \
	{                            \
		__VA_ARGS__;         \
		return arg;          \
	}

/* Store buffering. */
THREAD(sb0, store(&x, 1); fence(); a = load(&y))
THREAD(sb1, store(&y, 1); fence(); b = load(&x))

/* The same with an exchange for the store. */
THREAD(xc0, atomic_exchange_explicit(&x, 1, store_order); a = load(&y))
THREAD(xc1, atomic_exchange_explicit(&y, 1, store_order); b = load(&x))

/* Message passing. */
THREAD(mp0, put(&x, 1); fence(); store(&y, 1))
THREAD(mp1, a = load(&y); fence(); b = get(&x))

/* Load buffering: nobody reads what comes later in its own thread. */
THREAD(lb0, a = load(&x); store(&y, 1))
THREAD(lb1, b = load(&y); store(&x, 1))

/* Two stores each. */
THREAD(ww0, store(&x, 1); fence(); store(&y, 2))
THREAD(ww1, store(&y, 1); fence(); store(&x, 2))

/* S: a store after a load of a store. */
THREAD(s0, store(&x, 2); fence(); store(&y, 1))
THREAD(s1, a = load(&y); fence(); put(&x, 1))

/* R: a store, then a load. */
THREAD(r0, store(&x, 1); fence(); store(&y, 1))
THREAD(r1, store(&y, 2); fence(); a = load(&x))

/* Independent reads of independent writes. */
THREAD(iriw0, store(&x, 1))
THREAD(iriw1, store(&y, 1))
THREAD(iriw2, a = load(&x); fence(); b = load(&y))
THREAD(iriw3, c = load(&y); fence(); d = load(&x))

/* Coherence: two reads of one place, and of what two threads store. */
THREAD(corr0, store(&x, 1); store(&x, 2))
THREAD(corr1, a = load(&x); b = load(&x))
THREAD(coww0, store(&x, 1))
THREAD(coww1, store(&x, 2); a = load(&x))
THREAD(coww2, b = load(&x); c = load(&x))

/* Write to read causality. */
THREAD(wrc0, store(&x, 1))
THREAD(wrc1, a = load(&x); fence(); store(&y, 1))
THREAD(wrc2, b = load(&y); fence(); c = get(&x))

/* Release sequences: carried on by an update, not by a store. */
THREAD(rs0, put(&x, 1); store(&y, 1))
THREAD(rs1, atomic_fetch_add_explicit(&y, 1, memory_order_relaxed))
THREAD(rs2, a = load(&y); b = get(&x))
THREAD(rt0, put(&x, 1); store(&y, 1); put(&y, 2))

/* Updates lose nothing, whatever their order. */
THREAD(add, atomic_fetch_add_explicit(&x, 1, store_order))
THREAD(cas0, int old = 0; a = atomic_compare_exchange_strong_explicit(&x, &old,
				  1, store_order, memory_order_relaxed))
THREAD(cas1, int old = 0; b = atomic_compare_exchange_strong_explicit(&x, &old,
				  2, store_order, memory_order_relaxed))

static const struct litmus {
	const char *name;
	void *(*threads[MAX_THREADS])(void *);
} all[] = {
	{"sb", {sb0, sb1}},
	{"sb+xchg", {xc0, xc1}},
	{"mp", {mp0, mp1}},
	{"lb", {lb0, lb1}},
	{"2+2w", {ww0, ww1}},
	{"s", {s0, s1}},
	{"r", {r0, r1}},
	{"iriw", {iriw0, iriw1, iriw2, iriw3}},
	{"corr", {corr0, corr1}},
	{"coww", {coww0, coww1, coww2}},
	{"wrc", {wrc0, wrc1, wrc2}},
	{"rs+update", {rs0, rs1, rs2}},
	{"rs+store", {rt0, rs2}},
	{"add", {add, add, add}},
	{"cas", {cas0, cas1}},
};

static memory_order order_of(const char *name)
{
	return !strcmp(name, "rlx")   ? memory_order_relaxed
	       : !strcmp(name, "rel") ? memory_order_release
	       : !strcmp(name, "acq") ? memory_order_acquire
	       : !strcmp(name, "ar")  ? memory_order_acq_rel
				      : memory_order_seq_cst;
}

static void run(const struct litmus *litmus)
{
	pthread_t threads[MAX_THREADS];
	int n = 0;

	for (; n < MAX_THREADS && litmus->threads[n]; n++)
		pthread_create(&threads[n], NULL, litmus->threads[n], NULL);
	while (n > 0)
		pthread_join(threads[--n], NULL);
	printf("%d%d%d%d %d%d", a, b, c, d, get(&x), get(&y));
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return 2;
	store_order = order_of(argv[2]);
	load_order = order_of(argv[3]);
	fences = strcmp(argv[4], "-") != 0;
	fence_order = order_of(argv[4]);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (!strcmp(all[i].name, argv[1]))
			run(&all[i]);
	}
	return 0;
}
