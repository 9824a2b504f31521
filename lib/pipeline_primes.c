#include "lib/pipeline_primes.h"

#include "lib/must.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* There are fewer than 1.25506 x / ln x primes up to x > 1 (Rosser and
 * Schoenfeld, 1962). */
static size_t most_primes(uint32_t limit)
{
	return limit < 2 ? 0 : (size_t)(1.25506 * limit / log(limit)) + 1;
}

int pipeline_primes_init(struct pipeline_primes *list, uint32_t limit)
{
	list->capacity = most_primes(limit);
	list->primes = malloc((list->capacity + 1) * sizeof(uint32_t));
	if (!list->primes)
		return -ENOMEM;
	atomic_init(&list->known, 0);
	return 0;
}

void pipeline_primes_fini(struct pipeline_primes *list)
{
	free(list->primes);
	list->primes = NULL;
}

/* tag::publish[] */
void pipeline_primes_append(
	struct pipeline_primes *list, const uint32_t *primes, size_t n)
{
	/* Only this thread writes it: nothing to order with. */
	size_t known = atomic_load_explicit(&list->known, memory_order_relaxed);

	must(n <= list->capacity - known);
	if (n)
		memcpy(list->primes + known, primes, n * sizeof(*primes));
	/* Pairs with the acquire below: who sees the new length sees the
	 * primes. */
	atomic_store_explicit(&list->known, known + n, memory_order_release);
}

size_t pipeline_primes_known(const struct pipeline_primes *list)
{
	return atomic_load_explicit(&list->known, memory_order_acquire);
}
/* end::publish[] */
