/* Three generators. Each works for a while, and forgets where it was. */
#include "generators.h"

#include <stddef.h>

/* tag::squares[] */
void squares_begin(struct squares *squares, int limit)
{
	squares->limit = limit;
	squares->n = 0;
}

bool squares_next(struct squares *squares, int *value)
{
	for (int n = 1; n <= squares->limit; n++) {
		*value = n * n;
		return true;
	}
	return false;
}
/* end::squares[] */

void zip_begin(struct zip *zip, struct squares *first, struct squares *second)
{
	zip->first = first;
	zip->second = second;
}

/* tag::zip[] */
bool zip_next(struct zip *zip, struct pair *value)
{
	bool first = squares_next(zip->first, &value->first);
	bool second = squares_next(zip->second, &value->second);

	return first && second;
}
/* end::zip[] */

/* tag::counter[] */
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
	counter->next = number;
	*value = counter_next(counter);
	return true;
}
/* end::counter[] */
