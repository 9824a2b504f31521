#include "lib/ctx.h"

#include <fenv.h>
#include <stdint.h>
#include <stdlib.h>

#include "tests/suite.h"

enum {
	STACK_SIZE = 256 << 10
};

/* One context and the thread's own, as a test that plays ping-pong sees it. */
struct pair {
	struct ctx outside;
	struct ctx inside;
	char *stack;
	unsigned valgrind_id;
	int turns;
	double result;
	uintptr_t misaligned;
};

static struct pair pair;

static void pair_start_with(size_t size, ctx_fn fn)
{
	pair.stack = malloc(STACK_SIZE);
	pair.valgrind_id = VALGRIND_STACK_REGISTER(
		pair.stack, pair.stack + STACK_SIZE);
	ctx_init(&pair.inside, pair.stack, size, fn);
}

static void pair_start(ctx_fn fn)
{
	pair_start_with(STACK_SIZE, fn);
}

static void pair_stop(void)
{
	ctx_fini(&pair.inside);
	VALGRIND_STACK_DEREGISTER(pair.valgrind_id);
	free(pair.stack);
}

static void count_turns(struct ctx *self)
{
	for (;;) {
		pair.turns++;
		ctx_switch(self, &pair.outside);
	}
}

START_TEST(each_switch_goes_on_where_the_context_was_left)
{
	pair_start(count_turns);
	for (int i = 1; i <= 1000; i++) {
		ctx_switch(&pair.outside, &pair.inside);
		ck_assert_int_eq(pair.turns, i);
	}
	pair_stop();
}
END_TEST

static void note_alignment(struct ctx *self)
{
	_Alignas(16) char aligned[16];
	char *address = aligned;

	/* The compiler knows the answer; the machine is asked. */
	__asm__("" : "+r"(address));
	pair.misaligned = (uintptr_t)address % 16;
	ctx_leave(self, &pair.outside);
}

START_TEST(the_stack_of_a_new_context_is_aligned)
{
	for (size_t cut = 0; cut < 16; cut++) {
		pair.misaligned = 1;
		pair_start_with(STACK_SIZE - cut, note_alignment);
		ctx_switch(&pair.outside, &pair.inside);
		ck_assert_uint_eq(pair.misaligned, 0);
		pair_stop();
	}
}
END_TEST

/* More values than there are registers, all alive across the switch. */
__attribute__((noinline)) static double sum_across(
	struct ctx *from, struct ctx *to, double seed)
{
	double a[24];
	uint64_t b[24];
	double sum = 0;

	for (int i = 0; i < 24; i++) {
		a[i] = seed * (i + 1);
		b[i] = (uint64_t)(seed * (i + 100));
	}
	for (int round = 0; round < 3; round++) {
		ctx_switch(from, to);
		for (int i = 0; i < 24; i++) {
			a[i] += 1;
			b[i] += 1;
		}
	}
	for (int i = 0; i < 24; i++)
		sum += a[i] + (double)b[i];
	return sum;
}

static double expected_sum(double seed)
{
	double sum = 0;

	for (int i = 0; i < 24; i++)
		sum += seed * (i + 1) + 3 +
		       (double)(uint64_t)(seed * (i + 100)) + 3;
	return sum;
}

static void sum_inside(struct ctx *self)
{
	pair.result = sum_across(self, &pair.outside, 7.5);
	ctx_leave(self, &pair.outside);
}

START_TEST(values_survive_in_both_directions)
{
	pair_start(sum_inside);
	ctx_switch(&pair.outside, &pair.inside);
	ck_assert_double_eq(sum_across(&pair.outside, &pair.inside, 1.25),
		expected_sum(1.25));
	ck_assert_double_eq(pair.result, expected_sum(7.5));
	pair_stop();
}
END_TEST

static void use_x87(struct ctx *self)
{
	long double third = 1.0L / 3;

	for (int i = 0; i < 3; i++) {
		ctx_switch(self, &pair.outside);
		third += 1;
	}
	pair.result = (double)(third * 3);
	ctx_leave(self, &pair.outside);
}

START_TEST(long_doubles_survive)
{
	long double seventh = 1.0L / 7;

	pair_start(use_x87);
	for (int i = 0; i < 4; i++) {
		ctx_switch(&pair.outside, &pair.inside);
		seventh *= 2;
	}
	ck_assert_double_eq((double)(seventh * 7), 16);
	ck_assert_double_eq(pair.result, 10);
	pair_stop();
}
END_TEST

#ifdef FE_UPWARD
static void round_up_from_here_on(struct ctx *self)
{
	fesetround(FE_UPWARD);
	ctx_leave(self, &pair.outside);
}

/* The header says so; saving it would double the price of a switch. */
START_TEST(the_rounding_mode_belongs_to_the_thread)
{
	pair_start(round_up_from_here_on);
	ctx_switch(&pair.outside, &pair.inside);
#if defined(CTX_X86_64) || defined(CTX_AARCH64)
	ck_assert_int_eq(fegetround(), FE_UPWARD);
#endif
	fesetround(FE_TONEAREST);
	pair_stop();
}
END_TEST
#endif

/* Three in a ring, none of them in charge. */
static struct ctx ring[3];
static char ring_stacks[3][STACK_SIZE];
static char visits[16];
static int nvisits;

static void visit_next(struct ctx *self)
{
	long i = self - ring;

	while (nvisits < 9) {
		visits[nvisits++] = (char)('a' + i);
		ctx_switch(self, &ring[(i + 1) % 3]);
	}
	ctx_leave(self, &pair.outside);
}

START_TEST(any_context_may_switch_to_any_other)
{
	unsigned ids[3];

	for (int i = 0; i < 3; i++) {
		ids[i] = VALGRIND_STACK_REGISTER(
			ring_stacks[i], ring_stacks[i] + STACK_SIZE);
		ctx_init(&ring[i], ring_stacks[i], STACK_SIZE - 64, visit_next);
	}
	ctx_switch(&pair.outside, &ring[0]);
	ck_assert_str_eq(visits, "abcabcabc");
	for (int i = 0; i < 3; i++) {
		ctx_fini(&ring[i]);
		VALGRIND_STACK_DEREGISTER(ids[i]);
	}
}
END_TEST

int main(void)
{
	return suite_run("ctx", 20,
		(const TTest *const[]){
			each_switch_goes_on_where_the_context_was_left,
			the_stack_of_a_new_context_is_aligned,
			values_survive_in_both_directions,
			long_doubles_survive,
#ifdef FE_UPWARD
			the_rounding_mode_belongs_to_the_thread,
#endif
			any_context_may_switch_to_any_other,
			NULL,
		});
}
