#include "lib/lanes.h"
#include <errno.h>
#include <stdlib.h>

int lanes_init(struct lanes *lanes, const uint32_t room[WHEEL210_CLASSES])
{
	size_t total = 1;
	struct lane *memory;

	for (unsigned c = 0; c < WHEEL210_CLASSES; c++)
		total += room[c];
	memory = malloc(total * sizeof *memory);
	if (!memory)
		return -ENOMEM;
	*lanes = (struct lanes){.memory = memory};
	for (unsigned c = 0; c < WHEEL210_CLASSES; c++) {
		lanes->of[c] = memory;
		memory += room[c];
	}
	return 0;
}

void lanes_fini(struct lanes *lanes)
{
	free(lanes->memory);
}

void lanes_clear(struct lanes *lanes)
{
	memset(lanes->n, 0, sizeof lanes->n);
}

void lanes_add_medium(
	struct lanes *lanes, uint32_t prime, struct wheel210_place place)
{
	unsigned class = wheel210_class(prime);

	lanes->of[class][lanes->n[class]++] = (struct lane){
		place.at, wheel210_turns(prime) << 6 | place.position};
}

void lanes_add_small(struct lanes *lanes, uint32_t prime,
	struct wheel210_place place, unsigned char *data)
{
	unsigned class = wheel210_class(prime);

	while (place.position % 8) {
		data[place.at] &= ~(1u << wheel210_bit(class, place.position));
		wheel210_advance(&place, class, wheel210_turns(prime));
	}
	lanes_add_medium(lanes, prime, place);
}
