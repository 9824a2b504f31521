#include "lib/heap.h"
#include "lib/rng.h"
#include "tests/suite.h"

START_TEST(empty_heap_has_nothing)
{
	struct heap heap = {0};

	ck_assert(heap_empty(&heap));
	ck_assert_ptr_null(heap_pop(&heap));
	ck_assert_uint_eq(heap_first_key(&heap), UINT64_MAX);
	heap_fini(&heap);
}
END_TEST

START_TEST(comes_out_in_order_of_keys)
{
	struct heap heap = {0};
	struct rng rng;
	uint64_t last = 0;

	rng_init(&rng, 3);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(
			heap_push(&heap, rng_below(&rng, 500), &heap), 0);
	for (int i = 0; i < 1000; i++) {
		uint64_t key = heap_first_key(&heap);

		ck_assert_uint_ge(key, last);
		ck_assert_ptr_eq(heap_pop(&heap), &heap);
		last = key;
	}
	ck_assert(heap_empty(&heap));
	heap_fini(&heap);
}
END_TEST

START_TEST(equal_keys_come_out_in_order_of_insertion)
{
	struct heap heap = {0};
	char values[100];

	for (int i = 0; i < 100; i++)
		heap_push(&heap, 7 - i % 2, &values[i]);
	for (int i = 1; i < 100; i += 2)
		ck_assert_ptr_eq(heap_pop(&heap), &values[i]);
	for (int i = 0; i < 100; i += 2)
		ck_assert_ptr_eq(heap_pop(&heap), &values[i]);
	heap_fini(&heap);
}
END_TEST

int main(void)
{
	return suite_run("heap", 20,
		(const TTest *const[]){
			empty_heap_has_nothing,
			comes_out_in_order_of_keys,
			equal_keys_come_out_in_order_of_insertion,
			NULL,
		});
}
