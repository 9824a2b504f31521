/*
 * coro_boost - what bench_coro does, done with Boost
 *
 *	coro_boost switch|life|fiber N
 *	coro_boost alive N
 *
 * switch and life are boost.context's fcontext, its fastest: a jump, and one
 * context made, run to its end and forgotten on a stack that is used again.
 * fiber is a boost.fiber made, run and joined, its stack from Boost's pool.
 */
#include <boost/context/detail/fcontext.hpp>
#include <boost/context/pooled_fixedsize_stack.hpp>
#include <boost/fiber/all.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <sys/mman.h>
#include <vector>

using boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

static const std::size_t stack_size = 64 << 10;
static char stack[stack_size];

static void jump_for_ever(transfer_t from)
{
	for (;;)
		from = jump_fcontext(from.fctx, nullptr);
}

static void jump_once(transfer_t from)
{
	jump_fcontext(from.fctx, nullptr);
}

static fcontext_t make(char *low, void (*fn)(transfer_t))
{
	return make_fcontext(low + stack_size, stack_size, fn);
}

static void there_and_back(long n)
{
	fcontext_t inside = make(stack, jump_for_ever);

	for (long i = 0; i < n; i++)
		inside = jump_fcontext(inside, nullptr).fctx;
}

static void life(long n)
{
	for (long i = 0; i < n; i++)
		jump_fcontext(make(stack, jump_once), nullptr);
}

static void fiber_life(long n)
{
	boost::context::pooled_fixedsize_stack pool(stack_size);

	for (long i = 0; i < n; i++)
		boost::fibers::fiber(boost::fibers::launch::dispatch,
			std::allocator_arg, pool, [] {})
			.join();
}

static double ns_to_jump_to_each(std::vector<fcontext_t> &contexts)
{
	double best = 1e9;

	for (int round = 0; round < 5; round++) {
		auto start = std::chrono::steady_clock::now();

		for (fcontext_t &context : contexts)
			context = jump_fcontext(context, nullptr).fctx;
		std::chrono::duration<double, std::nano> took =
			std::chrono::steady_clock::now() - start;
		best = std::min(best, took.count() / contexts.size());
	}
	return best;
}

/* All stacks end at the same place in a page, as Boost's pool makes them. */
static void alive(long n)
{
	std::size_t size = n * stack_size;
	void *slab = mmap(nullptr, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	std::vector<fcontext_t> contexts(n);
	double in_order;

	if (slab == MAP_FAILED)
		std::abort();
	madvise(slab, size, MADV_NOHUGEPAGE);
	for (long i = 0; i < n; i++) {
		char *low = static_cast<char *>(slab) + i * stack_size;

		contexts[i] = jump_fcontext(
			make(low, jump_for_ever), nullptr).fctx;
	}
	in_order = ns_to_jump_to_each(contexts);
	std::shuffle(contexts.begin(), contexts.end(), std::mt19937(1));
	std::printf("%ld alive, fcontext: there and back %.0f ns in order, "
		    "%.0f shuffled\n",
		n, in_order, ns_to_jump_to_each(contexts));
	munmap(slab, size);
}

int main(int argc, char **argv)
{
	const struct {
		const char *name;
		void (*fn)(long);
	} rows[] = {
		{"switch", there_and_back},
		{"life", life},
		{"fiber", fiber_life},
		{"alive", alive},
	};

	for (const auto &row : rows) {
		if (argc == 3 && !std::strcmp(argv[1], row.name)) {
			row.fn(std::atol(argv[2]));
			return 0;
		}
	}
	return 2;
}
