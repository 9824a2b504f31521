#include "lib/stack.h"

#include <errno.h>
#include <string.h>

#include "tests/suite.h"

START_TEST(a_stack_given_back_is_the_next_one_taken)
{
	struct stack_pool *pool;
	struct stack *a, *b;

	ck_assert_int_eq(
		stack_pool_create(&(struct stack_rules){.size = 10000}, &pool),
		0);
	ck_assert_int_eq(stack_take(pool, &a), 0);
	ck_assert_uint_ge(stack_usable_size(a), 10000);
	memset(a->low, 1, stack_usable_size(a));
	stack_give(a);
	ck_assert_int_eq(stack_take(pool, &b), 0);
	ck_assert_ptr_eq(a, b);
	stack_give(b);
	stack_pool_destroy(pool);
}
END_TEST

int main(void)
{
	return suite_run("stack", 20,
		(const TTest *const[]){
			a_stack_given_back_is_the_next_one_taken,
			NULL,
		});
}
