#include "lib/stack.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/must.h"
#include "lib/sanitizer.h"
#include "tests/suite.h"

enum {
	MANY = 3000
};

static struct stack *stacks[40000];

static struct stack_pool *create(size_t size, enum stack_guard guard)
{
	const struct stack_rules rules = {.size = size, .guard = guard};
	struct stack_pool *pool = NULL;

	must_zero(stack_pool_create(&rules, &pool));
	return pool;
}

static struct stack *take(struct stack_pool *pool)
{
	struct stack *stack = NULL;

	must_zero(stack_take(pool, &stack));
	return stack;
}

static void give_all(int n)
{
	for (int i = 0; i < n; i++)
		stack_give(stacks[i]);
}

START_TEST(a_stack_given_back_is_the_next_one_taken)
{
	struct stack_pool *pool = create(10000, STACK_GUARD_BEST);
	struct stack *stack = take(pool);

	memset(stack->low, 1, stack_usable_size(stack));
	stack_give(stack);
	ck_assert_ptr_eq(take(pool), stack);
	stack_give(stack);
	stack_pool_destroy(pool);
}
END_TEST

START_TEST(every_stack_is_at_least_as_large_as_asked)
{
	const size_t sizes[] = {1, 4096, 10000, 64 << 10, 1 << 20, 8 << 20};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct stack_pool *pool = create(sizes[i], STACK_GUARD_BEST);

		ck_assert_uint_eq(stack_pool_size(pool), sizes[i]);
		for (int k = 0; k < 40; k++) {
			stacks[k] = take(pool);
			ck_assert_uint_ge(
				stack_usable_size(stacks[k]), sizes[i]);
			ck_assert_uint_eq((uintptr_t)stacks[k] % 64, 0);
		}
		give_all(40);
		stack_pool_destroy(pool);
	}
}
END_TEST

START_TEST(a_size_beyond_reason_is_refused)
{
	struct stack_pool *pool = NULL;

	ck_assert_int_eq(
		stack_pool_create(
			&(struct stack_rules){.size = SIZE_MAX}, &pool),
		-EINVAL);
	ck_assert_ptr_null(pool);
}
END_TEST

START_TEST(stacks_start_at_many_places_in_a_page)
{
	struct stack_pool *pool = create(0, STACK_GUARD_NONE);
	uint64_t lines = 0;

	for (int i = 0; i < 64; i++) {
		stacks[i] = take(pool);
		lines |= UINT64_C(1) << (uintptr_t)stacks[i] % 4096 / 64;
	}
	ck_assert_int_eq(__builtin_popcountll(lines), 32);
	give_all(64);
	stack_pool_destroy(pool);
}
END_TEST

/* Guards. */
static sigjmp_buf faulted;
static void *fault_address;

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
	(void)signal_number, (void)context;
	fault_address = info->si_addr;
	siglongjmp(faulted, 1);
}

/* A plain store: an atomic one would happen inside of TSan, under its lock. */
static void write_to(char *address)
{
	*address = 1;
	__asm__ volatile("" ::: "memory");
}

static bool write_faults(char *address)
{
	struct sigaction old, action = {.sa_sigaction = on_fault};

	action.sa_flags = SA_SIGINFO;
	must_zero(sigaction(SIGSEGV, &action, &old));
	if (!sigsetjmp(faulted, 1)) {
		write_to(address);
		must_zero(sigaction(SIGSEGV, &old, NULL));
		return false;
	}
	must_zero(sigaction(SIGSEGV, &old, NULL));
	return fault_address == address;
}

static void check_guards(enum stack_guard guard)
{
	struct stack_pool *pool = create(16 << 10, guard);

	for (int i = 0; i < 3; i++) {
		stacks[i] = take(pool);
		memset(stacks[i]->low, i, stack_usable_size(stacks[i]));
	}
	for (int i = 0; i < 3; i++) {
		char *low = stacks[i]->low;

		ck_assert(!write_faults(low));
		ck_assert(!stack_guard_holds(stacks[i], low));
		for (int below = 1; below <= 16384; below += 4095 / 4) {
			ck_assert(write_faults(low - below));
			ck_assert(stack_guard_holds(stacks[i], low - below));
		}
		ck_assert(!stack_guard_holds(stacks[i], low - 65537));
	}
	ck_assert_int_eq(stacks[1]->low[1], 1);
	give_all(3);
	stack_pool_destroy(pool);
}

