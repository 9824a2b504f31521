#include "lib/mpmc.h"

#include <stdlib.h>

/* With one slot, "filled" and "to be filled next" would be the same turn. */
int mpmc_init(struct mpmc *mpmc, size_t capacity)
{
	struct mpmc_slot *slots;

	if (capacity < 2 || (capacity & (capacity - 1)) != 0)
		return -EINVAL;
	slots = calloc(capacity, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < capacity; i++)
		atomic_init(&slots[i].turn, i);
	*mpmc = (struct mpmc){.slots = slots, .mask = capacity - 1};
	return 0;
}

void mpmc_fini(struct mpmc *mpmc)
{
	free(mpmc->slots);
}
