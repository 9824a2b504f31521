#include "lib/heap.h"
#include "lib/rng.h"
#include "tests/suite.h"

enum {
	NNODES = 1000
};

static struct heap_node nodes[NNODES];

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
	for (int i = 0; i < NNODES; i++)
		ck_assert_int_eq(
			heap_push(&heap, rng_below(&rng, 500), &nodes[i]), 0);
	for (int i = 0; i < NNODES; i++) {
		uint64_t key = heap_first_key(&heap);

		ck_assert_uint_ge(key, last);
		ck_assert(!heap_holds(heap_pop(&heap)));
		last = key;
	}
	ck_assert(heap_empty(&heap));
	heap_fini(&heap);
}
END_TEST

START_TEST(equal_keys_come_out_in_order_of_insertion)
{
	struct heap heap = {0};

	for (int i = 0; i < 100; i++)
		heap_push(&heap, 7 - i % 2, &nodes[i]);
	for (int i = 1; i < 100; i += 2)
		ck_assert_ptr_eq(heap_pop(&heap), &nodes[i]);
	for (int i = 0; i < 100; i += 2)
		ck_assert_ptr_eq(heap_pop(&heap), &nodes[i]);
	heap_fini(&heap);
}
END_TEST

/* A third is taken out in any order, and the rest still comes sorted. */
START_TEST(a_node_can_be_taken_out_from_the_middle)
{
	struct heap heap = {0};
	struct rng rng;
	uint64_t keys[NNODES], last = 0;
	int nleft = NNODES;

	rng_init(&rng, 5);
	for (int i = 0; i < NNODES; i++) {
		keys[i] = rng_below(&rng, 300);
		heap_push(&heap, keys[i], &nodes[i]);
	}
	for (int i = 0; i < NNODES; i += 3, nleft--) {
		ck_assert_uint_eq(heap_key(&heap, &nodes[i]), keys[i]);
		heap_remove(&heap, &nodes[i]);
		ck_assert(!heap_holds(&nodes[i]));
	}
	for (; nleft; nleft--) {
		uint64_t key = heap_first_key(&heap);
		struct heap_node *node = heap_pop(&heap);

		ck_assert_uint_ge(key, last);
		ck_assert_int_ne((node - nodes) % 3, 0);
		ck_assert_uint_eq(keys[node - nodes], key);
		last = key;
	}
	ck_assert(heap_empty(&heap));
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
			a_node_can_be_taken_out_from_the_middle,
			NULL,
		});
}
