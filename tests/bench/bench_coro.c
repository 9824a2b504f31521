/*
 * bench_coro - what a switch costs, what a life costs, what a million weigh
 *
 *	bench_coro [ALIVE]	(1,000,000)
 *	bench_coro switch|life|generator|ucontext N
 *
 * Each row is the best of some rounds in which all take turns. The second
 * form does one of them N times and prints nothing, to be timed from outside
 * beside its peers.
 */
#include "lib/coro.h"
#include "lib/gen.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/must.h"
#include "lib/rng.h"

enum {
	NROUNDS = 20,
	NTURNS = 200000,
	STACK_SIZE = 64 << 10
};

static struct stack_pool *pool;
static char stack[STACK_SIZE];

/* ctx alone. */
static struct ctx outside, inside;

static void switch_for_ever(struct ctx *self)
{
	for (;;)
		ctx_switch(self, &outside);
}

static void ctx_there_and_back(int n)
{
	ctx_init(&inside, stack, sizeof stack, switch_for_ever);
	for (int i = 0; i < n; i++)
		ctx_switch(&outside, &inside);
	ctx_fini(&inside);
}

/* coro: errno, state and self as well. */
static struct coro *create(struct stack_pool *from, coro_fn fn)
{
	struct coro *coro = NULL;

	must_zero(coro_create(from, "bench", fn, NULL, &coro));
	return coro;
}

static void yield_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		coro_yield();
}

static void coro_there_and_back(int n)
{
	struct coro *coro = create(pool, yield_for_ever);

	for (int i = 0; i < n; i++)
		coro_resume(coro);
	coro_destroy(coro);
}

static void do_nothing(void *arg)
{
	(void)arg;
}

static void coro_life(int n)
{
	for (int i = 0; i < n; i++) {
		struct coro *coro = create(pool, do_nothing);

		coro_resume(coro);
		coro_destroy(coro);
	}
}

/* gen: a value, and whether there is one. */
static int yield_numbers(struct gen *self, void *arg)
{
	uintptr_t n = 0;
	int status;

	(void)arg;
	while ((status = gen_yield(self, (void *)n, NULL)) == 0)
		n++;
	return status;
}

static void gen_there_and_back(int n)
{
	struct gen *gen = NULL;
	void *value;

	must_zero(gen_create(pool, "bench", yield_numbers, NULL, &gen));
	for (int i = 0; i < n; i++)
		must_zero(gen_next(gen, &value));
	gen_destroy(gen);
}

/* The C library's own. */
static ucontext_t uc_outside, uc_inside;

static void uc_switch_for_ever(void)
{
	for (;;)
		swapcontext(&uc_inside, &uc_outside);
}

static void uc_do_nothing(void)
{
}

static void uc_init(void (*fn)(void))
{
	getcontext(&uc_inside);
	uc_inside.uc_stack.ss_sp = stack;
	uc_inside.uc_stack.ss_size = sizeof stack;
	uc_inside.uc_link = &uc_outside;
	makecontext(&uc_inside, fn, 0);
}

static void uc_there_and_back(int n)
{
	uc_init(uc_switch_for_ever);
	for (int i = 0; i < n; i++)
		swapcontext(&uc_outside, &uc_inside);
}

static void uc_life(int n)
{
	for (int i = 0; i < n; i++) {
		uc_init(uc_do_nothing);
		swapcontext(&uc_outside, &uc_inside);
	}
}

static struct row {
	const char *what;
	void (*fn)(int n);
	uint64_t best_ns;
} rows[] = {
	{"ctx, there and back", ctx_there_and_back, UINT64_MAX},
	{"coro, there and back", coro_there_and_back, UINT64_MAX},
	{"gen, there and back", gen_there_and_back, UINT64_MAX},
	{"ucontext, there and back", uc_there_and_back, UINT64_MAX},
	{"coro, create run free", coro_life, UINT64_MAX},
	{"ucontext, make run, same stack", uc_life, UINT64_MAX},
};

enum {
	NROWS = sizeof rows / sizeof *rows
};

