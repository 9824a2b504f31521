/* expect: an item was lost: zip took it, and had no partner for it */
#include "generators.h"

#include <stddef.h>

void squares_begin(struct squares *squares, int limit)
{
	squares->limit = limit;
	squares->n = 0;
}

bool squares_next(struct squares *squares, int *value)
{
	if (squares->n >= squares->limit)
		return false;
	squares->n++;
	*value = squares->n * squares->n;
	return true;
}

void zip_begin(struct zip *zip, struct squares *first, struct squares *second)
{
	zip->first = first;
	zip->second = second;
}

bool zip_next(struct zip *zip, struct pair *value)
{
	struct squares before = *zip->first;
	bool first = squares_next(zip->first, &value->first);
	bool second = squares_next(zip->second, &value->second);

	if (!first || !second)
		*zip->first = before;
	return first && second;
}

void counter_begin(struct counter *counter)
{
	counter->next = 0;
	counter->begun = false;
}

int counter_next(struct counter *counter)
{
	counter->begun = true;
	return counter->next++;
}

bool counter_send(struct counter *counter, int number, int *value)
{
	if (!counter->begun)
		return false;
	counter->next = number;
	*value = counter_next(counter);
	return true;
}