START_TEST(touching_a_guard_faults)
{
	check_guards(STACK_GUARD_BEST);
	check_guards(STACK_GUARD_MPROTECT);
}
END_TEST

START_TEST(a_pool_may_do_without_guards)
{
	struct stack_pool *pool = create(0, STACK_GUARD_NONE);
	struct stack *stack = take(pool);

	ck_assert(!stack_guard_holds(stack, stack->low - 1));
	stack_give(stack);
	stack_pool_destroy(pool);
}
END_TEST

/* From here on this process's madvise(…, 102) fails, as before Linux 6.13. */
static void forbid_guard_install(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_madvise, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 102, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {sizeof code / sizeof *code, code};

	must_zero(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	must_zero(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
}

START_TEST(an_older_kernel_gets_guards_by_mprotect)
{
	struct stack_pool *pool;
	struct stack *stack;

	forbid_guard_install();
	check_guards(STACK_GUARD_BEST);
	pool = create(0, STACK_GUARD_BEST);
	stack = take(pool);
	ck_assert_int_eq(stack_pool_guard(pool), STACK_GUARD_MPROTECT);
	stack_give(stack);
	stack_pool_destroy(pool);
}
END_TEST

/* Limits. A tool that maps memory itself would be the one to fail. */
static bool tool_shares_our_address_space(void)
{
	return SANITIZER_ADDRESS || SANITIZER_THREAD || RUNNING_ON_VALGRIND;
}

static long max_map_count(void)
{
	long n = 0;
	FILE *file = fopen("/proc/sys/vm/max_map_count", "r");

	must(file && fscanf(file, "%ld", &n) == 1);
	fclose(file);
	return n;
}

static int take_until_it_fails(struct stack_pool *pool, int *n)
{
	int error = 0;

	for (*n = 0; *n < 40000 && !error; *n += !error)
		error = stack_take(pool, &stacks[*n]);
	return error;
}

START_TEST(too_many_mappings_are_told_apart_from_no_memory)
{
	struct stack_pool *pool;
	int n, again;

	if (tool_shares_our_address_space() || max_map_count() > 70000)
		return;
	pool = create(0, STACK_GUARD_MPROTECT);
	ck_assert_int_eq(take_until_it_fails(pool, &n), -EAGAIN);
	ck_assert_int_ge(n, 32000);
	stack_give(stacks[--n]);
	stacks[n++] = take(pool);
	give_all(n);
	ck_assert_int_eq(take_until_it_fails(pool, &again), -EAGAIN);
	ck_assert_int_ge(again, n - 300);
	give_all(again);
	stack_pool_destroy(pool);
}
END_TEST

START_TEST(advised_guards_need_no_mappings)
{
	struct stack_pool *pool;
	int n;

	if (tool_shares_our_address_space())
		return;
	pool = create(0, STACK_GUARD_BEST);
	stack_give(take(pool));
	if (stack_pool_guard(pool) == STACK_GUARD_BEST) {
		ck_assert_int_eq(take_until_it_fails(pool, &n), 0);
		ck_assert_int_eq(n, 40000);
		ck_assert(write_faults(stacks[n - 1]->low - 1));
		give_all(n);
	}
	stack_pool_destroy(pool);
}
END_TEST

static size_t pages(int which)
{
	unsigned long value[2] = {0, 0};
	FILE *statm = fopen("/proc/self/statm", "r");

	must(statm && fscanf(statm, "%lu %lu", &value[0], &value[1]) == 2);
	fclose(statm);
	return value[which] * (size_t)sysconf(_SC_PAGESIZE);
}

static struct rlimit unlimited;

static void limit_address_space(size_t more)
{
	struct rlimit limit;

	must_zero(getrlimit(RLIMIT_AS, &unlimited));
	limit = unlimited;
	limit.rlim_cur = pages(0) + more;
	must_zero(setrlimit(RLIMIT_AS, &limit));
}

static void lift_limit(void)
{
	must_zero(setrlimit(RLIMIT_AS, &unlimited));
}

/* What is left of 40 MiB after two slabs of 16 is used in smaller ones. */
START_TEST(short_address_space_is_used_up_and_then_reported)
{
	struct stack_pool *pool;
	int n, again;

	if (tool_shares_our_address_space())
		return;
	pool = create(0, STACK_GUARD_BEST);
	limit_address_space(40 << 20);
	ck_assert_int_eq(take_until_it_fails(pool, &n), -ENOMEM);
	ck_assert_int_ge(n, (38 << 20) / (84 << 10));
	give_all(n);
	ck_assert_int_eq(take_until_it_fails(pool, &again), -ENOMEM);
	ck_assert_int_ge(again, n - 8);
	lift_limit();
	give_all(again);
	stack_pool_destroy(pool);
}
END_TEST

struct hog {
	struct hog *next;
};

/* Whatever malloc still has, in ever smaller pieces. */
static struct hog *take_all_memory(void)
{
	struct hog *hogs = NULL;

	for (size_t size = 1 << 16; size >= sizeof *hogs; size /= 2) {
		struct hog *hog;

		while ((hog = malloc(size))) {
			hog->next = hogs;
			hogs = hog;
		}
	}
	return hogs;
}

static void free_all(struct hog *hogs)
{
	while (hogs) {
		struct hog *next = hogs->next;

		free(hogs);
		hogs = next;
	}
}

START_TEST(a_pool_without_memory_is_reported)
{
	struct stack_pool *pool = NULL;
	struct hog *hogs;
	int error;

	if (tool_shares_our_address_space())
		return;
	limit_address_space(0);
	hogs = take_all_memory();
	error = stack_pool_create(&(struct stack_rules){0}, &pool);
	free_all(hogs);
	lift_limit();
	ck_assert_int_eq(error, -ENOMEM);
	ck_assert_ptr_null(pool);
}
END_TEST

/* Memory. */
START_TEST(memory_goes_back_when_stacks_do)
{
	struct stack_pool *pool = create(0, STACK_GUARD_BEST);
	size_t before = pages(1), full;

	for (int i = 0; i < MANY; i++) {
		stacks[i] = take(pool);
		memset((char *)stacks[i] - (32 << 10), 1, 32 << 10);
	}
	full = pages(1);
	give_all(MANY);
	if (!tool_shares_our_address_space()) {
		ck_assert_uint_ge(full, before + MANY * (32 << 10));
		ck_assert_uint_le(pages(1), before + (16 << 20));
	}
	stack_pool_destroy(pool);
}
END_TEST

static void count_and_check(struct stack *stack, void *arg)
{
	int *count = arg;

	++*count;
	must(stack->low[0] == 'k');
}

START_TEST(each_visits_exactly_the_taken_ones)
{
	struct stack_pool *pool = create(0, STACK_GUARD_BEST);
	int count = 0;

	for (int i = 0; i < MANY; i++)
		stacks[i] = take(pool);
	for (int i = 0; i < MANY; i++) {
		stacks[i]->low[0] = i % 3 ? 'g' : 'k';
		if (i % 3)
			stack_give(stacks[i]);
	}
	stack_pool_each(pool, count_and_check, &count);
	ck_assert_int_eq(count, MANY / 3);
	for (int i = 0; i < MANY; i += 3)
		stack_give(stacks[i]);
	stack_pool_destroy(pool);
}
END_TEST

int main(void)
{
	return suite_run("stack", 60,
		(const TTest *const[]){
			a_stack_given_back_is_the_next_one_taken,
			every_stack_is_at_least_as_large_as_asked,
			a_size_beyond_reason_is_refused,
			stacks_start_at_many_places_in_a_page,
			touching_a_guard_faults,
			a_pool_may_do_without_guards,
			an_older_kernel_gets_guards_by_mprotect,
			too_many_mappings_are_told_apart_from_no_memory,
			advised_guards_need_no_mappings,
			short_address_space_is_used_up_and_then_reported,
			a_pool_without_memory_is_reported,
			memory_goes_back_when_stacks_do,
			each_visits_exactly_the_taken_ones,
			NULL,
		});
}