static void measure_rows(void)
{
	for (int round = 0; round < NROUNDS; round++) {
		for (int i = 0; i < NROWS; i++) {
			uint64_t start = clock_now(), ns;

			rows[i].fn(NTURNS);
			ns = clock_now() - start;
			if (ns < rows[i].best_ns)
				rows[i].best_ns = ns;
		}
	}
	for (int i = 0; i < NROWS; i++)
		printf("%-32s %8.1f ns\n", rows[i].what,
			(double)rows[i].best_ns / NTURNS);
}

/* Many alive. */
static size_t resident_bytes(void)
{
	unsigned long total = 0, resident = 0;
	FILE *statm = fopen("/proc/self/statm", "r");

	must(statm && fscanf(statm, "%lu %lu", &total, &resident) == 2);
	fclose(statm);
	return resident * (size_t)sysconf(_SC_PAGESIZE);
}

static size_t create_many(
	struct stack_pool *from, struct coro **coros, size_t wanted)
{
	for (size_t i = 0; i < wanted; i++) {
		if (coro_create(from, "many", yield_for_ever, NULL, &coros[i]))
			return i;
		coro_resume(coros[i]);
	}
	return wanted;
}

/* Fisher and Yates, so that no prefetcher knows which is next. */
static void shuffle(struct coro **coros, size_t n)
{
	struct rng rng;

	rng_init(&rng, 1);
	for (size_t i = n; i > 1; i--) {
		size_t other = rng_below(&rng, i);
		struct coro *last = coros[i - 1];

		coros[i - 1] = coros[other];
		coros[other] = last;
	}
}

static double ns_to_resume_each(struct coro **coros, size_t n)
{
	uint64_t best = UINT64_MAX;

	for (int round = 0; round < 5; round++) {
		uint64_t start = clock_now(), ns;

		for (size_t i = 0; i < n; i++)
			coro_resume(coros[i]);
		ns = clock_now() - start;
		if (ns < best)
			best = ns;
	}
	return (double)best / (double)n;
}

static void measure_many(enum stack_guard guard, size_t wanted)
{
	const struct stack_rules rules = {.guard = guard};
	struct coro **coros = calloc(wanted, sizeof(*coros));
	struct stack_pool *many;
	size_t before, after, n;
	double in_order, shuffled;

	must(coros != NULL && wanted > 0);
	must_zero(stack_pool_create(&rules, &many));
	memset(coros, 0xff, wanted * sizeof(*coros));
	before = resident_bytes();
	n = create_many(many, coros, wanted);
	after = resident_bytes();
	in_order = ns_to_resume_each(coros, n);
	shuffle(coros, n);
	shuffled = ns_to_resume_each(coros, n);
	printf("%zu alive, %s: %zu bytes each, there and back %.0f ns in "
	       "order, %.0f shuffled\n",
		n, guard == STACK_GUARD_NONE ? "no guards" : "guards",
		(after - before) / wanted, in_order, shuffled);
	for (size_t i = 0; i < n; i++)
		coro_destroy(coros[i]);
	stack_pool_destroy(many);
	free(coros);
}

static bool time_from_outside(const char *what, int n)
{
	static const struct {
		const char *what;
		void (*fn)(int n);
	} named[] = {
		{"switch", coro_there_and_back},
		{"life", coro_life},
		{"generator", gen_there_and_back},
		{"ucontext", uc_there_and_back},
	};

	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		if (!strcmp(named[i].what, what)) {
			named[i].fn(n);
			return true;
		}
	}
	return false;
}

int main(int argc, char **argv)
{
	size_t alive = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;

	must_zero(stack_pool_create(&(struct stack_rules){0}, &pool));
	if (argc == 3) {
		must(time_from_outside(argv[1], atoi(argv[2])));
		return 0;
	}
	measure_rows();
	stack_pool_destroy(pool);
	measure_many(STACK_GUARD_NONE, alive);
	measure_many(STACK_GUARD_BEST, alive);
	return 0;
}
