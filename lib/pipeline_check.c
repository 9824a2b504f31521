#include "lib/pipeline_check.h"

#include "lib/isqrt.h"

#include <errno.h>
#include <stdlib.h>

int pipeline_check_init(struct pipeline_check *check, uint64_t limit,
	uint64_t block_size, unsigned window)
{
	*check = (struct pipeline_check){
		.limit = limit,
		.block_size = block_size,
		.window = window,
		.books = calloc(window, sizeof(*check->books)),
	};
	return check->books ? 0 : -ENOMEM;
}

void pipeline_check_fini(struct pipeline_check *check)
{
	free(check->books);
	check->books = NULL;
}

static void expect(struct pipeline_check *check, bool holds, uint64_t n,
	const char *otherwise)
{
	if (holds || check->fault)
		return;
	check->fault = otherwise;
	check->fault_block = n;
}

/* n blocks, in numbers, but not beyond the limit. */
static uint64_t numbers_of(const struct pipeline_check *check, uint64_t n)
{
	uint64_t numbers;

	if (__builtin_mul_overflow(n, check->block_size, &numbers))
		return check->limit;
	return numbers < check->limit ? numbers : check->limit;
}

static bool is(const struct pipeline_check *check, uint64_t n,
	enum pipeline_check_state state)
{
	return check->books[n % check->window].block == n &&
	       check->books[n % check->window].state == state;
}

static void enter(struct pipeline_check *check, uint64_t n,
	enum pipeline_check_state state)
{
	check->books[n % check->window].block = n;
	check->books[n % check->window].state = state;
}

void pipeline_check_handed_out(struct pipeline_check *check, uint64_t n)
{
	expect(check, n > 0, n, "there is no such block");
	expect(check, n > check->prefix, n, "handed out after it was finished");
	expect(check, n <= check->prefix + check->window, n,
		"handed out beyond the window");
	expect(check,
		!is(check, n, PIPELINE_CHECK_OUT) &&
			!is(check, n, PIPELINE_CHECK_FINISHED),
		n, "handed out twice");
	expect(check,
		n == 1 || numbers_of(check, check->prefix) >=
				  isqrt(numbers_of(check, n)),
		n, "handed out before the blocks it depends on were finished");
	enter(check, n, PIPELINE_CHECK_OUT);
	check->nhanded_out++;
}

void pipeline_check_lost(struct pipeline_check *check, uint64_t n)
{
	expect(check, is(check, n, PIPELINE_CHECK_OUT), n,
		"lost without being out");
	enter(check, n, PIPELINE_CHECK_LOST);
	check->nlost++;
}

void pipeline_check_finished(
	struct pipeline_check *check, uint64_t n, uint64_t prefix)
{
	uint64_t before = check->prefix;

	expect(check, is(check, n, PIPELINE_CHECK_OUT), n,
		"finished without being out");
	enter(check, n, PIPELINE_CHECK_FINISHED);
	check->nfinished++;
	while (is(check, check->prefix + 1, PIPELINE_CHECK_FINISHED))
		check->prefix++;
	expect(check, prefix >= before, n, "the prefix moved back");
	expect(check, prefix == check->prefix, n,
		"the prefix is not the row of finished blocks");
}
