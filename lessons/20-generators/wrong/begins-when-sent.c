/* expect: a counter took a number before it had begun */
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

static bool squares_has_next(const struct squares *squares)
{
	return squares->n < squares->limit;
}

void zip_begin(struct zip *zip, struct squares *first, struct squares *second)
{
	zip->first = first;
	zip->second = second;
}

bool zip_next(struct zip *zip, struct pair *value)
{
	return squares_has_next(zip->first) && squares_has_next(zip->second) &&
	       squares_next(zip->first, &value->first) &&
	       squares_next(zip->second, &value->second);
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
	if (!counter->begun) {
		counter->begun = true;
		return false;
	}
	counter->next = number;
	*value = counter_next(counter);
	return true;
}
