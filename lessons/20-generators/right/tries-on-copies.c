/* Takes from copies, and keeps these when both had one. */
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
	struct squares first = *zip->first, second = *zip->second;
	struct pair pair;

	if (!squares_next(&first, &pair.first) ||
		!squares_next(&second, &pair.second))
		return false;
	*zip->first = first;
	*zip->second = second;
	*value = pair;
	return true;
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
